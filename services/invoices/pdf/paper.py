"""Drawing on a sheet, from its top left corner."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from services.invoices.pdf.fonts import REGULAR, runs, width
from services.invoices.pdf.theme import HAIRLINE, HEIGHT, INK


class Paper:
    """A reportlab canvas, with lengths from the top, and text whose characters come from several fonts."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas

    def text(
        self, x: float, y: float, text: str, *, font: str = REGULAR, size: float = 9, colour: Color = INK
    ) -> None:
        """Text from ``x`` on, its baseline at ``y``."""
        self._canvas.setFillColor(colour)
        for piece, name in runs(text, font):
            self._canvas.setFont(name, size)
            self._canvas.drawString(x, HEIGHT - y, piece)
            x += stringWidth(piece, name, size)

    def text_to(
        self, x: float, y: float, text: str, *, font: str = REGULAR, size: float = 9, colour: Color = INK
    ) -> None:
        """Text up to ``x``, its baseline at ``y``."""
        self.text(x - width(text, font, size), y, text, font=font, size=size, colour=colour)

    def line(
        self, x1: float, x2: float, y: float, *, colour: Color = HAIRLINE, thickness: float = 0.5
    ) -> None:
        """A horizontal line."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(thickness)
        self._canvas.line(x1, HEIGHT - y, x2, HEIGHT - y)

    def bar(self, x: float, y: float, width: float, height: float, colour: Color) -> None:
        """A filled rectangle, its top left corner at ``x`` and ``y``."""
        self._canvas.setFillColor(colour)
        self._canvas.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)

    def pixels(self, x: float, y: float, size: float, rows: list[bytearray]) -> None:
        """A square of dark and light modules (a QR code), ``size`` wide, its top left corner at ``x`` and ``y``."""
        module = size / len(rows)
        path = self._canvas.beginPath()
        for row, modules in enumerate(rows):
            for column, dark in enumerate(modules):
                if dark:
                    path.rect(x + column * module, HEIGHT - y - (row + 1) * module, module, module)
        self._canvas.setFillColor(INK)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def picture(self, x: float, y: float, width: float, height: float, png: bytes) -> None:
        """A picture, its top left corner at ``x`` and ``y``; what is transparent in it stays so."""
        image = ImageReader(BytesIO(png))
        self._canvas.drawImage(image, x, HEIGHT - y - height, width, height, mask="auto")

    def plate(self, x: float, y: float, width: float, height: float) -> None:
        """A dark ground with round corners, its top left corner at ``x`` and ``y``."""
        self._canvas.setFillColor(INK)
        self._canvas.roundRect(x, HEIGHT - y - height, width, height, 1.5 * mm, stroke=0, fill=1)

    def link(self, x1: float, x2: float, y: float, size: float, url: str) -> None:
        """What stands from ``x1`` to ``x2`` on the baseline ``y``, ``size`` high, leads to ``url``."""
        area = (x1, HEIGHT - y - 0.25 * size, x2, HEIGHT - y + 0.8 * size)
        self._canvas.linkURL(url, area, relative=0, thickness=0)

    def next_page(self) -> None:
        """End this sheet and take the next."""
        self._canvas.showPage()
