"""Signed-in pages through the whole chain, and the same pages from one process without a bus; starts, and memory."""

from __future__ import annotations

import http.client
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.process import tied_command
from deploy.local.programs import ROOT, SERVICES
from deploy.local.waiting import free_port, is_listening, wait_until
from tests.bench.local import Local
from tests.bench.measuring import Measured, measure, table
from tests.bench.without_bus import STORE_HEADER
from tests.support.visitor import Visitor

PAGES = ("/overview", "/subscriptions", "/invoices")
EMAIL = "anna@blumenhof-ahrens.example"
CALLERS = 8
SECONDS = 5.0


def main() -> None:
    """Measure and print."""
    state = Path(tempfile.mkdtemp(prefix="portico-bench-"))
    local = Local(state)
    try:
        print("\nstarting everything for the first time, with demo data …", flush=True)
        first = local.start()
        local.stop()
        second = local.start()
        table("make run", ("start", "seconds"), [("first, with demo data", first), ("second", second)])
        visitor = Visitor(local.url, EMAIL)
        visitor.sign_in(local.mailbox)
        print(f"\nquiet after {local.settle():.0f} more seconds", flush=True)
        _print_pages(local, "; ".join(f"{each.name}={each.value}" for each in visitor.http.cookies))
        _print_memory(local.memory())
    finally:
        local.stop()
        shutil.rmtree(state, ignore_errors=True)


def _print_pages(local: Local, cookies: str) -> None:
    through_bus = {page: _measure(local.url, page, cookies)[0] for page in PAGES}
    rows = []
    with _without_bus(local) as url:
        for page in PAGES:
            ours = through_bus[page]
            alone, store = _measure(url, page, cookies)
            rows.append(
                (
                    page,
                    *(ours.per_second, ours.median, ours.p95),
                    *(alone.per_second, alone.median, alone.p95),
                    f"{ours.per_second / alone.per_second:.0%}",
                    f"{store / alone.median:.0%}",
                )
            )
    head = ("page", "pages/s", "median ms", "p95 ms", "no bus/s", "median", "p95", "ratio", "store's share")
    table(f"Pages, signed in, {CALLERS} callers (aim: ≥ 60 % of one process without a bus)", head, rows)


def _print_memory(megabytes: dict[str, float]) -> None:
    ours = {name: megabytes.get(name, 0.0) for name in (*SERVICES, "gateway")}
    rows: list[tuple[str, float]] = sorted(ours.items(), key=lambda row: -row[1])
    rows.append(("together (aim: ≤ 600)", sum(ours.values())))
    rows += [(name, size) for name, size in megabytes.items() if name not in ours]
    table("Memory after that, proportional", ("process", "MB"), rows)


def _measure(url: str, page: str, cookies: str) -> tuple[Measured, float]:
    """What asking for this page again and again gave, and the median of the milliseconds that the store took."""
    host = url.removeprefix("http://")
    stored: list[float] = []
    lock = threading.Lock()

    def caller() -> Callable[[], object]:
        connection = http.client.HTTPConnection(host, timeout=20)

        def ask() -> None:
            connection.request("GET", page, headers={"Cookie": cookies, "Accept-Language": "en"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{page}: {answer.status}")
            with lock:
                stored.append(float(answer.headers.get(STORE_HEADER, 0)))

        return ask

    return measure(caller, callers=CALLERS, seconds=SECONDS), statistics.median(stored)


@contextmanager
def _without_bus(local: Local) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "gunicorn", "tests.bench.without_bus:create_app()"]
    options = [
        "--config",
        "services/gateway/gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(
        tied_command([*command, *options]),
        env={**local.environment(), "LOG_LEVEL": "INFO"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_listening(port), timeout=60, what="the process without a bus")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
