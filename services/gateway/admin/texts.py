"""The merchant's own texts: which there are, writing them, and seeing them as a customer will."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound as NoSuchPage

from services.gateway.admin import text_preview
from services.gateway.admin.desk import Desk, staff_page
from services.gateway.error_texts import status_of
from services.gateway.forms import idempotency_key, sent_before
from services.gateway.languages import LANGUAGES
from services.gateway.text_words import AREAS, KINDS, MEANINGS, problems_of_text
from shared.kernel.errors import DomainError, Kind, NotFound

View = dict[str, Any]
_OF_ONE = "/<handle:kind>/<handle:language>"
_MOST_SEARCHED = 200

blueprint = Blueprint("admin_texts", __name__, url_prefix="/admin/settings/texts")


@dataclass(slots=True)
class Editor:
    """The form as it is shown: what is in it, what is wrong with it, and what was tried out."""

    text: str
    version: int
    problems: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    key: str | None = None
    meanwhile: str | None = None
    q: str = ""
    found: list[View] | None = None
    bill_group: str = ""
    preview: View | None = None


@blueprint.get("")
@staff_page
def show_all(desk: Desk) -> ResponseReturnValue:
    """All kinds, with how it stands with each language."""
    texts = desk.call("customers", "list_texts")["items"]
    kinds = [
        (area, [(kind, _of_kind(texts, kind)) for kind in KINDS if _of_kind(texts, kind)[0]["area"] == area])
        for area in AREAS
    ]
    return render_template("admin/texts/list.html", kinds=kinds, **_words())


@blueprint.get(_OF_ONE)
@staff_page
def edit(desk: Desk, kind: str, language: str) -> ResponseReturnValue:
    """The editor with what is saved."""
    _, text = _find(desk, kind, language)
    return _page(desk, text, Editor(text["text"], text["version"]))


@blueprint.post(_OF_ONE)
@staff_page
def change(desk: Desk, kind: str, language: str) -> ResponseReturnValue:
    """Save what was written, or only look for a customer and try it out on them."""
    texts, text = _find(desk, kind, language)
    editor = Editor(
        request.form.get("text", "").replace("\r\n", "\n"),
        request.form.get("version", text["version"], type=int),
        q=request.form.get("q", "")[:_MOST_SEARCHED],
        bill_group=request.form.get("bill_group", ""),
    )
    action = request.form.get("action")
    if action in ("find", "preview"):
        return _tried(desk, texts, text, editor, action)
    try:
        saved = desk.call(
            "customers",
            "set_text",
            kind=kind,
            language=language,
            text=editor.text,
            version=editor.version,
            key=idempotency_key(),
        )
    except DomainError as error:
        return _refused(desk, text, editor, error)
    flash(
        gettext("The text is saved. It is used from now on.")
        if saved["text"]
        else gettext("There is no own text here any more.")
    )
    return redirect(url_for(".show_all") + f"#{kind}")


@blueprint.get(f"{_OF_ONE}/reset")
@staff_page(needs="customers.set_text")
def ask_to_reset(desk: Desk, kind: str, language: str) -> ResponseReturnValue:
    """Whether the own text is really to go."""
    _, text = _find(desk, kind, language)
    if not text["text"]:
        return redirect(url_for(".edit", kind=kind, language=language))
    return render_template("admin/texts/reset.html", text=text, **_words())


@blueprint.post(f"{_OF_ONE}/reset")
@staff_page
def reset(desk: Desk, kind: str, language: str) -> ResponseReturnValue:
    """Take the own text away."""
    version = request.form.get("version", type=int)
    try:
        desk.call(
            "customers",
            "set_text",
            kind=kind,
            language=language,
            text="",
            version=version,
            key=idempotency_key(),
        )
    except DomainError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        flash(gettext("Somebody changed this text meanwhile. Please look at it again."), "warn")
        return redirect(url_for(".edit", kind=kind, language=language))
    flash(gettext("Your own text is gone. From now on, Portico's own words stand there."))
    return redirect(url_for(".show_all") + f"#{kind}")


def _tried(desk: Desk, texts: list[View], text: View, editor: Editor, action: str) -> ResponseReturnValue:
    """The form again, with the customers that were found, or with how the text looks for the chosen one."""
    if action == "find":
        editor.found = text_preview.find(desk, editor.q)
        return _page(desk, text, editor)
    if not editor.bill_group:
        editor.others = [gettext("Please look for a customer and choose one.")]
        return _page(desk, text, editor, 422)
    try:
        editor.preview = text_preview.preview(desk, texts, text, editor.text, editor.bill_group)
    except NotFound:
        editor.bill_group = ""
        editor.others = [gettext("This customer is not there any more. Please choose another one.")]
        return _page(desk, text, editor, 422)
    except DomainError as error:
        return _refused(desk, text, editor, error)
    return _page(desk, text, editor)


def _refused(desk: Desk, text: View, editor: Editor, error: DomainError) -> ResponseReturnValue:
    """The form as it was sent, with what is wrong. Raises errors that are not about the text."""
    if error.kind is Kind.CONFLICT:
        stored = error.params["current"]
        editor.version, editor.meanwhile = stored["version"], stored["text"]
        editor.others = [gettext("Somebody changed this text meanwhile. Both are shown: please decide.")]
    elif error.code in ("invalid_text", "invalid_request"):
        editor.problems = problems_of_text(error)
    else:
        editor.others, editor.key = problems_of_text(error), sent_before(error)
    return _page(desk, text, editor, status_of(error))


def _page(desk: Desk, text: View, editor: Editor, status: int = 200) -> ResponseReturnValue:
    chosen = text_preview.named(desk, editor.bill_group) if editor.bill_group else None
    offered = editor.found or []
    if chosen and chosen["bill_group"] not in [each["bill_group"] for each in offered]:
        offered = [chosen, *offered]
    page = render_template(
        "admin/texts/edit.html",
        text=text,
        editor=editor,
        offered=offered,
        chosen=chosen,
        summary=[{"text": each, "field": None} for each in editor.others]
        + [{"text": each, "field": "text"} for each in editor.problems],
        may_write=desk.may("customers", "set_text"),
        may_try=desk.may("customers", "preview_text"),
        **_words(),
    )
    return page, status


def _find(desk: Desk, kind: str, language: str) -> tuple[list[View], View]:
    """All texts, and the one of ``kind`` in ``language``. Raises werkzeug's NotFound where there is no such one."""
    texts = desk.call("customers", "list_texts")["items"]
    for text in texts:
        if (text["kind"], text["language"]) == (kind, language) and kind in KINDS:
            return texts, text
    raise NoSuchPage


def _of_kind(texts: list[View], kind: str) -> list[View]:
    return [text for text in texts if text["kind"] == kind]


def _words() -> View:
    return {"area_words": AREAS, "kind_words": KINDS, "meanings": MEANINGS, "language_names": LANGUAGES}
