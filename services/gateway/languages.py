"""Which language a page speaks: the one chosen, else the browser's, else the merchant's."""

from __future__ import annotations

from babel import Locale
from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale

# Each language by its own name, as the switch shows it.
LANGUAGES = {"en": "English", "de": "Deutsch"}
LANGUAGE_COOKIE = "language"
_BRITISH = Locale("en", "GB")


def select_language() -> str:
    """Flask-Babel's selector."""
    if not has_request_context():
        return "en"
    # The API looks at no cookies.
    chosen = request.cookies.get(LANGUAGE_COOKIE) if request.blueprint != "api" else None
    if chosen in LANGUAGES:
        return chosen
    # The merchant's language is the one last known: asking for it anew would itself need the language.
    merchants = current_app.extensions["portico_merchants"].last_known["default_language"]
    return request.accept_languages.best_match(LANGUAGES) or (merchants if merchants in LANGUAGES else "en")


def set_up(app: Flask) -> None:
    """Tell templates which languages there are, and which is spoken."""
    app.jinja_env.globals.update(current_language=current_language, languages=LANGUAGES)


def conventions() -> Locale:
    """How to write days, times and amounts: the page's language's way, for English the browser's kind of it."""
    locale = get_locale()
    if locale.language == "en" and request.accept_languages.best_match(("en-US", "en-GB")) == "en-GB":
        return _BRITISH
    return locale


def current_language() -> str:
    """The IETF tag of the page's language."""
    return str(get_locale())
