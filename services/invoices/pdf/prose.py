"""The merchant's own texts on paper: paragraphs that go on over as many sheets as they need, with their links."""

from __future__ import annotations

import re

from reportlab.lib.units import mm

from services.invoices.pdf.closing import Block
from services.invoices.pdf.fonts import REGULAR, width, wrap
from services.invoices.pdf.paper import Paper
from services.invoices.pdf.theme import LEFT, RIGHT
from shared.placeholders.template import ADDRESS

_SIZE = 9.5
_LEADING = 4.7 * mm
_BETWEEN = 2.4 * mm
# So many lines stay together on one sheet.
_TOGETHER = 12


def blocks_of_text(text: str) -> list[Block]:
    """The paragraphs of ``text``, which empty lines part."""
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text) if text else []:
        lines = wrap(paragraph, REGULAR, _SIZE, RIGHT - LEFT)
        pieces = [lines[start : start + _TOGETHER] for start in range(0, len(lines), _TOGETHER)]
        blocks += [_block(piece, is_last=piece is pieces[-1]) for piece in pieces]
    return blocks


def _block(lines: list[str], *, is_last: bool) -> Block:
    def draw(paper: Paper, y: float) -> None:
        y += 4 * mm
        for line in lines:
            paper.text(LEFT, y, line, size=_SIZE)
            for address in ADDRESS.finditer(line):
                start = LEFT + width(line[: address.start()], REGULAR, _SIZE)
                end = start + width(address[0], REGULAR, _SIZE)
                paper.link(start, end, y, _SIZE, address[0])
            y += _LEADING

    return Block(len(lines) * _LEADING + (_BETWEEN if is_last else 0), draw)
