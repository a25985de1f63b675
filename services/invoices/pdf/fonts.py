"""Fonts: Source Sans, embedded, for Latin, Greek and Cyrillic; others step in for what it does not have.

Chinese, Japanese and Korean come from Droid Sans Fallback where the machine has it (Debian: fonts-droid-fallback,
2 MB) and are embedded; else the reader's own fonts are named, as PDF readers have them for these scripts. Hebrew,
Arabic and all other scripts come from DejaVu Sans (Debian: fonts-dejavu-core, 1 MB), in the order in which they are
read, with the letters of Arabic joined.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR = "Sans"
BOLD = "Sans-Semibold"
_FILES = {REGULAR: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Semibold.ttf"}
_FALLBACK, _WORLD = "Fallback", "World"
# reportlab looks for them where systems keep their fonts.
_STAND_INS = {
    _FALLBACK: ("DroidSansFallbackFull.ttf", "droid/DroidSansFallbackFull.ttf"),
    _WORLD: ("DejaVuSans.ttf", "dejavu/DejaVuSans.ttf"),
}
# Korean begins here, and what comes before is not in the fonts of readers.
_FIRST_OF_EAST_ASIA = 0x1100
_FROM_RIGHT = frozenset({"R", "AL"})
_STRONG = _FROM_RIGHT | {"L"}
# Joins the letters of Arabic; that one word has a sign of its own, which few fonts have.
_joined = ArabicReshaper({"ARABIC LIGATURE ALLAH": False})
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
    for name, places in _STAND_INS.items():
        for file in places:
            try:
                pdfmetrics.registerFont(TTFont(name, file))
            except TTFError:
                continue
            break


@lru_cache(maxsize=4096)
def runs(text: str, font: str) -> tuple[Run, ...]:
    """``text`` cut into pieces, from left to right as they are seen, each with the font that has its characters."""
    text = _seen(unicodedata.normalize("NFC", text).translate(_SAME))
    known = pdfmetrics.getFont(font).face.charWidths
    if all(ord(sign) in known for sign in text):
        return ((text, font),)
    marked = ((sign, font if ord(sign) in known else _font_for(sign, font, text)) for sign in text)
    return tuple(("".join(sign for sign, _ in part), name) for name, part in groupby(marked, lambda m: m[1]))


def is_from_right(lines: Iterable[str]) -> bool:
    """Whether most of ``lines`` begin at the right, as their first letters tell (Unicode bidi, rule P2)."""
    strong = [
        next((kind for sign in line if (kind := unicodedata.bidirectional(sign)) in _STRONG), "")
        for line in lines
    ]
    from_right = sum(kind in _FROM_RIGHT for kind in strong)
    return from_right > strong.count("L")


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


def _font_for(sign: str, font: str, text: str) -> str:
    """A font that has ``sign`` of ``text``; ``font`` itself, with its sign for what is missing, where none has."""
    for name in _STAND_INS:
        if (
            name in pdfmetrics.getRegisteredFontNames()
            and ord(sign) in pdfmetrics.getFont(name).face.charWidths
        ):
            return name
    return _font_of_readers(text) if ord(sign) >= _FIRST_OF_EAST_ASIA else font


def _seen(text: str) -> str:
    """The characters in the order in which they stand on paper: Hebrew and Arabic run from right to left."""
    if not any(unicodedata.bidirectional(sign) in _FROM_RIGHT for sign in text):
        return text
    shown: str = get_display(_joined.reshape(text))
    return "".join(sign for sign in shown if unicodedata.category(sign) != "Cf")


def _font_of_readers(text: str) -> str:
    """The font that PDF readers bring along for the script of ``text``."""
    name = _HAN
    if any("\u3040" <= sign <= "\u30ff" for sign in text):
        name = _KANA
    elif any("\uac00" <= sign <= "\ud7a3" or "\u1100" <= sign <= "\u11ff" for sign in text):
        name = _HANGUL
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
