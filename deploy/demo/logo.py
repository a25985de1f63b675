"""The demo merchant's logo, drawn: a lark on a tile, and the name beside it."""

from __future__ import annotations

from base64 import b64encode
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

_GREEN, _WHITE = "#38845d", "#ffffff"
_WORD = "Heidelerche"
# Drawn large and made smaller, so that edges are smooth.
_TILE, _SMALLER = 640, 4


def logo() -> str:
    """The logo as PNG in base64."""
    font = ImageFont.truetype(
        str(files("font_source_sans_pro") / "files" / "SourceSansPro-Semibold.ttf"), 430
    )
    left, word = _TILE + 130, round(font.getlength(_WORD))
    image = Image.new("RGBA", (left + word + 20, _TILE), (56, 132, 93, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, _TILE - 1, _TILE - 1), 140, fill=_GREEN)
    _draw_lark(draw)
    draw.text((left, _TILE / 2 + 10), _WORD, font=font, fill=_GREEN, anchor="lm")
    small = image.resize((image.width // _SMALLER, image.height // _SMALLER), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.save(written, "PNG", optimize=True)
    return b64encode(written.getvalue()).decode()


def _draw_lark(draw: ImageDraw.ImageDraw) -> None:
    draw.pieslice((100, 90, 500, 490), 0, 180, fill=_WHITE)  # body
    draw.polygon(((100, 290), (40, 190), (260, 290)), fill=_WHITE)  # tail
    draw.ellipse((340, 150, 520, 330), fill=_WHITE)  # head
    draw.polygon(((505, 205), (600, 245), (505, 275)), fill=_WHITE)  # beak
    draw.pieslice((190, 120, 430, 420), 180, 300, fill=_WHITE)  # wing
    draw.ellipse((425, 205, 461, 241), fill=_GREEN)  # eye
    draw.line(((270, 485), (245, 570)), fill=_WHITE, width=26)
    draw.line(((345, 480), (335, 570)), fill=_WHITE, width=26)
