"""Which language a page speaks: the one chosen, else the browser's, else the merchant's."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Domain, get_locale
from werkzeug.wrappers import Response

from services.gateway.cookies import cookie, set_cookie

# Each language by its own name, as the switch shows it.
LANGUAGES = {"en": "English", "de": "Deutsch"}
_COOKIE = "language"
_A_YEAR = 365 * 24 * 3600
_BRITISH = Locale("en", "GB")


def select_language() -> str:
    """Flask-Babel's selector."""
    if not has_request_context():
        return "en"
    # The API looks at no cookies.
    chosen = cookie(_COOKIE) if request.blueprint != "api" else None
    if chosen in LANGUAGES:
        return chosen
    # The merchant's language is the one last known: asking for it anew would itself need the language.
    merchants = current_app.extensions["portico_merchants"].last_known["default_language"]
    return request.accept_languages.best_match(LANGUAGES) or (merchants if merchants in LANGUAGES else "en")


def has_chosen_language() -> bool:
    """Whether somebody has chosen a language in this browser."""
    return cookie(_COOKIE) in LANGUAGES


def remember_language(response: Response, language: str) -> None:
    """From now on this browser gets its pages in ``language``."""
    set_cookie(response, _COOKIE, language, max_age=_A_YEAR)


def set_up(app: Flask) -> None:
    """Tell templates which languages there are, and which is spoken. Comes after Flask-Babel's own set-up."""
    app.extensions["babel"].instance.domain_instance = _Catalogues()
    app.jinja_env.globals.update(current_language=current_language, languages=LANGUAGES)
    app.after_request(_tell_language)


def _tell_language(response: Response) -> Response:
    if response.mimetype == "text/html" and request.blueprint != "api_docs":
        response.headers.setdefault("Content-Language", current_language())
    return response


def conventions() -> Locale:
    """How to write days, times and amounts: the page's language's way, for English the browser's kind of it."""
    locale = get_locale()
    return _BRITISH if locale.language == "en" and _reads_british() else locale


def _reads_british() -> bool:
    # Kept for the request, which may write a hundred amounts.
    if "reads_british" not in g:
        g.reads_british = request.accept_languages.best_match(("en-US", "en-GB")) == "en-GB"
    return bool(g.reads_british)


def current_language() -> str:
    """The IETF tag of the page's language."""
    return str(get_locale())


class _Catalogues(Domain):
    """Flask-Babel's catalogues, found by the language alone: it spells out the whole locale for each text."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Any] = {}

    def get_translations(self) -> Any:
        locale = get_locale()
        language = locale.language if locale else ""
        if language not in self._found:
            self._found[language] = super().get_translations()
        return self._found[language]
