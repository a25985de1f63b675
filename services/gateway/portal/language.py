"""Choosing the language of the pages."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from services.gateway.languages import LANGUAGE_COOKIE, LANGUAGES
from services.gateway.visitors import safe_next, set_cookie

_A_YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """Remember the language in this browser, and go back to where the visitor was."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    response = redirect(safe_next(request.form.get("next")))
    set_cookie(response, LANGUAGE_COOKIE, language, max_age=_A_YEAR)
    return response
