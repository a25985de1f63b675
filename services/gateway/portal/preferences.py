"""What the signed-in contact would like: language, time zone, and which e-mails."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from services.gateway.asking import Visit, call
from services.gateway.error_texts import field_texts, status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before, sent_version, show_errors
from services.gateway.languages import LANGUAGES, has_chosen_language, remember_language
from services.gateway.preference_forms import PreferencesForm, language_name, wishes_of, zone_name
from services.gateway.time_zones import forget_time_zone
from services.gateway.visitors import signed_in
from shared.contracts.contact_roles import GUEST
from shared.kernel.errors import DomainError, Kind, NotFound

blueprint = Blueprint("preferences", __name__)


@blueprint.get("/details/preferences")
@signed_in
def edit(visit: Visit) -> ResponseReturnValue:
    """The form, as things are."""
    _check_is_contact(visit)
    group = visit.call("customers", "get_bill_group")
    return _page(PreferencesForm.of(_wishes(visit, group)), group, group["version"])


@blueprint.post("/details/preferences")
@signed_in
def change(visit: Visit) -> ResponseReturnValue:
    """Save them; the next page shows it."""
    _check_is_contact(visit)
    form = PreferencesForm()
    language = form.language.data if form.language.data in LANGUAGES else None
    try:
        visit.call(
            "customers",
            "change_preferences",
            role=visit.session["contact_role"],
            **form.wishes(),
            version=sent_version(),
            key=idempotency_key(),
        )
    except DomainError as error:
        return _refused(visit, form, error)
    forget_time_zone(visit.session)
    answer = redirect(url_for("details.show"))
    if language:
        remember_language(answer, language)
        with force_locale(language):
            flash(gettext("Your preferences are saved."))
    else:
        flash(gettext("Your preferences are saved."))
    return answer


def summary(visit: Visit, group: dict[str, Any]) -> dict[str, str]:
    """What holds for the contact, in words: their language, and their time zone."""
    wishes = _wishes(visit, group)
    zone = wishes["time_zone"] or group["time_zone"]
    return {
        "language": language_name(wishes["language"] or group["language"]),
        "time_zone": zone_name(zone),
    }


def take_over_language(response: Response, session: dict[str, Any]) -> None:
    """In a browser in which nobody has chosen a language: the one that the contact has chosen, in whichever browser.

    Nobody is kept from signing in because that can't be found out.
    """
    if has_chosen_language():
        return
    with suppress(DomainError):
        group = call("customers", "get_bill_group", bill_group=session["bill_group"])
        wishes = group["preferences"].get(session["contact_role"]) or {}
        if wishes.get("language") in LANGUAGES:
            remember_language(response, wishes["language"])


def _check_is_contact(visit: Visit) -> None:
    """Raises NotFound for whoever is admitted by rule: they are no contact, and have nothing to choose as one."""
    if visit.session["contact_role"] == GUEST:
        raise NotFound


def _refused(visit: Visit, form: PreferencesForm, error: DomainError) -> ResponseReturnValue:
    """The form again with all that was chosen. Raises ``error`` where no form can help."""
    if error.code == "changed_meanwhile":
        current: dict[str, Any] = error.params["current"]
        return _page(form, current, current["version"], error, form.other_than(_wishes(visit, current)))
    texts = field_texts(error)
    if not texts and error.code != "invalid_request" and error.kind not in (Kind.RETRY, Kind.UNKNOWN):
        raise error
    show_errors(form, texts)
    return _page(form, visit.call("customers", "get_bill_group"), sent_version(), error)


def _page(
    form: PreferencesForm,
    group: dict[str, Any],
    version: int,
    error: DomainError | None = None,
    meanwhile: dict[str, str] | None = None,
) -> ResponseReturnValue:
    form.offer(group)
    about_all = [text_of(error)] if error and not form.errors else []
    page = render_template(
        "details/preferences.html",
        form=form,
        version=version,
        key=sent_before(error) if error else None,
        problems=problems_of(form, *about_all),
        meanwhile=meanwhile or {},
    )
    return page, status_of(error) if error else 200


def _wishes(visit: Visit, group: dict[str, Any]) -> dict[str, Any]:
    return wishes_of(group, visit.session["contact_role"])
