"""Eight writers, a third of whose attempts are cut off: numbers have no gap and no double."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from deploy.local.waiting import wait_until
from shared.storage import connect
from tests.support.fixtures import SharedStore
from tests.support.invoice_writers import write_forever

pytestmark = pytest.mark.chaos

WRITERS = 8
INVOICES = 10_000 if os.environ.get("PORTICO_CHAOS") == "long" else 300
TIMEOUT = 3_600 if INVOICES > 300 else 240


class Writers:
    """The processes, each with a file of the numbers that were confirmed to it. Killed ones are replaced."""

    def __init__(self, uri: str, database: str, directory: Path) -> None:
        self.killed = 0
        self._uri = uri
        self._database = database
        self._directory = directory
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.support.invoice_writers"])
        self._chance = random.Random(1)
        self._started = 0
        self._running: list[ForkServerProcess] = []

    def keep_up(self) -> None:
        """Replace those that died, and kill one at any line of its work now and then."""
        self.killed += sum(not process.is_alive() for process in self._running)
        self._running = [process for process in self._running if process.is_alive()]
        while len(self._running) < WRITERS:
            self._running.append(self._start())
        if self._chance.random() < 0.3:
            self._chance.choice(self._running).kill()

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.join()

    def confirmed(self) -> list[str]:
        """All numbers that were confirmed to a writer."""
        files = self._directory.glob("*.issued")
        # A writer may have been killed within its last line.
        return [
            line
            for file in files
            for line in file.read_text().splitlines(keepends=True)
            if line.endswith("\n")
        ]

    def _start(self) -> ForkServerProcess:
        self._started += 1
        issued = self._directory / f"{self._started}.issued"
        arguments = (self._uri, self._database, self._started, issued)
        process = self._context.Process(target=write_forever, args=arguments, daemon=True)
        process.start()
        return process


def test_numbers_have_no_gaps_and_no_doubles(
    store: SharedStore, database_prefix: str, tmp_path: Path
) -> None:
    database = f"{database_prefix}invoices"
    writers = Writers(store.uri, database, tmp_path)
    client = connect(store.uri)
    documents = client[database]["documents"]

    def enough() -> bool:
        writers.keep_up()
        return len(writers.confirmed()) >= INVOICES

    try:
        wait_until(enough, timeout=TIMEOUT, what=f"{INVOICES} invoices")
    finally:
        writers.end()

    confirmed = writers.confirmed()
    stored = [each["sequence"] for each in documents.find({"sequence": {"$exists": True}}, {"sequence": 1})]
    client.close()
    print(f"{len(stored)} invoices, {writers.killed} writers killed")
    assert len(set(confirmed)) == len(confirmed)
    assert sorted(stored) == list(range(1, len(stored) + 1))
    assert {int(re.split("[-/]", number)[1]) for number in confirmed} <= set(stored)
    assert {len(number.rstrip()) for number in confirmed} == {len("2026-00001"), len("2026/000001")}
    assert writers.killed > WRITERS
