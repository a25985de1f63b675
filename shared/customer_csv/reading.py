"""Reading a file: its encoding, its delimiter, its columns, its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.customer_csv.columns import COLUMNS, REQUIRED
from shared.customer_csv.rows import Body, Problem, customer_of, handle_of
from shared.customer_csv.writing import REPORT_COLUMNS

DELIMITERS = ",;"
_SEPARATORS = re.compile(r"[\s-]+")
# Byte order marks of what is no UTF-8.
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MOST_NAMED = 10

# Gives a file's lines, with their ends, from the first one on each time that it is called.
Lines = Callable[[], Iterator[str]]


class FileRefused(Exception):
    """The file can't be read as customers: a code, and the columns that it is about.

    ``not_utf8``, ``no_rows``, ``no_delimiter``, ``unknown_columns``, ``doubled_columns``, ``missing_columns``.
    """

    def __init__(self, code: str, columns: Sequence[str] = ()) -> None:
        super().__init__(f"{code}: {', '.join(columns)}" if columns else code)
        self.code = code
        self.columns = list(columns)[:_MOST_NAMED]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. ``number`` is the one in a spreadsheet, where the columns' names stand in the first.

    ``flaws`` are what is wrong with its place in the file.
    """

    number: int
    cells: Mapping[str, str]
    flaws: tuple[Problem, ...] = ()

    def customer(self) -> tuple[Body, list[Problem]]:
        """The body of a request to import the customer; where there are problems, it is not to be sent."""
        if self.flaws:
            return {}, list(self.flaws)
        return customer_of(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose columns are known."""

    columns: tuple[str, ...]
    delimiter: str
    lines: Lines

    def rows(self) -> Iterator[Row]:
        """All rows but empty ones, in their order. What is wrong with one doesn't keep the others back."""
        first_with: dict[str, int] = {}
        for number, cells, flaw in self._records():
            if flaw is not None:
                yield Row(number, {}, (flaw,))
                continue
            if not any(cell.strip() for cell in cells):
                continue
            named = dict(zip(self.columns, cells, strict=False))
            named = {name: cell for name, cell in named.items() if name in COLUMNS}
            flaws = []
            if any(cell.strip() for cell in cells[len(self.columns) :]):
                flaws.append(Problem("", "too_many_cells"))
            if first_with.setdefault(handle_of(named), number) != number:
                flaws.append(Problem("customer" if named.get("customer", "").strip() else "email", "doubled"))
            yield Row(number, named, tuple(flaws))

    def _records(self) -> Iterator[tuple[int, list[str], Problem | None]]:
        reader = csv.reader(self.lines(), delimiter=self.delimiter, strict=True)
        next(reader)
        number = 1
        while True:
            number += 1
            try:
                yield number, next(reader), None
            except StopIteration:
                return
            except csv.Error:
                # The reader begins anew with the next line.
                yield number, [], Problem("", "unreadable_row")


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with a byte order mark or without. Raises FileRefused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("not_utf8") from error
    if content.startswith(_OTHER_MARKS) or "\x00" in text:
        raise FileRefused("not_utf8")
    return text


def read(text: str) -> Table:
    """The table in a file's text. Raises FileRefused."""
    return read_parts(lambda: [text])


def read_parts(parts: Callable[[], Iterable[str]]) -> Table:
    """The table in a text that comes in parts, cut anywhere, of which never more than two are held at a time.

    ``parts`` gives them anew each time that it is called. Raises FileRefused, and what ``parts`` raises.
    """

    def lines() -> Iterator[str]:
        return _lines(parts())

    if not any(line.strip() for line in lines()):
        raise FileRefused("no_rows")
    delimiter, names = max(
        ((delimiter, _names(lines, delimiter)) for delimiter in DELIMITERS),
        key=lambda found: sum(name in COLUMNS for name in found[1]),
    )
    if len(names) < 2 and not set(names) & set(COLUMNS):
        raise FileRefused("no_delimiter")
    # An empty name at the end is a delimiter too many, as some programs write it.
    while names and not names[-1]:
        names.pop()
    known = (*COLUMNS, *REPORT_COLUMNS)
    if unknown := [name for name in names if name not in known]:
        raise FileRefused("unknown_columns", unknown)
    if doubled := [name for name, count in Counter(names).items() if count > 1]:
        raise FileRefused("doubled_columns", doubled)
    if missing := [name for name in REQUIRED if name not in names]:
        raise FileRefused("missing_columns", missing)
    return Table(tuple(names), delimiter, lines)


def _lines(parts: Iterable[str]) -> Iterator[str]:
    begun, is_first = "", True
    for part in filter(None, parts):
        text = begun + (part.removeprefix("\ufeff") if is_first else part)
        is_first = False
        # The last line may go on in the next part, and so may its end, which can be of two characters.
        *whole, begun = io.StringIO(text, newline="").readlines() or [""]
        yield from whole
    if begun:
        yield begun


def _names(lines: Lines, delimiter: str) -> list[str]:
    try:
        first = next(csv.reader(lines(), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return [_SEPARATORS.sub("_", name.strip().casefold()) for name in first]
