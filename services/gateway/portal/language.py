"""Choosing the language of the pages."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.gateway.addresses import is_page
from services.gateway.languages import LANGUAGES, remember_language
from services.gateway.visitors import safe_next

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """Remember the language in this browser, and go back to where the visitor was."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    target = safe_next(request.form.get("next"))
    response = redirect(target if is_page(target) else url_for("overview.show"))
    remember_language(response, language)
    return response
