"""Answers other than the one hoped for: each says honestly what happened and what to do, people on a page of the
portal, programs in a problem document."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from services.gateway import kept_forms, previews
from services.gateway.addresses import here, is_page, is_sent_from_here
from services.gateway.admin import desk
from services.gateway.api import problems
from services.gateway.asking import circumstances
from services.gateway.cookies import preview_token
from services.gateway.error_texts import UNREADABLE, http_text, http_title, status_of, text_of
from services.gateway.forms import Unreadable, fields_to_send_again, is_of_another
from services.gateway.visitors import current_session, needs_session
from shared.kernel.errors import DomainError, Kind
from shared.logging import get_logger
from shared.messaging.reporting import report_fault

log = get_logger("portico")

_RETRY_AFTER_SECONDS = "5"


def set_up(app: Flask) -> None:
    """Answer all errors."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_outdated)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _fault)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    """An error that the view did not expect: those it did stand next to its fields."""
    if _asked_by_a_program():
        return problems.of_domain_error(error)
    if error.code == "no_session":
        return redirect(url_for("admin_sign_in.ask" if desk.in_admin() else "sign_in.email"))
    if error.code == "not_found":
        return render_template("errors/not_found.html"), 404
    if error.code == "read_only":
        return previews.refusal()
    if error.code == "internal":
        return render_template("errors/fault.html", request_id=g.request_id), 500
    status = status_of(error)
    if error.kind in (Kind.RETRY, Kind.UNKNOWN):
        page = render_template(
            "errors/try_again.html",
            text=text_of(error),
            fields=fields_to_send_again(),
            too_often=status == 429,
        )
        return page, status, {"Retry-After": str(error.params.get("seconds", _RETRY_AFTER_SECONDS))}
    return render_template("errors/refused.html", text=text_of(error)), status


def _form_outdated(error: CSRFError) -> ResponseReturnValue:
    """The token is of before somebody signed in or out, or this was forged: a form of ours loses nothing."""
    log.info("form_refused", reason=error.description)
    fields = None
    if is_sent_from_here() and desk.in_admin():
        with suppress(DomainError):
            desk.current_staff()
        if desk.needs_staff() and g.get("staff") is None:
            return desk.ask_to_sign_in()
        if g.get("staff") and is_of_another(g.staff["staff"]):
            return render_template("errors/other_owner.html"), 409
        fields = fields_to_send_again()
    elif is_sent_from_here():
        with suppress(DomainError):
            current_session()
        if needs_session() and g.get("session") is None:
            return kept_forms.ask_to_sign_in()
        if g.get("session") and is_of_another(g.session["bill_group"]):
            return render_template("errors/other_owner.html"), 409
        fields = fields_to_send_again()
    page = here() if is_page(here()) else "/admin" if desk.in_admin() else "/"
    return render_template("errors/form_outdated.html", fields=fields, address=here(), page=page), 400


def _http_error(error: HTTPException) -> ResponseReturnValue:
    # Redirects that the router makes are "errors", too; and a 405 names the methods in its headers.
    if error.code is None or error.code < 400:
        return error.get_response()
    if _asked_by_a_program():
        return problems.of_http_error(error)
    if not request.endpoint or isinstance(error, Unreadable):
        _look_who_is_there()
    if error.code == 404:
        return render_template("errors/not_found.html"), 404
    text = str(UNREADABLE) if isinstance(error, Unreadable) else http_text(error.code)
    page = render_template("errors/http.html", title=http_title(error.code), text=text)
    return page, error.code, {k: v for k, v in error.get_headers() if k == "Allow"}


def _look_who_is_there() -> None:
    """No view has asked. Who is signed in keeps the way to the other pages; a preview is nobody's sign-in."""
    if "session" not in g and preview_token():
        return
    with suppress(DomainError):
        (desk.current_staff if desk.in_admin() else current_session)()


def _fault(error: InternalServerError) -> ResponseReturnValue:
    report_fault("gateway", request.endpoint or "", circumstances(), error.original_exception or error)
    if _asked_by_a_program():
        return problems.fault()
    return render_template("errors/fault.html", request_id=g.request_id), 500


def _asked_by_a_program() -> bool:
    """Whether no person reads the answer: what the API doesn't have belongs to no view of it, either."""
    return request.path.startswith(("/api/v1/", "/webhooks/"))
