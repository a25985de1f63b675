"""The rows of a CSV file with customers, as a spreadsheet saves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deploy.importer.folder import FolderError, Row
from shared.customer_csv import FileRefused, Problem, Table, decode, read

# Why a file can't be read; the columns that are meant stand behind it.
_FILE_TEXTS = {
    "not_utf8": "the text is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”",
    "no_rows": "there are no rows in it",
    "no_delimiter": "columns are separated by commas or semicolons, and begin with a row of their names",
    "unknown_columns": "these columns are not known here",
    "doubled_columns": "these columns are there twice",
    "missing_columns": "these columns are needed, too",
}
_ROW_TEXTS = {
    "required": "is missing",
    "too_long": "is too long",
    "unreadable": "has characters that can't be used",
    "invalid_handle": "takes letters, digits, _, @ and - only",
    "invalid_currency": "is no currency's three letters, like EUR",
    "invalid_language": "is no language tag, like de",
    "invalid_access": "takes on, off or default",
    "invalid_day": "is no day like 2026-01-31 or 31.01.2026",
    "doubled": "stands in a row above already",
    "too_many_cells": "there are more cells than columns: is there a separator within a cell?",
    "unreadable_row": "a quotation mark is out of place",
}


class CustomersFile:
    """One CSV file; ``docs/importing.md`` describes its columns. Raises FolderError where it can't be read at all."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        try:
            self._table: Table = read(decode(path.read_bytes()))
        except OSError as error:
            raise FolderError(f"{path} can't be read: {error.strerror}.") from error
        except FileRefused as error:
            about = f": {', '.join(error.columns)}" if error.columns else ""
            raise FolderError(f"{path.name}: {_FILE_TEXTS[error.code]}{about}.") from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the file's order."""
        return self._table.columns

    def rows(self, name: str) -> Iterator[Row]:
        """See ``Source``: there are customers only."""
        if name != "customers":
            return
        for row in self._table.rows():
            body, problems = row.customer()
            flaw = "; ".join(_in_words(problem) for problem in problems)
            yield Row(self._name, row.number, body, flaw=flaw, cells=row.cells)


def _in_words(problem: Problem) -> str:
    text = _ROW_TEXTS[problem.code]
    return f"{problem.column}: {text}" if problem.column else text
