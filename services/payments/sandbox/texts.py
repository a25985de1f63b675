"""The sandbox's texts: one file for each language, all with the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from flask import Request

LANGUAGES = ("en", "de")
_FOLDER = Path(__file__).parent / "texts"
TEXTS: Mapping[str, Mapping[str, str]] = {
    language: tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    for language in LANGUAGES
}


def choose_language(request: Request, wanted: str = "") -> str:
    """The ``lang`` of the query, else what the merchant ``wanted``, else the browser's, else English."""
    for tag in (request.args.get("lang", ""), wanted, *request.accept_languages.values()):
        language = tag.partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]
