"""Fonts: Source Sans, embedded, for Latin, Greek and Cyrillic; others step in for what it does not have.

Chinese, Japanese and Korean come from Droid Sans Fallback where the machine has it (Debian: fonts-droid-fallback,
2 MB) and are embedded; else the reader's own fonts are named, as PDF readers have them for these scripts.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR = "Sans"
BOLD = "Sans-Semibold"
_FILES = {REGULAR: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Semibold.ttf"}
_FALLBACK = "Fallback"
# reportlab looks for it where systems keep their fonts.
_FALLBACK_FILES = ("DroidSansFallbackFull.ttf", "droid/DroidSansFallbackFull.ttf")
# Adobe's names for fonts that readers bring along: Japanese, Korean, Chinese.
_KANA, _HANGUL, _HAN = "HeiseiKakuGo-W5", "HYSMyeongJo-Medium", "STSong-Light"
# Thin spaces that the font has under another name.
_SAME = str.maketrans({"\u2009": "\u202f", "\t": " ", "\r": " "})

Run = tuple[str, str]


def register() -> None:
    """Make the fonts known to reportlab; again is harmless."""
    if REGULAR in pdfmetrics.getRegisteredFontNames():
        return
    folder = files("font_source_sans_pro") / "files"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    for file in _FALLBACK_FILES:
        try:
            pdfmetrics.registerFont(TTFont(_FALLBACK, file))
        except TTFError:
            continue
        return


@lru_cache(maxsize=4096)
def runs(text: str, font: str) -> tuple[Run, ...]:
    """``text`` cut into pieces, each with the font that has its characters."""
    text = unicodedata.normalize("NFC", text).translate(_SAME)
    known = pdfmetrics.getFont(font).face.charWidths
    if all(ord(sign) in known for sign in text):
        return ((text, font),)
    stand_in = _stand_in(text)
    marked = ((sign, font if ord(sign) in known else _font_for(sign, font, stand_in)) for sign in text)
    return tuple(("".join(sign for sign, _ in part), name) for name, part in groupby(marked, lambda m: m[1]))


def width(text: str, font: str, size: float) -> float:
    """How wide ``text`` is, in points."""
    return sum(pdfmetrics.stringWidth(piece, name, size) for piece, name in runs(text, font))


def wrap(text: str, font: str, size: float, most: float) -> list[str]:
    """``text`` in lines of at most ``most`` points; words that are longer are broken."""
    return [line for part in text.split("\n") for line in _wrap(part, font, size, most)]


def _wrap(text: str, font: str, size: float, most: float) -> list[str]:
    if width(text, font, size) <= most:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, font, size) <= most:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, font, size, most)
        lines += full
    return [*lines, line]


def _broken(word: str, font: str, size: float, most: float) -> list[str]:
    """The word in pieces: cut behind a hyphen or the like if there is one, else where the line is full."""
    pieces = []
    while width(word, font, size) > most:
        fits = next(
            end for end in range(len(word), 0, -1) if end == 1 or width(word[:end], font, size) <= most
        )
        seam = max(word.rfind(sign, 0, fits) for sign in "-/_.@") + 1
        cut = seam or fits
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def _font_for(sign: str, font: str, stand_in: str) -> str:
    face = getattr(pdfmetrics.getFont(stand_in), "face", None)
    widths = getattr(face, "charWidths", None)
    # The fonts that readers bring along have the signs of their scripts, and nothing is known of others.
    has_it = ord(sign) in widths if widths is not None else ord(sign) >= 0x1100
    return stand_in if has_it else font


def _stand_in(text: str) -> str:
    if _FALLBACK in pdfmetrics.getRegisteredFontNames():
        return _FALLBACK
    name = _HAN
    if any("\u3040" <= sign <= "\u30ff" for sign in text):
        name = _KANA
    elif any("\uac00" <= sign <= "\ud7a3" or "\u1100" <= sign <= "\u11ff" for sign in text):
        name = _HANGUL
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
