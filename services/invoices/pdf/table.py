"""The lines of a document as a table that goes on over as many sheets as it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm

from services.invoices.pdf.fonts import BOLD, REGULAR, wrap
from services.invoices.pdf.paper import Paper
from services.invoices.pdf.theme import LEFT, QUIET, RIGHT
from services.invoices.pdf.wording import Wording

View = dict[str, Any]

# Where columns begin (description) or end (all others).
_POSITION = LEFT + 8 * mm
_DESCRIPTION = LEFT + 12 * mm
_QUANTITY = LEFT + 100 * mm
_UNIT_AMOUNT = LEFT + 124 * mm
_TAX_RATE = LEFT + 137 * mm
_DESCRIPTION_WIDTH = 66 * mm

_SIZE, _SMALL = 9.0, 7.5
_LEADING, _SMALL_LEADING = 4.1 * mm, 3.5 * mm
_PADDING = 1.6 * mm
HEADER_HEIGHT = 9 * mm
CARRIED_HEIGHT = 7 * mm


@dataclass(frozen=True, slots=True)
class Row:
    """One line, with its texts cut to the column. ``net`` is for the sum that is carried forward."""

    position: str
    description: list[str]
    remarks: list[str]
    quantity: str
    unit_amount: str
    tax_rate: str
    amount: str
    net: int

    @property
    def height(self) -> float:
        """How much of the sheet it takes."""
        return len(self.description) * _LEADING + len(self.remarks) * _SMALL_LEADING + 2 * _PADDING


def rows_of(lines: list[View], wording: Wording) -> list[Row]:
    """The rows of all ``lines``."""
    return [_row(position, line, wording) for position, line in enumerate(lines, start=1)]


def _row(position: int, line: View, wording: Wording) -> Row:
    remarks = []
    if line["period"]:
        remarks.append(wording.days(line["period"]["start"], line["period"]["end"]))
    if line["discount"]:
        remarks.append(f"{wording('discount')} {wording.money(-line['discount'])}")
    return Row(
        position=str(position),
        description=wrap(line["description"], REGULAR, _SIZE, _DESCRIPTION_WIDTH),
        remarks=remarks,
        quantity=wording.decimal(line["quantity"]),
        unit_amount=wording.amount(line["unit_amount"]),
        tax_rate=wording.percent(line["tax_rate"]),
        amount=wording.amount(line["net"]),
        net=line["net"],
    )


def draw_header(paper: Paper, y: float, wording: Wording, accent: Color) -> float:
    """The names of the columns; the answer is where rows begin."""
    baseline = y + 4 * mm
    paper.text_to(_POSITION, baseline, wording("position"), font=BOLD, size=_SMALL, colour=accent)
    paper.text(_DESCRIPTION, baseline, wording("description"), font=BOLD, size=_SMALL, colour=accent)
    for x, name in (
        (_QUANTITY, "quantity"),
        (_UNIT_AMOUNT, "unit_amount"),
        (_TAX_RATE, "tax_rate"),
        (RIGHT, "net"),
    ):
        paper.text_to(x, baseline, wording(name), font=BOLD, size=_SMALL, colour=accent)
    paper.line(LEFT, RIGHT, y + 6.2 * mm, colour=accent, thickness=0.9)
    return y + HEADER_HEIGHT - 2 * mm


def draw_row(paper: Paper, y: float, row: Row) -> float:
    """A row; the answer is where the next one begins."""
    baseline = y + _PADDING + 3 * mm
    paper.text_to(_POSITION, baseline, row.position, size=_SIZE, colour=QUIET)
    paper.text_to(_QUANTITY, baseline, row.quantity, size=_SIZE)
    paper.text_to(_UNIT_AMOUNT, baseline, row.unit_amount, size=_SIZE)
    paper.text_to(_TAX_RATE, baseline, row.tax_rate, size=_SIZE)
    paper.text_to(RIGHT, baseline, row.amount, size=_SIZE)
    for line in row.description:
        paper.text(_DESCRIPTION, baseline, line, size=_SIZE)
        baseline += _LEADING
    baseline -= _LEADING - _SMALL_LEADING
    for remark in row.remarks:
        paper.text(_DESCRIPTION, baseline, remark, size=_SMALL, colour=QUIET)
        baseline += _SMALL_LEADING
    paper.line(LEFT, RIGHT, y + row.height, thickness=0.4)
    return y + row.height


def draw_carried(paper: Paper, y: float, amount: str, wording: Wording) -> float:
    """The sum of the rows so far, at the end of a sheet and on top of the next."""
    baseline = y + 4.6 * mm
    paper.text_to(_TAX_RATE, baseline, wording("carried"), size=_SMALL, colour=QUIET)
    paper.text_to(RIGHT, baseline, amount, size=_SIZE, colour=QUIET)
    return y + CARRIED_HEIGHT
