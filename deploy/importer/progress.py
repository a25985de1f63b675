"""Tells how far an import is: in place on a terminal, else with a line now and then."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TextIO

from deploy.importer.importing import Outcome, Result
from deploy.importer.reports import Report

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_IN_PLACE = 0.1
_SECONDS_BETWEEN_REMARKS = 5.0


class Progress:
    """What became of the rows so far. ``counts`` says how many there are for each stage.

    ``report`` takes each row with a reason: refused, or there already otherwise.
    """

    def __init__(
        self,
        counts: Mapping[str, int],
        *,
        out: TextIO | None = None,
        report: Report | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self._counts = counts
        self._out = out or sys.stdout
        self._report = report
        self._clock = clock
        self._in_place = self._out.isatty()
        self._every = _SECONDS_IN_PLACE if self._in_place else _SECONDS_BETWEEN_LINES
        self._began = self._told_at = clock()
        self._remarking, self._remarked_at = threading.Lock(), float("-inf")
        self._stage, self._stage_began, self._done = "", 0.0, 0

    def tell(self, result: Result) -> None:
        """One more row is done."""
        now = self._clock()
        if result.stage.title != self._stage:
            self._stage, self._stage_began, self._done = result.stage.title, now, 0
        self._done += 1
        self.outcomes[result.outcome] += 1
        if result.outcome is Outcome.REFUSED:
            self.say(f"refused: {result.place}: {result.reason}")
        if self._report and result.reason:
            self._report.add(result)
        count = self._counts[self._stage]
        if self._done == count or now - self._told_at >= self._every:
            self._told_at = now
            self._show(f"{self._stage}: {self._done} of {count}{self._rate(now)}", last=self._done == count)

    def say(self, text: str) -> None:
        """A line of its own."""
        self._show(text, last=True)

    def remark(self, text: str) -> None:
        """Something that may be true for many requests at once: said now and then. Any thread may call it."""
        with self._remarking:
            now = self._clock()
            if now - self._remarked_at < _SECONDS_BETWEEN_REMARKS:
                return
            self._remarked_at = now
        self.say(text)

    def sum_up(self) -> None:
        """What became of all."""
        seconds = self._clock() - self._began
        parts = ", ".join(f"{self.outcomes[outcome]} {outcome.value}" for outcome in Outcome)
        self.say(f"{self.outcomes.total()} rows in {seconds:.0f} s: {parts}")

    def _rate(self, now: float) -> str:
        seconds = now - self._stage_began
        return f", {self._done / seconds:.0f} a second" if seconds >= 1 else ""

    def _show(self, text: str, *, last: bool) -> None:
        if self._in_place:
            # Back to the line's beginning, and nothing left of what stood there.
            text = f"\r\x1b[K{text}"
        print(text, end="\n" if last or not self._in_place else "", file=self._out, flush=True)
