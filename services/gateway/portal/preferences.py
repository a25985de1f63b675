"""What the signed-in contact would like: language, time zone, and which e-mails."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField

from services.gateway.asking import Visit, call
from services.gateway.error_texts import field_texts, status_of, text_of
from services.gateway.forms import idempotency_key, problems_of, sent_before, show_errors
from services.gateway.languages import LANGUAGES, conventions, has_chosen_language, remember_language
from services.gateway.portal.details_forms import sent_version
from services.gateway.time_zones import forget_time_zone
from services.gateway.visitors import signed_in
from shared.kernel.errors import DomainError, Kind, NotFound

blueprint = Blueprint("preferences", __name__)

_EMAILS = ("subscriptions", "payment_methods")


class PreferencesForm(FlaskForm):
    """An empty choice is what the account has."""

    language = SelectField(_("Language"), validate_choice=False)
    time_zone = SelectField(_("Time zone"), validate_choice=False)
    subscriptions = BooleanField(_("Pauses, resumptions and ends of subscriptions"))
    payment_methods = BooleanField(_("Payment methods that are added, changed or removed"))

    def offer(self, group: dict[str, Any]) -> None:
        """Fill in what can be chosen."""
        locale = conventions()
        theirs = _language(group["language"])
        self.language.choices = [
            ("", gettext("As in your account (%(value)s)", value=theirs)),
            *LANGUAGES.items(),
        ]
        zones = time_zones(locale)
        known = dict(zones)
        account = known.get(group["time_zone"], group["time_zone"])
        chosen = self.time_zone.data
        others = [(chosen, chosen)] if chosen and chosen not in known else []
        as_is = gettext("As in your account (%(value)s)", value=account)
        self.time_zone.choices = [("", as_is), *others, *zones]


@blueprint.get("/details/preferences")
@signed_in
def edit(visit: Visit) -> ResponseReturnValue:
    """The form, as things are."""
    _check_is_contact(visit)
    group = visit.call("customers", "get_bill_group")
    wishes = _wishes(visit, group)
    fields = {
        "language": wishes["language"] or "",
        "time_zone": wishes["time_zone"] or "",
        **wishes["emails"],
    }
    return _page(PreferencesForm(formdata=None, data=fields), group, group["version"])


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
            language=language,
            time_zone=form.time_zone.data or None,
            emails={kind: form[kind].data for kind in _EMAILS},
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
        "language": _language(wishes["language"] or group["language"]),
        "time_zone": dict(time_zones(conventions())).get(zone, zone),
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
    if visit.session["contact_role"] == "guest":
        raise NotFound


def _language(tag: str) -> str:
    name: str = conventions().languages.get(tag.partition("-")[0], tag)
    return name


def _refused(visit: Visit, form: PreferencesForm, error: DomainError) -> ResponseReturnValue:
    """The form again with all that was chosen. Raises ``error`` where no form can help."""
    if error.code == "changed_meanwhile":
        current: dict[str, Any] = error.params["current"]
        return _page(form, current, current["version"], error, _other_than(form, _wishes(visit, current)))
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
    nothing = {"language": None, "time_zone": None, "emails": dict.fromkeys(_EMAILS, True)}
    return group["preferences"].get(visit.session["contact_role"]) or nothing


def _other_than(form: PreferencesForm, wishes: dict[str, Any]) -> dict[str, str]:
    """Field by field what is stored where the form has something else, in words."""
    found = {
        name: wishes[name] or gettext("As in your account")
        for name in ("language", "time_zone")
        if (form[name].data or "") != (wishes[name] or "")
    }
    for kind in _EMAILS:
        if form[kind].data != wishes["emails"][kind]:
            found[kind] = gettext("wanted") if wishes["emails"][kind] else gettext("not wanted")
    return found


@lru_cache
def time_zones(locale: Locale) -> tuple[tuple[str, str], ...]:
    """All time zones as (IANA name, country and city), by what they are called in the page's language."""
    zones = []
    for name, territory in get_global("zone_territories").items():
        if name in _zones() and territory in locale.territories and "/" in name and territory != "001":
            city = get_timezone_location(name, locale=locale, return_city=True)
            zones.append((name, f"{locale.territories[territory]} – {city.rpartition('/')[2]}"))
    zones.sort(key=lambda zone: unicodedata.normalize("NFKD", zone[1]).casefold())
    return (("UTC", "UTC"), *zones)


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
