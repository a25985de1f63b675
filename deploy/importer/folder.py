"""The rows in a folder's files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from deploy.importer.stages import STAGES

_NAMES = frozenset(stage.file for stage in STAGES)
_ENDINGS = (".json", ".jsonl")


class FolderError(Exception):
    """The folder can't be read as rows; the text says which file and where."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands (file and number), and what it says. ``flaw`` is what keeps it from being sent.

    ``cells`` are those of a table, by column.
    """

    file: str
    number: int
    body: dict[str, Any]
    flaw: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Where rows come from."""

    def rows(self, name: str) -> Iterator[Row]:
        """The rows called ``name`` ("customers"), in order; asked for again, the same."""
        ...


class Folder:
    """The files of a folder. FolderError where there is none that could be used, or one that nobody would look at."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise FolderError(f"{path} is no folder.")
        found = sorted(each for each in path.iterdir() if each.suffix in _ENDINGS)
        strange = [each.name for each in found if each.stem not in _NAMES]
        if strange or not found:
            expected = ", ".join(sorted(_NAMES))
            what = f"{', '.join(strange)}: not known here" if strange else "nothing to bring in"
            raise FolderError(f"{path}: {what}. Files are called {expected}, ending in .json or .jsonl.")
        self._files = found

    def rows(self, name: str) -> Iterator[Row]:
        """See ``Source``. Lines are read as they are needed; an array is read as a whole."""
        for file in self._files:
            if file.stem == name:
                yield from _lines(file) if file.suffix == ".jsonl" else _array(file)


class Rows:
    """Rows that are at hand, by name."""

    def __init__(self, by_name: dict[str, list[dict[str, Any]]]) -> None:
        self._by_name = by_name

    def rows(self, name: str) -> Iterator[Row]:
        """See ``Source``."""
        for number, body in enumerate(self._by_name.get(name, ()), start=1):
            yield Row(name, number, body)


def _array(file: Path) -> Iterator[Row]:
    try:
        read = json.loads(file.read_bytes())
    except ValueError as error:
        raise FolderError(f"{file.name} is no JSON: {error}") from error
    if isinstance(read, dict):
        # There is one merchant only; no need to put it into an array.
        read = [read]
    if not isinstance(read, list):
        raise FolderError(f"{file.name}: an array of rows is needed.")
    for number, body in enumerate(read, start=1):
        yield _row(file, number, body)


def _lines(file: Path) -> Iterator[Row]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                body = json.loads(line)
            except ValueError as error:
                yield Row(file.name, number, {}, flaw=f"no JSON: {error}")
            else:
                yield _row(file, number, body)


def _row(file: Path, number: int, body: object) -> Row:
    if isinstance(body, dict):
        return Row(file.name, number, body)
    return Row(file.name, number, {}, flaw="a row is an object: {…}")
