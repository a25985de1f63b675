"""Filled texts as HTML, for pages and e-mails."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from shared.placeholders.template import ADDRESS, Part

_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")


def paragraphs(parts: Iterable[Part]) -> Markup:
    """A filled text in paragraphs. Addresses of the web become links.

    What fills a placeholder is only a link where the placeholder is one: a customer's name stays a name.
    """
    html = "".join(_written(part) for part in parts).strip()
    pieces = _BETWEEN_PARAGRAPHS.split(html) if html else []
    # All that came in was escaped.
    return Markup("".join(f"<p>{piece.replace(chr(10), '<br>')}</p>" for piece in pieces))  # noqa: S704


def _written(part: Part) -> str:
    if part.is_value:
        return _link(part.text) if part.is_link else str(escape(part.text))
    pieces = ADDRESS.split(part.text)
    return "".join(_link(piece) if index % 2 else str(escape(piece)) for index, piece in enumerate(pieces))


def _link(address: str) -> str:
    return str(Markup('<a href="{0}">{0}</a>').format(address))
