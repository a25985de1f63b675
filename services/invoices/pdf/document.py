"""A whole document on paper: first it is decided what stands on which sheet, then all of it is drawn."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from services.invoices.pdf import fonts, table, theme
from services.invoices.pdf.closing import Block, blocks_of
from services.invoices.pdf.letter import Letter
from services.invoices.pdf.paper import Paper
from services.invoices.pdf.prose import blocks_of_text
from services.invoices.pdf.table import Row
from services.invoices.pdf.wording import Wording

View = dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """What stands on one sheet, and from where on it is still free."""

    free_from: float
    intro: list[Block] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Put a row on the sheet."""
        self.rows.append(row)
        self.free_from += row.height


def render(document: View, logo: bytes | None = None) -> bytes:
    """The PDF of an issued document in its form for the wire (``contracts.invoice_documents.Invoice``).

    ``logo`` is the picture of the logo that the seller has, a PNG; without it, its name stands there. The same
    document gives the same bytes.
    """
    fonts.register()
    wording = Wording(document["language"], document["currency"])
    accent = theme.accent(document["seller"]["accent"])
    rows = table.rows_of(document["lines"], wording)
    room = Block(3 * mm, lambda _paper, _y: None)
    intro, closing = blocks_of_text(document["intro"]), blocks_of_text(document["closing"])
    below = [*blocks_of(document, wording, accent), *([room, *closing] if closing else [])]
    sheets = _laid_out([*intro, room] if intro else [], rows, below)
    buffer = io.BytesIO()
    canvas = _canvas(buffer, document, wording)
    letter = Letter(Paper(canvas), document, wording, accent, logo)
    _draw(letter, document, sheets)
    canvas.save()
    return buffer.getvalue()


def _canvas(buffer: io.BytesIO, document: View, wording: Wording) -> Canvas:
    canvas = Canvas(
        buffer,
        pagesize=(theme.WIDTH, theme.HEIGHT),
        invariant=1,
        pageCompression=1,
        initialFontName=fonts.REGULAR,
        lang=wording.language,
    )
    seller = document["seller"]
    canvas.setTitle(f"{wording(document['kind'])} {document['number']}")
    canvas.setAuthor(seller["legal_name"] or seller["name"])
    canvas.setSubject(wording(document["kind"]))
    canvas.setCreator("Portico")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def _laid_out(intro: list[Block], rows: list[Row], blocks: list[Block]) -> list[Sheet]:
    sheets = [Sheet(theme.FIRST_BODY_TOP)]
    for block in intro:
        if sheets[-1].free_from + block.height > theme.BODY_BOTTOM:
            sheets.append(Sheet(theme.NEXT_BODY_TOP))
        sheets[-1].intro.append(block)
        sheets[-1].free_from += block.height
    needed = table.HEADER_HEIGHT + rows[0].height + table.CARRIED_HEIGHT
    if intro and sheets[-1].free_from + needed > theme.BODY_BOTTOM:
        sheets.append(Sheet(theme.NEXT_BODY_TOP))
    sheets[-1].free_from += table.HEADER_HEIGHT
    for row in rows:
        # The sum carried forward needs its place at the end of every sheet that is not the last.
        if sheets[-1].free_from + row.height + table.CARRIED_HEIGHT > theme.BODY_BOTTOM:
            sheets.append(_next_sheet_of_rows())
        sheets[-1].add(row)
    if sheets[-1].free_from + blocks[0].height > theme.BODY_BOTTOM and len(sheets[-1].rows) > 1:
        # The sums don't stand alone: the last row goes with them.
        last = sheets[-1].rows.pop()
        sheets.append(_next_sheet_of_rows())
        sheets[-1].add(last)
    for block in blocks:
        if sheets[-1].free_from + block.height > theme.BODY_BOTTOM:
            sheets.append(Sheet(theme.NEXT_BODY_TOP))
        sheets[-1].blocks.append(block)
        sheets[-1].free_from += block.height
    return sheets


def _next_sheet_of_rows() -> Sheet:
    return Sheet(theme.NEXT_BODY_TOP + table.HEADER_HEIGHT + table.CARRIED_HEIGHT)


def _draw(letter: Letter, document: View, sheets: list[Sheet]) -> None:
    paper, wording, accent = letter.paper, letter.wording, letter.accent
    carried = 0
    left = len(document["lines"])
    for number, sheet in enumerate(sheets, start=1):
        if number == 1:
            letter.draw_first()
        else:
            letter.draw_next()
        y = theme.FIRST_BODY_TOP if number == 1 else theme.NEXT_BODY_TOP
        for block in sheet.intro:
            block.draw(paper, y)
            y += block.height
        if sheet.rows:
            y = table.draw_header(paper, y, wording, accent)
            if left < len(document["lines"]):
                y = table.draw_carried(paper, y, wording.amount(carried), wording)
        for row in sheet.rows:
            y = table.draw_row(paper, y, row)
            carried += row.net
            left -= 1
        if sheet.rows and left:
            table.draw_carried(paper, y, wording.amount(carried), wording)
        for block in sheet.blocks:
            block.draw(paper, y)
            y += block.height
        letter.draw_footer(number, len(sheets))
        paper.next_page()
