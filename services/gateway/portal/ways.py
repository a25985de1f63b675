"""Ways in that need nothing to be typed: a customer's secret link, and an address from the merchant's own app.

Both open the portal at once, for they are followed by people. What only looks (HEAD) opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.gateway.asking import call
from services.gateway.error_texts import status_of, text_of
from services.gateway.portal.preferences import take_over_language
from services.gateway.visitors import safe_next, start_session
from shared.kernel.errors import DomainError

blueprint = Blueprint("ways", __name__)

_LAST_PART = "<string(maxlength=200):secret>"
# What whoever follows a link is told on a page of its own.
_TOLD = frozenset({"secret_link_over", "opening_over", "way_not_offered", "no_access", "not_found"})


@blueprint.get(f"/s/{_LAST_PART}")
def follow_secret_link(secret: str) -> ResponseReturnValue:
    """Open the portal for whoever has the customer's secret link."""
    return _enter(lambda: call("auth", "open_secret_link", secret=secret))


@blueprint.get(f"/open/{_LAST_PART}")
def open_from_app(secret: str) -> ResponseReturnValue:
    """Open the portal, once, for a user of the merchant's app."""
    return _enter(lambda: call("auth", "use_opening", token=secret))


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """The address opens the portal: no other address is to learn of it, and no search engine to keep it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _enter(ask: Callable[[], dict[str, Any]]) -> ResponseReturnValue:
    if request.method == "HEAD":
        return ""
    try:
        session = ask()
    except DomainError as error:
        if error.code not in _TOLD:
            raise
        return render_template("sign_in/way_over.html", code=error.code, text=text_of(error)), status_of(
            error
        )
    response = redirect(safe_next(session.get("path") or url_for("overview.show")))
    start_session(response, session["token"])
    take_over_language(response, session)
    return response
