"""Logos in SVG: what could do harm is taken out or refused, and what is left is drawn by a process of its own.

Nothing of the file itself is kept or shown: only the pixels go on.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from shared.kernel.errors import DomainError

# So large is it drawn: room for what a transparent border takes away again.
_WIDTH, _HEIGHT = 1600, 320
_MOST_ELEMENTS, _MOST_DRAWN, _DEEPEST = 20_000, 50_000, 100
_SECONDS = 10
_DRAWING = Path(__file__).with_name("svg_drawing.py")

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_PAINT = {"linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker", "filter"}
_STRUCTURE = {"svg", "g", "a", "defs", "symbol", "use", "switch", "style"}
_KEPT = _SHAPES | _PAINT | _STRUCTURE
# What would be missing in the picture, so that it would be another logo than meant.
_REFUSED = {
    "text": "text",
    "tspan": "text",
    "textPath": "text",
    "image": "picture",
    "feImage": "picture",
    "foreignObject": "picture",
}
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ELSEWHERE = re.compile(r"@import|url\(\s*(?![\"\']?\s*#)|\\", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)\s*(?:px|pt|pc|mm|cm|in)?\s*\Z", re.IGNORECASE)


def looks_like_svg(content: bytes) -> bool:
    """Whether this is meant to be an SVG."""
    return b"<svg" in content[:4096]


def draw(content: bytes) -> bytes:
    """A PNG of the SVG. Raises DomainError ``invalid_logo`` with a ``reason``.

    ``unreadable``, ``text`` (letters that need a font), ``picture`` (a picture within), ``reference`` (something that
    lies elsewhere), ``size`` (no proportions) or ``too_much`` to draw.
    """
    root = _root(content)
    size = _size(root)
    _clean(root)
    _must_be_little(root)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_DRAWING), *map(str, size)],
            input=ElementTree.tostring(root),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused("too_much") from error
    if done.returncode != 0 or not done.stdout:
        # It ran into its limits, or the drawing library found nothing that it could draw.
        raise _refused("unreadable" if done.returncode == 2 else "too_much")
    return done.stdout


def _root(content: bytes) -> ElementTree.Element:
    """The file as a tree. Entities are refused before anything could be made of them."""
    try:
        text = _DECLARATION.sub("", content.decode("utf-8-sig"), count=1)
        text = _DOCTYPE.sub("", text, count=1)
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise _refused("reference")
        root = ElementTree.fromstring(text)  # noqa: S314
    except (ValueError, ElementTree.ParseError, RecursionError) as error:
        raise _refused("unreadable") from error
    if root.tag != f"{_SVG}svg":
        raise _refused("unreadable")
    return root


def _size(root: ElementTree.Element) -> tuple[int, int]:
    """How large it is drawn, in pixels."""
    numbers = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(numbers) == 4:
        width, height = _length(numbers[2]), _length(numbers[3])
    else:
        width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if not (0 < width < 1e7 and 0 < height < 1e7):
        raise _refused("size")
    scale = min(_WIDTH / width, _HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _length(text: str) -> float:
    found = _LENGTH.match(text)
    return float(found[1]) if found else 0.0


def _clean(root: ElementTree.Element) -> None:
    """Take out what is not drawn, and refuse what lies elsewhere or would be missing."""
    level, depth, count = [root], 0, 0
    while level:
        depth += 1
        count += len(level)
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise _refused("too_much")
        for element in level:
            _check(element)
            for child in list(element):
                name = _name(child)
                if name in _REFUSED:
                    raise _refused(_REFUSED[name])
                if name not in _KEPT and not name.startswith("fe"):
                    element.remove(child)
        level = [child for element in level for child in element]


def _check(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name.lower().startswith("on") or (name in _HREFS and _name(element) == "a"):
            del element.attrib[name]
        elif (name in _HREFS and not value.strip().startswith("#")) or _ELSEWHERE.search(value):
            raise _refused("reference")
    if _name(element) == "style" and _ELSEWHERE.search("".join(element.itertext())):
        raise _refused("reference")


def _must_be_little(root: ElementTree.Element) -> None:
    """Refuse what is little to read and much to draw: uses of uses of uses."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[ElementTree.Element, int] = {}
    under_way: set[ElementTree.Element] = set()

    def drawn(element: ElementTree.Element) -> int:
        if element in under_way:
            raise _refused("too_much")
        if element not in known:
            under_way.add(element)
            total = 1 + sum(drawn(child) for child in element)
            target = by_id.get(_target(element))
            if target is not None and _name(element) == "use":
                total += drawn(target)
            under_way.discard(element)
            known[element] = total
        return known[element]

    try:
        if drawn(root) > _MOST_DRAWN:
            raise _refused("too_much")
    except RecursionError as error:
        raise _refused("too_much") from error


def _target(element: ElementTree.Element) -> str:
    return next((element.attrib[name].strip()[1:] for name in _HREFS if name in element.attrib), "")


def _name(element: ElementTree.Element) -> str:
    """The element's name; empty for those of other vocabularies, such as a drawing program's own."""
    return element.tag.removeprefix(_SVG) if str(element.tag).startswith(_SVG) else ""


def _refused(reason: str) -> DomainError:
    return DomainError("invalid_logo", reason=reason)
