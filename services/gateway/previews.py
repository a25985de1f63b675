"""Previews: staff see the portal as a bill group's billing contact sees it, and nothing can be changed.

While the cookie is there, every page of the portal is asked for with the preview in the place of a session. All that
is asked of the services then says so (``Context.read_only``), and they refuse what changes something; forms are
refused here before that, with a page that says why. A preview that is over is never taken for the session that the
same browser may have besides.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import Any

from flask import Flask, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from services.gateway import process_memory
from services.gateway.asking import call
from services.gateway.brief import Brief
from services.gateway.cookies import delete_cookie, preview_token, set_cookie
from shared.kernel.errors import DomainError

# How long a preview that another process has ended may still be shown.
_SECONDS_KEPT = 0.5
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
# What changes nothing but this browser, and the way out.
_STILL_TAKEN = frozenset({"language.choose", "previews.end"})
# What is the same for everybody, or nothing to do with the portal.
_NO_PAGES = frozenset({"static", "look.stylesheet", "logo.show"})
_OTHER_PARTS = ("/admin", "/api", "/webhooks", "/healthz", "/readyz", "/metrics")


def show_preview(response: Response, token: str) -> None:
    """From now on this browser is shown the preview that ``token`` opens."""
    set_cookie(response, "preview", token)


def end_preview() -> Response:
    """Back to the admin pages, where it was started."""
    token = preview_token()
    preview = _find(token) if token else None
    if token:
        call("auth", "end_preview", token=token)
        _cache().forget(_cache_key(token))
    back = url_for("overview.show")
    if preview:
        back = f"/admin/customers/{preview['customer']}/access"
    response = redirect(back, 303)
    delete_cookie(response, "preview")
    return response


def forget_preview(response: Response) -> None:
    """Show no preview any more: whoever started it has signed out. Where auth does not answer, it ends by itself."""
    token = preview_token()
    if token:
        with suppress(DomainError):
            call("auth", "end_preview", token=token)
        _cache().forget(_cache_key(token))
        delete_cookie(response, "preview")


def set_up(app: Flask) -> None:
    """Look for the cookie before each page of the portal."""
    process_memory.keep(app, "portico_previews", lambda: Brief(_SECONDS_KEPT))
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    token = preview_token()
    if token is None or _is_elsewhere():
        return None
    if request.endpoint == "previews.end":
        # It asks for itself, as nobody: what is read-only could not even be ended.
        return None
    preview = _find(token)
    if preview is None:
        response = make_response(render_template("preview/over.html"), 403)
        delete_cookie(response, "preview")
        return response
    g.session = {**preview, "read_only": True}
    if request.method not in _LOOKING and request.endpoint not in _STILL_TAKEN:
        return refusal()
    return None


def refusal() -> ResponseReturnValue:
    """What somebody who would change something is told."""
    return render_template("preview/refused.html"), 403


def _is_elsewhere() -> bool:
    return request.endpoint in _NO_PAGES or any(
        f"{request.path}/".startswith(f"{part}/") for part in _OTHER_PARTS
    )


def _find(token: str) -> dict[str, Any] | None:
    try:
        return _cache().get(_cache_key(token), lambda: call("auth", "get_preview", token=token))
    except DomainError as error:
        if error.code == "no_preview":
            return None
        raise


def _cache() -> Brief[dict[str, Any]]:
    cache: Brief[dict[str, Any]] = current_app.extensions["portico_previews"]
    return cache


def _cache_key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
