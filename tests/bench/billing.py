"""The billing run over the embedded store: what a subscription costs, with few of them due and with many, and how two
workers share them, one of which dies."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import MongoClient, monitoring

from deploy.local.store import Store as StoreProcess
from services.subscriptions.documents import from_subscription
from services.subscriptions.domain.subscription import Subscription
from services.subscriptions.repository import Subscriptions
from services.subscriptions.usecases.run import BillingRun
from shared.contracts.subscriptions import contract
from shared.kernel.ids import new_handle
from shared.storage import Store
from tests.bench.measuring import table
from tests.unit.subscriptions import make

SIZES = (200, 1000, 5000)
SHARED = 1000
_INSERTED_AT_ONCE = 500
# A little after the period of each subscription has ended.
_DUE = datetime(2026, 4, 30, 12, tzinfo=make.NOW.tzinfo)


class Ended:
    """A clock that stands at the day on which the period of all of them has ended."""

    def now(self) -> datetime:
        return _DUE


class Watched(monitoring.CommandListener):
    """Adds up the seconds of each kind of command."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self._looks = event.command_name == "find" and "wake_at" in event.command["filter"]

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        kind = "looking" if self._looks or event.command_name == "getMore" else event.command_name
        self.seconds[kind] += event.duration_micros / 1e6

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        del event


@dataclass(frozen=True)
class Bill:
    """A database with subscriptions that are all due."""

    uri: str
    database: str

    @classmethod
    def of(cls, uri: str, count: int) -> Bill:
        """A new one with ``count`` subscriptions, ten of them in each bill group."""
        made = cls(uri, new_handle("billing"))
        with MongoClient[dict[str, Any]](uri, tz_aware=True) as client:
            collection = made.subscriptions(client).aggregates.collection
            documents = list(_documents(count))
            for start in range(0, count, _INSERTED_AT_ONCE):
                collection.insert_many(documents[start : start + _INSERTED_AT_ONCE])
        return made

    def subscriptions(self, client: MongoClient[dict[str, Any]]) -> Subscriptions:
        """The service's repository over it."""
        return Subscriptions(Store(client[self.database], contract))

    def run(self, *listeners: monitoring.CommandListener) -> float:
        """Take all steps that are due; seconds."""
        with MongoClient[dict[str, Any]](self.uri, tz_aware=True, event_listeners=list(listeners)) as client:
            run = BillingRun(self.subscriptions(client), Ended())
            began = time.perf_counter()
            while run.take_due_steps():
                pass
            return time.perf_counter() - began

    def billed(self) -> int:
        """How many periods have been billed so far."""
        return sum(self._told().values())

    def check(self, count: int) -> None:
        """Raises AssertionError unless ``count`` subscriptions have been billed for one period each."""
        told = self._told()
        assert len(told) == count, f"{count - len(told)} of {count} were not billed"
        assert set(told.values()) == {1}, "some were billed twice"

    def _told(self) -> dict[str, int]:
        with MongoClient[dict[str, Any]](self.uri, tz_aware=True) as client:
            found = self.subscriptions(client).aggregates.collection.find({}, {"outbox.type": 1})
            told = {
                document["_id"]: sum(event["type"] == "subscription_renewed" for event in document["outbox"])
                for document in found
            }
        return {handle: times for handle, times in told.items() if times}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        store = StoreProcess(Path(folder))
        store.start()
        try:
            _growth(store)
            _sharing(store.uri)
        finally:
            store.kill()


def _growth(store: StoreProcess) -> None:
    rows = []
    for count in SIZES:
        bill, watched = Bill.of(store.uri, count), Watched()
        before = _processor_seconds(store), time.process_time()
        seconds = bill.run(watched)
        after = _processor_seconds(store), time.process_time()
        bill.check(count)
        share = watched.seconds["looking"] / seconds
        each = [1000 * (end - start) / count for start, end in zip(before, after, strict=True)]
        rows.append((f"{count:,}", seconds, 1000 * seconds / count, *each, f"{share:.1%}"))
    head = ("due", "seconds", "ms for each", "store's CPU", "worker's CPU", "looking for them")
    table("Billing: all subscriptions are due", head, rows)


def _processor_seconds(store: StoreProcess) -> float:
    """What the store has used of the processor so far: it tells more than the clock where others are busy, too."""
    user, system = Path(f"/proc/{store.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _sharing(uri: str) -> None:
    alone = Bill.of(uri, SHARED)
    seconds = [("one worker", _by(alone, 1))]
    alone.check(SHARED)
    shared = Bill.of(uri, SHARED)
    seconds.append(("two workers", _by(shared, 2)))
    shared.check(SHARED)
    killed = Bill.of(uri, SHARED)
    seconds.append(("two workers, one killed half-way", _by(killed, 2, kill_at=SHARED // 2)))
    killed.check(SHARED)
    table(
        f"Billing: {SHARED:,} subscriptions, each billed once",
        ("by", "seconds", "ms for each"),
        [(by, took, 1000 * took / SHARED) for by, took in seconds],
    )


def _by(bill: Bill, workers: int, *, kill_at: int | None = None) -> float:
    """Seconds until so many processes have billed everything. The first of them is killed at ``kill_at`` periods."""
    spawning = multiprocessing.get_context("spawn")
    ready, begin = spawning.Semaphore(0), spawning.Event()
    processes = [spawning.Process(target=_work, args=(bill, ready, begin)) for _ in range(workers)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire(timeout=120)
    began = time.perf_counter()
    begin.set()
    if kill_at is not None:
        while bill.billed() < kill_at:
            time.sleep(0.2)
        processes[0].kill()
    for process in processes:
        process.join()
    assert all(process.exitcode == 0 for process in processes[kill_at is not None :]), "a worker failed"
    return time.perf_counter() - began


def _work(bill: Bill, ready: Any, begin: Any) -> None:
    with MongoClient[dict[str, Any]](bill.uri, tz_aware=True) as client:
        bill.subscriptions(client)
    ready.release()
    begin.wait(120)
    bill.run()


def _documents(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield _document(make.subscription(handle=f"sub-{number:06d}", bill_group=f"bg-{number // 10:05d}"))


def _document(subscription: Subscription) -> dict[str, Any]:
    return {
        **from_subscription(subscription),
        "_id": subscription.handle,
        "bill_group": subscription.bill_group,
        "version": 1,
        "schema": 1,
        "outbox": [],
        "answers": [],
        "seen": [],
        "created": {"at": make.NOW},
    }


if __name__ == "__main__":
    main()
