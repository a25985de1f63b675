"""What is written of rows that were refused, or are there otherwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol, TextIO

from deploy.importer.importing import Result
from shared.customer_csv import Report as CsvReport


class Report(Protocol):
    """Takes rows with a reason, one after the other."""

    def add(self, result: Result) -> None:
        """Write it down at once."""
        ...


class JsonLines:
    """A JSON object a line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def add(self, result: Result) -> None:
        """See ``Report``."""
        told = {
            "file": result.row.file,
            "row": result.row.number,
            "handle": result.row.body.get(result.stage.handle),
            "outcome": result.outcome.value,
            "reason": result.reason,
        }
        self._out.write(json.dumps(told, ensure_ascii=False) + "\n")
        self._out.flush()


class CsvRows:
    """The rows as they were in their own file, with the reason in front: mended, it can be brought in itself."""

    def __init__(self, out: TextIO, columns: Sequence[str]) -> None:
        self._out = out
        self._report = CsvReport(out, columns)

    def add(self, result: Result) -> None:
        """See ``Report``."""
        row = result.row
        self._report.add(row.number, result.outcome.value, result.reason, row.cells)
        self._out.flush()
