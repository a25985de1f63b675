"""Sessions of the portal: the cookie, who it belongs to, and the gate in front of signed-in pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask import session as browser_memory
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from services.gateway import kept_forms, process_memory
from services.gateway.addresses import here, is_inside
from services.gateway.asking import Visit, call
from services.gateway.brief import Brief
from services.gateway.cookies import delete_cookie, session_token, set_cookie
from services.gateway.forms import is_of_another
from shared.kernel.errors import DomainError

P = ParamSpec("P")

# Another process may have ended the session: this long at most it is still let in. Together with the time that the
# news takes it stays under a second.
SECONDS_KEPT = 0.5
# The views behind the gate.
_gates: set[Callable[..., ResponseReturnValue]] = set()


def current_session() -> dict[str, Any] | None:
    """The session of this request as auth tells it, or None where nobody is signed in."""
    if "session" not in g:
        g.session = None
        token = session_token()
        if token:
            g.session = _find_session(token)
    return g.session


def signed_in(view: Callable[Concatenate[Visit, P], ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Give a view the visit as its first argument; send others to sign in, and then back here."""

    @wraps(view)
    def gate(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        session = current_session()
        sends_a_form = request.method == "POST"
        if session is None:
            if sends_a_form:
                return kept_forms.ask_to_sign_in()
            return redirect(url_for("sign_in.email", next=here()))
        visit = Visit(session)
        if sends_a_form and is_of_another(visit.bill_group):
            return render_template("errors/other_owner.html"), 409
        answer = view(visit, *args, **kwargs)
        if sends_a_form:
            kept_forms.forget_sent(visit)
        return answer

    _gates.add(gate)
    return gate


def needs_session() -> bool:
    """Whether this request is for a view that only those who are signed in get to."""
    return current_app.view_functions.get(request.endpoint or "") in _gates


def start_session(response: Response, token: str) -> None:
    """Sign in: the new session's token goes into the cookie, and what it kept before is forgotten.

    But for the address, which need not be typed again when the session is over. A session that the browser still
    has is ended; where auth does not answer, it ends by itself in time.
    """
    with suppress(DomainError):
        _revoke_session()
    email = browser_memory.get("email", "")
    browser_memory.clear()
    browser_memory["email"] = email
    set_cookie(response, "session", token)


def end_session(response: Response) -> None:
    """Sign out: the session is revoked, and its cookie and all that the browser kept are gone."""
    _revoke_session()
    browser_memory.clear()
    delete_cookie(response, "session")


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of this site, or the overview for anything else."""
    return str(target) if is_inside(target) else url_for("overview.show")


def set_up(app: Flask) -> None:
    """Give templates ``session_info``: whose portal this is, or None on pages that need no sign-in."""
    process_memory.keep(app, "portico_sessions", lambda: Brief(SECONDS_KEPT))
    app.context_processor(lambda: {"session_info": _shown(g.get("session"))})


def _shown(session: dict[str, Any] | None) -> dict[str, Any] | None:
    # An auth service of before knows of no way back.
    return session and {"read_only": False, "return_url": "", **session}


def _revoke_session() -> None:
    token = session_token()
    if token:
        call("auth", "end_session", token=token)
        _cache().forget(_cache_key(token))


def _find_session(token: str) -> dict[str, Any] | None:
    try:
        return _cache().get(_cache_key(token), lambda: call("auth", "get_session", token=token))
    except DomainError as error:
        if error.code == "no_session":
            return None
        raise


def _cache() -> Brief[dict[str, Any]]:
    return current_app.extensions["portico_sessions"]


def _cache_key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
