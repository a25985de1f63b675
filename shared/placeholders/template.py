"""Texts with placeholders: what they are made of, what is wrong with them, and what they say once filled.

A placeholder is written ``[Group.field]``; ``[[`` stands for a bracket that is meant as one. Escaping is not done
here: whoever shows a text knows into what.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from shared.placeholders.fields import FIELDS, LINKS, PASSWORD

_MARKS = re.compile(r"\[\[|\[(?P<name>[^\[\]\n]*)\]|\[")
# An address of the web in a text, without the punctuation behind it.
ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'])")
# How alike (0 to 1) two names must be for one to be meant by the other.
_ALIKE = 0.5


class Unfillable(Exception):
    """A text has a placeholder for which there is no value: it must not be shown to anybody."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``[name]`` in a text, ``position`` characters from its beginning. ``name`` is None without a closing bracket."""

    name: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a filled text. What fills a placeholder is a ``value``; some of these are a ``link``'s address."""

    text: str
    is_value: bool = False
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a placeholder, and where: ``line`` and ``column`` count from 1.

    ``code`` is ``unknown_placeholder``, ``placeholder_not_here`` (it exists, but not for this kind of text) or
    ``unclosed_placeholder``. ``suggestion`` is what was probably meant, or empty.
    """

    code: str
    placeholder: str
    suggestion: str
    position: int
    line: int
    column: int


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[str | Placeholder, ...]:
    """The pieces of ``text`` in their order: plain text as it is to be read, and placeholders."""
    pieces: list[str | Placeholder] = []
    plain, end = "", 0
    for mark in _MARKS.finditer(text):
        plain += text[end : mark.start()]
        end = mark.end()
        if mark[0] == "[[":
            plain += "["
            continue
        if plain:
            pieces.append(plain)
        plain = ""
        pieces.append(Placeholder(mark["name"], mark.start()))
    plain += text[end:]
    return (*pieces, plain) if plain else tuple(pieces)


def used(text: str) -> frozenset[str]:
    """The names of all placeholders in ``text``."""
    return frozenset(each.name for each in _placeholders(text) if each.name is not None)


def problems(text: str, allowed: Collection[str]) -> list[Problem]:
    """All that is wrong with the placeholders of a text that may use those ``allowed``."""
    found = []
    for each in _placeholders(text):
        code = _code(each.name, allowed)
        if code is None:
            continue
        before = text[: each.position]
        found.append(
            Problem(
                code=code,
                placeholder="[" if each.name is None else f"[{each.name}]",
                suggestion="" if each.name is None else _suggestion(each.name, allowed),
                position=each.position,
                line=before.count("\n") + 1,
                column=each.position - (before.rfind("\n") + 1) + 1,
            )
        )
    return found


def fill(text: str, values: Mapping[str, str]) -> tuple[Part, ...]:
    """``text`` with each placeholder's value in its place. Raises Unfillable where one has none."""
    return tuple(Part(piece) if isinstance(piece, str) else _filled(piece, values) for piece in parse(text))


def fill_some(text: str, values: Mapping[str, str], *, left: Collection[str]) -> str:
    """``text`` with the values in their places, still a text with placeholders: those of ``left`` stay in it.

    Raises Unfillable where another has no value.
    """
    return "".join(
        _escaped(piece)
        if isinstance(piece, str)
        else f"[{piece.name}]"
        if piece.name in left
        else _escaped(_value(piece, values))
        for piece in parse(text)
    )


def plain(parts: Collection[Part]) -> str:
    """A filled text as one."""
    return "".join(part.text for part in parts)


def _placeholders(text: str) -> Iterator[Placeholder]:
    return (piece for piece in parse(text) if isinstance(piece, Placeholder))


def _code(name: str | None, allowed: Collection[str]) -> str | None:
    if name is None:
        return "unclosed_placeholder"
    if name in allowed:
        return None
    return "placeholder_not_here" if name in FIELDS else "unknown_placeholder"


def _suggestion(name: str, allowed: Collection[str]) -> str:
    """The allowed placeholder that ``name`` is most like; none for one that exists and is not allowed."""
    if name in FIELDS:
        return ""
    by_spelling = {each.lower(): each for each in allowed}
    spelled = re.sub(r"[\s_.-]+", "_", name.strip().lower()).replace("_", ".", 1)
    alike = difflib.get_close_matches(spelled, by_spelling, n=1, cutoff=_ALIKE)
    return f"[{by_spelling[alike[0]]}]" if alike else ""


def _filled(placeholder: Placeholder, values: Mapping[str, str]) -> Part:
    value = _value(placeholder, values)
    # A password that was used is a link with which another one can be chosen.
    may_be_link = placeholder.name == PASSWORD and value.startswith(("https://", "http://"))
    return Part(value, is_value=True, is_link=placeholder.name in LINKS or may_be_link)


def _value(placeholder: Placeholder, values: Mapping[str, str]) -> str:
    if placeholder.name is None or placeholder.name not in values:
        raise Unfillable(placeholder.name or "[")
    return values[placeholder.name]


def _escaped(text: str) -> str:
    return text.replace("[", "[[")
