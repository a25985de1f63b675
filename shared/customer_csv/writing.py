"""Writing the report of an import: rows as they were in the file, with what became of them and why.

Once mended, it can be brought in itself: its own columns are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import TextIO

REPORT_COLUMNS = ("row", "outcome", "reason")


class Report:
    """A CSV file written row by row; ``out`` takes text with line ends as they are."""

    def __init__(self, out: TextIO, columns: Sequence[str]) -> None:
        self._columns = [name for name in columns if name not in REPORT_COLUMNS]
        # Spreadsheets take UTF-8 for what it is where this mark comes first.
        out.write("\ufeff")
        self._writer = csv.writer(out)
        self._writer.writerow([*REPORT_COLUMNS, *self._columns])

    def add(self, number: int, outcome: str, reason: str, cells: Mapping[str, str]) -> None:
        """One row: its number in the file, what became of it and why, and its cells by column."""
        self._writer.writerow([number, outcome, reason, *(cells.get(name, "") for name in self._columns)])
