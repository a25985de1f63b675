"""What every form carries: protection against forgery, and the key that makes sending it twice harmless."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, g, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest

from shared.contracts.auth_forms import is_secret
from shared.kernel.errors import DomainError, Kind
from shared.kernel.ids import new_id

_KEY = re.compile(r"[\x21-\x7e]{8,100}")

# Names and values as the browser sent them; a form may have several of one name.
Fields = list[tuple[str, str]]

csrf = CSRFProtect()


class Unreadable(BadRequest):
    """Bytes came in that are no text in UTF-8."""


def idempotency_key() -> str:
    """The key that was minted when this form was rendered. A form without one is none of ours: 400."""
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        abort(400)
    return key


def sent_version() -> int:
    """The version that the form was made from."""
    version = request.form.get("version", type=int)
    if version is None:
        abort(400)
    return version


def set_up(app: Flask) -> None:
    """Check every change for forgery, and give templates what its hidden fields hold."""
    # A token lives as long as the browser's session does, so that nothing typed is lost to a time limit.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # The token's cookie is one that only this host can set (``__Host-``); a Referer says no more, and a page with a
    # secret in its address sends none.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(_refuse_unreadable)
    csrf.init_app(app)
    app.jinja_env.globals["new_key"] = new_id
    app.jinja_env.globals["form_owner"] = _owner


def is_of_another(owner: str) -> bool:
    """Whether this form was opened for another bill group, or staff, than is signed in now."""
    return request.form.get("owner", owner) != owner


def fields_to_send_again() -> Fields | None:
    """What the form brought, its key too, so that sending it again is the same change; None for no such form.

    Pages are not kept by the browser: going back would make a new form with a new key. Secrets are on no page.
    """
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if request.method != "POST" or any(is_secret(name) for name, _value in sent):
        return None
    return sent


def sent_before(error: DomainError) -> str | None:
    """The key to render a form with again: the same where nobody knows or nothing was done, else a new one."""
    return request.form["key"] if error.kind in (Kind.RETRY, Kind.UNKNOWN) else None


def show_errors(form: FlaskForm, texts: dict[str, str]) -> None:
    """Put what a service said about ``address.city`` next to the field ``city``; what the form lacks is skipped."""
    for path, text in texts.items():
        name = path.rpartition(".")[2]
        if name in form:
            form[name].errors = [text]


def problems_of(form: FlaskForm, *more: str) -> list[dict[str, str | None]]:
    """What ``ui.error_summary`` shows on top: each field's problem by its label, and ``more`` about the whole."""
    about_fields = [
        {"text": f"{field.label.text}: {field.errors[0]}", "field": field.id}
        for field in form
        if field.errors
    ]
    return [{"text": text, "field": None} for text in more] + about_fields


def _refuse_unreadable() -> None:
    """Take nothing of what can't be read as it was meant: Werkzeug would keep something else in its place."""
    is_text = _is_text(request.query_string)
    if request.mimetype == "application/x-www-form-urlencoded":
        # Werkzeug keeps it, and reads the form from it later.
        is_text = is_text and _is_text(request.get_data())
    elif request.mimetype == "multipart/form-data":
        parts = (part for field in request.form.items(multi=True) for part in field)
        is_text = is_text and not any("\N{REPLACEMENT CHARACTER}" in part for part in parts)
    if not is_text:
        raise Unreadable


def _is_text(encoded: bytes) -> bool:
    """Whether what a browser has put into a query or form is UTF-8."""
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def _owner() -> str:
    staff = g.get("staff")
    if staff:
        return str(staff["staff"])
    session = g.get("session")
    if session and session.get("read_only"):
        # What a preview has shown is of no use to the session that the same browser may have besides.
        return f"preview {session['bill_group']}"
    return session["bill_group"] if session else ""
