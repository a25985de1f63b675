"""How documents are numbered: ``2026-00042`` is sequence 42 of the series ``2026-#``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from shared.kernel.ids import handle_from_number

_NUMBER_FIELD = re.compile(r"\{number(?::(?P<width>[1-9]|1[0-2]))?\}")
_FIELD = re.compile(r"(\{[^{}]*\})")
# What stands between the fields: what fits on one line of a letter, and into the name of a file.
_BETWEEN = re.compile(r"[A-Za-z0-9 ./_-]*")
MOST_CHARACTERS = 40

# How each kind of document is numbered unless the merchant says otherwise.
PATTERNS: Mapping[str, str] = MappingProxyType(
    {"invoice": "{year}-{number:5}", "credit_note": "CN-{year}-{number:5}"}
)


@dataclass(frozen=True, slots=True)
class Number:
    """A document's number. Numbers of another system may belong to no series of ours."""

    text: str
    series: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """How numbers look: text with ``{number}`` or ``{number:5}`` (at least five digits), and ``{year}``, ``{month}``
    at will. Raises ValueError for a pattern that can't be used.
    """

    pattern: str

    def __post_init__(self) -> None:
        fields = _FIELD.findall(self.pattern)
        numbers = [field for field in fields if _NUMBER_FIELD.fullmatch(field)]
        known = all(field in ("{year}", "{month}") for field in fields if field not in numbers)
        between = _FIELD.sub("", self.pattern)
        fits = len(self.pattern) <= MOST_CHARACTERS and self.pattern == self.pattern.strip()
        if len(numbers) != 1 or not known or not fits or not _BETWEEN.fullmatch(between):
            raise ValueError(f"a numbering pattern has one {{number}}: {self.pattern!r}")

    def series_on(self, day: date) -> str:
        """The series that a document of ``day`` is numbered in, with # for the sequence.

        Patterns that differ only in how many digits they have, or in what a handle has no room for, share a series:
        their numbers would be taken for each other.
        """
        return self._series(self._dated(day))

    def number_on(self, day: date, sequence: int) -> Number:
        """The ``sequence``-th number of the series of ``day``."""
        dated = self._dated(day)
        return Number(dated.replace("#", f"{sequence:0{self._width}d}"), self._series(dated), sequence)

    def read(self, text: str) -> Number:
        """A number from elsewhere, with its place in our series if it looks like one of ours."""
        found = self._form.fullmatch(text)
        if found is None:
            return Number(text)
        dated = f"{text[: found.start('number')]}#{text[found.end('number') :]}"
        return Number(text, self._series(dated), int(found["number"]))

    def _dated(self, day: date) -> str:
        pattern = _NUMBER_FIELD.sub("#", self.pattern)
        return pattern.format(year=f"{day.year:04d}", month=f"{day.month:02d}")

    @staticmethod
    def _series(dated: str) -> str:
        before, after = dated.split("#")
        # Without a prefix, handles begin with a hyphen.
        return f"{handle_from_number('', before)}#{handle_from_number('', after)[1:]}"[1:]

    @property
    def _width(self) -> int:
        found = _NUMBER_FIELD.search(self.pattern)
        assert found is not None
        return int(found["width"] or 1)

    @property
    def _form(self) -> re.Pattern[str]:
        return re.compile("".join(self._form_of(part) for part in _FIELD.split(self.pattern)))

    def _form_of(self, part: str) -> str:
        if part == "{year}":
            return r"\d{4}"
        if part == "{month}":
            return r"(?:0[1-9]|1[0-2])"
        if _NUMBER_FIELD.fullmatch(part):
            return rf"(?P<number>\d{{{self._width}}}|[1-9]\d{{{self._width},17}})"
        return re.escape(part)
