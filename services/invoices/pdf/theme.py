"""Measures and colours. Lengths are points, from the left and from the top edge of an A4 sheet (DIN 5008, form B)."""

from __future__ import annotations

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

WIDTH, HEIGHT = A4
LEFT = 25 * mm
RIGHT = WIDTH - 20 * mm

# The window of an envelope: the sender in one line, then up to 27.3 mm for the address.
ADDRESS_TOP = 62.7 * mm
ADDRESS_HEIGHT = 27.3 * mm
ADDRESS_WIDTH = 80 * mm
FACTS_LEFT = 125 * mm
FACTS_TOP = 50 * mm
TITLE_TOP = 105 * mm
FIRST_BODY_TOP = 116 * mm
NEXT_BODY_TOP = 32 * mm
BODY_BOTTOM = 265 * mm
FOOTER_TOP = 272 * mm
FOLDS = (105 * mm, 210 * mm)
PUNCH = 148.5 * mm

INK = HexColor("#1a1d21")
QUIET = HexColor("#5c6570")
HAIRLINE = HexColor("#d5dae0")
_DEFAULT_ACCENT = "#1f5f8b"
# WCAG 2.2, 1.4.3: so is the merchant's colour readable as text on paper.
_LEAST_CONTRAST = 4.5


def accent(asked: str) -> Color:
    """The merchant's colour (``#rrggbb``, or empty), as much darker as it must be to be readable on white."""
    colour = HexColor(asked or _DEFAULT_ACCENT)
    while contrast_with_white(colour) < _LEAST_CONTRAST:
        colour = Color(colour.red * 0.95, colour.green * 0.95, colour.blue * 0.95)
    return colour


def contrast_with_white(colour: Color) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    red, green, blue = (_linear(channel) for channel in (colour.red, colour.green, colour.blue))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
