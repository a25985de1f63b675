"""The staff's sessions, the gate in front of their pages, and what their role lets them do from there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, overload

from flask import Flask, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as browser_memory
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.gateway import process_memory
from services.gateway.addresses import here, is_inside, is_page
from services.gateway.admin import permissions
from services.gateway.asking import NotSent, Pending, begin, call
from services.gateway.brief import Brief
from services.gateway.cookies import delete_cookie, set_cookie, staff_token
from services.gateway.forms import fields_to_send_again, is_of_another
from services.gateway.previews import forget_preview
from services.gateway.visitors import SECONDS_KEPT
from shared.kernel.errors import DomainError

P = ParamSpec("P")
Answer = ResponseReturnValue

# The views behind the gate, and the ``service.method`` that each needs besides what it asks for.
_gates: dict[Callable[..., Answer], str] = {}


@dataclass(frozen=True, slots=True)
class Desk:
    """A request of somebody of the staff: the only way for an admin page to reach the services.

    What their role does not allow is refused here, for every page alike.
    """

    session: dict[str, Any]

    @property
    def staff(self) -> str:
        """Their handle."""
        return str(self.session["staff"])

    def may(self, service: str, method: str) -> bool:
        """Whether their role allows it: for showing a button, or not."""
        return permissions.may(self.session["scopes"], service, method)

    def require(self, service: str, method: str) -> None:
        """Raises DomainError ``not_allowed`` where their role does not allow it."""
        if not self.may(service, method):
            raise DomainError("not_allowed")

    def begin(self, service: str, method: str, /, **arguments: Any) -> Pending:
        """Ask without waiting. A page begins all its calls, then takes their results."""
        if not self.may(service, method):
            return NotSent(DomainError("not_allowed"))
        return begin(service, method, **arguments)

    def call(self, service: str, method: str, /, **arguments: Any) -> dict[str, Any]:
        """Ask and wait for the reply. Raises DomainError as the service did, and ``not_allowed``."""
        return self.begin(service, method, **arguments).result()


@overload
def staff_page(view: Callable[Concatenate[Desk, P], Answer]) -> Callable[P, Answer]: ...
@overload
def staff_page(*, needs: str) -> Callable[[Callable[Concatenate[Desk, P], Answer]], Callable[P, Answer]]: ...
def staff_page(view: Callable[..., Answer] | None = None, *, needs: str = "") -> Callable[..., Any]:
    """Give a view the desk as its first argument; send others to sign in, and then back here.

    With ``needs="customers.create_customer"`` the page is for those only whose role may do that: for a page that
    shows a form and asks for nothing itself.
    """
    if view is None:
        return lambda decorated: _gate(decorated, needs)
    return _gate(view, needs)


def current_staff() -> dict[str, Any] | None:
    """The session of this request in the admin pages as auth tells it, or None where nobody is signed in there."""
    if "staff" not in g:
        g.staff = None
        token = staff_token()
        if token:
            g.staff = _find_session(token)
    staff: dict[str, Any] | None = g.staff
    return staff


def needs_staff() -> bool:
    """Whether this request is for a view that only the staff gets to."""
    return current_app.view_functions.get(request.endpoint or "") in _gates


def gate_of(view: Callable[..., Answer]) -> str | None:
    """What a view behind the gate needs besides what it asks for; None for one in front of it."""
    return _gates.get(view)


def in_admin() -> bool:
    """Whether this request is for the staff's side of the site, be there such a page or not."""
    return f"{request.path}/".startswith("/admin/")


def ask_to_sign_in() -> Answer:
    """Send whoever is not signed in (any more) to the door; what they sent stays on the page that answers."""
    if request.method != "POST":
        return redirect(url_for("admin_sign_in.ask", next=here()))
    fields = fields_to_send_again()
    if fields is None:
        flash(gettext("You were signed out meanwhile. Nothing was changed."), "info")
        return redirect(url_for("admin_sign_in.ask", next=here() if is_page(here()) else None), 303)
    return render_template("errors/signed_out.html", fields=fields, address=here()), 403


def let_in(signed_in: dict[str, Any]) -> Response:
    """What auth answered to a right password or second factor: on to the page that was asked for, or to the question.

    A new session's token goes into the cookie, and what the browser kept before is forgotten. A session that it
    still has is ended; where auth does not answer, it ends by itself in time.
    """
    target = safe_admin_page(browser_memory.get("admin_next"))
    if signed_in["session"] is None:
        response = redirect(url_for("admin_sign_in.ask_code"), 303)
        set_cookie(response, "staff_entry", signed_in["token"])
        return response
    response = redirect(target, 303)
    start_staff_session(response, signed_in["token"])
    return response


def start_staff_session(response: Response, token: str) -> None:
    """From now on the browser has this session, and nothing that it had before."""
    with suppress(DomainError):
        _end_session()
    browser_memory.clear()
    delete_cookie(response, "staff_entry")
    set_cookie(response, "staff", token)


def end_staff_session(response: Response) -> None:
    """Sign out: the session is over, and its cookie and all that the browser kept are gone."""
    _end_session()
    forget_preview(response)
    browser_memory.clear()
    delete_cookie(response, "staff")


def safe_admin_page(target: str | None) -> str:
    """Where to go after signing in: a path of the admin pages, or their start for anything else."""
    start = url_for("admin_sign_in.start")
    return str(target) if is_inside(target) and f"{target}/".startswith("/admin/") else start


def set_up(app: Flask) -> None:
    """Keep for a moment who is signed in."""
    process_memory.keep(app, "portico_staff_sessions", lambda: Brief(SECONDS_KEPT))


def _gate(view: Callable[..., Answer], needs: str) -> Callable[..., Answer]:
    @wraps(view)
    def gate(*args: Any, **kwargs: Any) -> Answer:
        staff = current_staff()
        if staff is None:
            return ask_to_sign_in()
        desk = Desk(staff)
        if request.method == "POST" and is_of_another(desk.staff):
            return render_template("errors/other_owner.html"), 409
        if needs:
            service, _, method = needs.partition(".")
            desk.require(service, method)
        return view(desk, *args, **kwargs)

    _gates[gate] = needs
    return gate


def _find_session(token: str) -> dict[str, Any] | None:
    try:
        return _cache().get(_cache_key(token), lambda: call("auth", "get_staff_session", token=token))
    except DomainError as error:
        if error.code == "no_session":
            return None
        raise


def _end_session() -> None:
    token = staff_token()
    if token:
        call("auth", "end_staff_session", token=token)
        _cache().forget(_cache_key(token))


def _cache() -> Brief[dict[str, Any]]:
    cache: Brief[dict[str, Any]] = current_app.extensions["portico_staff_sessions"]
    return cache


def _cache_key(token: str) -> str:
    return sha256(token.encode()).hexdigest()
