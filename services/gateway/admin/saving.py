"""What saving a form of the admin pages has in common: errors next to their fields, and both sides of a stale one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from services.gateway.error_texts import field_texts, status_of, text_of
from services.gateway.forms import problems_of, sent_before, show_errors
from shared.kernel.errors import DomainError, Kind


def form_page(
    template: str,
    forms: Sequence[FlaskForm],
    version: int | None,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """A page with forms that are sent together: all that was typed, what is wrong with it, and what somebody else
    saved meanwhile."""
    wrong = any(form.errors for form in forms)
    about_all = [text_of(error)] if error and not wrong else []
    problems = [problem for form in forms for problem in problems_of(form)]
    page = render_template(
        template,
        version=version,
        key=sent_before(error) if error else None,
        problems=[{"text": text, "field": None} for text in about_all] + problems,
        meanwhile=meanwhile or {},
        **more,
    )
    return page, status_of(error) if error else 422 if wrong else 200


def refused(
    error: DomainError, *forms: FlaskForm, renamed: dict[str, str] | None = None
) -> dict[str, Any] | None:
    """Mark in the forms what ``error`` says about fields. Raises it where no form can help.

    ``renamed``: fields of the service that have another name here. Gives what is stored by now, where somebody else
    has changed it.
    """
    if error.code == "changed_meanwhile":
        current: dict[str, Any] = error.params["current"]
        return current
    texts = {(renamed or {}).get(name, name): text for name, text in field_texts(error).items()}
    may_be_sent_again = error.code == "invalid_request" or error.kind in (Kind.RETRY, Kind.UNKNOWN)
    if not texts and not may_be_sent_again:
        raise error
    for form in forms:
        show_errors(form, texts)
    return None
