"""Choosing the language of the pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

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
    response = redirect(target if _is_page(target) else url_for("overview.show"))
    set_cookie(response, LANGUAGE_COOKIE, language, max_age=_A_YEAR)
    return response


def _is_page(target: str) -> bool:
    """Whether there is something to see at ``target``: the answer to a form may stand where only forms go."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(urlsplit(target).path, method="GET")
