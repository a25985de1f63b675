"""Choosing the language of the pages."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.gateway.addresses import is_page
from services.gateway.cookies import set_cookie
from services.gateway.languages import LANGUAGE_COOKIE, LANGUAGES
from services.gateway.visitors import safe_next

_A_YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """Remember the language in this browser, and go back to where the visitor was."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    target = safe_next(request.form.get("next"))
    response = redirect(target if is_page(target) else url_for("overview.show"))
    set_cookie(response, LANGUAGE_COOKIE, language, max_age=_A_YEAR)
    return response
