"""Asking many times from many threads, and printing what it took."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What a run gave: how many a second, and milliseconds for each one."""

    per_second: float
    milliseconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """95 of 100 took no longer."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]


def measure(make: Callable[[], Callable[[], object]], *, callers: int, seconds: float) -> Measured:
    """Ask from ``callers`` threads for so many seconds. ``make`` is called in each and gives what it asks.

    An exception of any of them is raised.
    """
    took: list[list[float]] = [[] for _ in range(callers)]
    failed: list[BaseException] = []
    ready = threading.Barrier(callers + 1)
    over = threading.Event()

    def run(mine: list[float]) -> None:
        try:
            ask = make()
            ask()
            ready.wait(60)
            while not over.is_set():
                began = time.perf_counter()
                ask()
                mine.append((time.perf_counter() - began) * 1000)
        except BaseException as error:  # noqa: BLE001 (raised again below)
            failed.append(error)
            ready.abort()

    threads = [threading.Thread(target=run, args=(mine,), daemon=True) for mine in took]
    for thread in threads:
        thread.start()
    try:
        ready.wait(60)
        began = time.perf_counter()
        over.wait(seconds)
    except threading.BrokenBarrierError:
        pass
    finally:
        over.set()
    for thread in threads:
        thread.join(30)
    if failed:
        raise next(
            (error for error in failed if not isinstance(error, threading.BrokenBarrierError)), failed[0]
        )
    elapsed = time.perf_counter() - began
    everything = [each for mine in took for each in mine]
    return Measured(len(everything) / elapsed, everything)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; numbers stand on the right."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(head), *cells]) for column in range(len(head))]
    print(f"\n{title}", flush=True)
    for row in (list(head), ["-" * width for width in widths], *cells):
        aligned = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(aligned).rstrip(), flush=True)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    return str(value)
