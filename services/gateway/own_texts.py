"""The merchant's own texts on pages: filled for whoever looks, and written as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from services.gateway import process_memory
from services.gateway.asking import call
from services.gateway.brief import Brief
from services.gateway.languages import current_language
from shared.kernel.errors import DomainError
from shared.logging import get_logger
from shared.placeholders.html import paragraphs
from shared.placeholders.kinds import KINDS, language_of
from shared.placeholders.template import Part, Unfillable, fill

log = get_logger("portico")

_SECONDS = 1.0
_ON_PAGES = [kind.name for kind in KINDS.values() if kind.area == "portal"]

Written = Mapping[tuple[str, str], str]


class OwnTexts:
    """What the merchant wrote for pages, at most a second old; the last that is known while customers is away."""

    def __init__(self) -> None:
        self._fresh: Brief[Written] = Brief(_SECONDS)
        self._last_known: Written = {}

    def current(self) -> Written:
        """The texts by kind and language."""
        return self._fresh.get("", self._ask)

    def _ask(self) -> Written:
        try:
            texts = call("customers", "get_texts", kinds=_ON_PAGES)["items"]
        except DomainError as error:
            # A page can do without; a second later we ask again.
            log.warning("own_texts_not_known", code=error.code)
            return self._last_known
        self._last_known = {(text["kind"], text["language"]): text["text"] for text in texts}
        return self._last_known


def own_text(kind: str, values: Mapping[str, str]) -> tuple[Part, ...]:
    """The text of ``kind`` in the page's language, filled; nothing where nobody wrote one, or one can't be filled."""
    texts: OwnTexts = current_app.extensions["portico_own_texts"]
    text = texts.current().get((kind, language_of(current_language())), "")
    try:
        return fill(text, values)
    except Unfillable as error:
        # The editor refuses such a text: it was written by another version.
        log.error("own_text_not_fillable", kind=kind, placeholder=str(error))
        return ()


def prose(text: str | Iterable[Part | Mapping[str, Any]]) -> Markup:
    """A text, or the parts of one that was filled, as paragraphs of HTML."""
    return paragraphs([Part(text)] if isinstance(text, str) else [_part(each) for each in text])


def _part(given: Part | Mapping[str, Any]) -> Part:
    return given if isinstance(given, Part) else Part(**given)


def set_up(app: Flask) -> None:
    """Give templates ``prose``."""
    process_memory.keep(app, "portico_own_texts", OwnTexts)
    app.jinja_env.filters["prose"] = prose
