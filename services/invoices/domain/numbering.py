"""Document numbers: ``2026-00042`` is sequence 42 of the series ``2026-#``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_NUMBER_FIELD = re.compile(r"\{number(?::0(?P<width>\d+)d)?\}")


@dataclass(frozen=True, slots=True)
class Number:
    """A document's number. Numbers of another system may belong to no series of ours."""

    text: str
    series: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """How numbers look: text with ``{number}`` or ``{number:05d}``, and ``{year}``, ``{month}`` at will."""

    pattern: str

    def __post_init__(self) -> None:
        # A series is written as its numbers are, with # for the sequence.
        if len(_NUMBER_FIELD.findall(self.pattern)) != 1 or "#" in self.pattern:
            raise ValueError(f"a numbering pattern has one {{number}}: {self.pattern!r}")
        self.series_on(date(2000, 1, 1))

    def series_on(self, day: date) -> str:
        """The series that a document of ``day`` is numbered in."""
        return _NUMBER_FIELD.sub("#", self.pattern).format(year=f"{day.year:04d}", month=f"{day.month:02d}")

    def number(self, series: str, sequence: int) -> Number:
        """The ``sequence``-th number of ``series``."""
        return Number(series.replace("#", f"{sequence:0{self._width}d}"), series, sequence)

    def read(self, text: str) -> Number:
        """A number from elsewhere, with its place in our series if it looks like one of ours."""
        found = self._form.fullmatch(text)
        if found is None:
            return Number(text)
        digits = found["number"]
        series = f"{text[: found.start('number')]}#{text[found.end('number') :]}"
        return Number(text, series, int(digits))

    @property
    def _width(self) -> int:
        found = _NUMBER_FIELD.search(self.pattern)
        assert found is not None
        return int(found["width"] or 1)

    @property
    def _form(self) -> re.Pattern[str]:
        parts = re.split(r"(\{[^}]*\})", self.pattern)
        return re.compile("".join(self._form_of(part) for part in parts))

    def _form_of(self, part: str) -> str:
        if part == "{year}":
            return r"\d{4}"
        if part == "{month}":
            return r"(?:0[1-9]|1[0-2])"
        if _NUMBER_FIELD.fullmatch(part):
            return rf"(?P<number>\d{{{self._width}}}|[1-9]\d{{{self._width},17}})"
        return re.escape(part)


INVOICES = Numbering("{year}-{number:05d}")
CREDIT_NOTES = Numbering("CN-{year}-{number:05d}")
