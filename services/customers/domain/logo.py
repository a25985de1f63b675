"""The merchant's logo: how large it is shown, and whether it can be seen on any ground."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# What the logo may take up on a page, in CSS pixels, and its pixels for dense screens and for printers.
BOX = (200, 40)
PIXELS = {"screen": 2, "document": 4}
# Below this contrast (WCAG's ratio) a part of a logo is hardly seen.
_SEEN = 2.5
# Luminance of the portal's surfaces, light and dark.
_LIGHT, _DARK = 1.0, 0.014
# Which share of a logo may be hardly seen: a dark line of text is, white letters within a coloured shape are meant so.
_UNSEEN_ON_DARK, _UNSEEN_ON_LIGHT = 0.25, 0.6
# From here on a picture fills its whole rectangle: it brings its own ground along.
_OPAQUE = 0.97


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo by its ``version``, shown ``width`` × ``height`` CSS pixels large.

    ``plate`` is ``dark`` or ``light`` where it needs a ground of its own in such surroundings, else ``none``.
    """

    version: str
    width: int
    height: int
    plate: str = "none"


def shown_size(width: int, height: int) -> tuple[int, int]:
    """How large a picture of these pixels is shown: it fits into the box, and is never blown up."""
    scale = min(BOX[0] / width, BOX[1] / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def plate_for(pixels: Iterable[tuple[int, int, int, int]]) -> str:
    """Where a logo of these pixels (red, green, blue, alpha: 0 to 255) needs a ground of its own."""
    luminances = []
    count = 0
    for red, green, blue, alpha in pixels:
        count += 1
        if alpha >= 128:
            luminances.append(_luminance(red, green, blue))
    if not luminances or len(luminances) >= _OPAQUE * count:
        return "none"
    if _unseen(luminances, _DARK) > _UNSEEN_ON_DARK:
        return "dark"
    return "light" if _unseen(luminances, _LIGHT) > _UNSEEN_ON_LIGHT else "none"


def _unseen(luminances: list[float], ground: float) -> float:
    """The share of these that is hardly seen on ``ground``."""
    hardly = sum(_contrast(each, ground) < _SEEN for each in luminances)
    return hardly / len(luminances)


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _luminance(red: int, green: int, blue: int) -> float:
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


_LINEAR = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (i / 255 for i in range(256))]
