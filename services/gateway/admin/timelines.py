"""Timelines: of a customer, of a bill group, and of what concerns no customer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp

from services.gateway.admin.desk import Desk, staff_page
from services.gateway.admin.naming import names_of
from services.gateway.forms import problems_of
from services.gateway.timeline import KINDS, kind_of, principals_of, told, types_of
from shared.kernel.errors import DomainError
from shared.kernel.ids import HANDLE_PATTERN

blueprint = Blueprint("admin_timelines", __name__, url_prefix="/admin")

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 30)


class TimelineFilter(FlaskForm):
    """Which events, as it stands in the address."""

    class Meta:
        csrf = False

    kind = SelectField(_("Kind"), validate_choice=False)
    subject = StringField(
        _("Subject"),
        [
            Optional(),
            Regexp(
                rf"^{HANDLE_PATTERN}\Z", message=_("Please enter a number like sub-0001 or inv-2026-00001.")
            ),
        ],
    )
    since = DateField(_("From the day"), [Optional()])
    until = DateField(_("Up to the day"), [Optional()])
    cursor = StringField(validators=[Length(max=500)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in (self.subject, self.since, self.until):
            # A filter asks for nothing, so that there is no need to say that nothing must be filled in.
            field.flags.optional = False

    def asked(self) -> dict[str, Any]:
        """What the service is asked: days are those of the page's time zone."""
        wanted: dict[str, Any] = kind_of(self.kind.data or "")
        if self.subject.data:
            wanted["subject"] = self.subject.data
        if self.since.data:
            wanted["recorded_from"] = _start(self.since.data)
        if self.until.data:
            wanted["recorded_to"] = _start(self.until.data + timedelta(days=1))
        return wanted

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it can be asked."""
        fine: bool = super().validate(extra_validators)
        for field in (self.since, self.until):
            if not field.errors and field.data and not _FIRST <= field.data <= _LAST:
                field.errors = [gettext("Please enter a day with a year from 1900 to 2199.")]
                fine = False
        if fine and self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [gettext("The last day is before the first.")]
            fine = False
        return fine


@blueprint.get("/customers/<handle:customer>/timeline")
@staff_page
def of_customer(desk: Desk, customer: str) -> ResponseReturnValue:
    """What happened to a customer and in all their bill groups."""
    found = desk.begin("customers", "get_customer", customer=customer)

    def read(**page: Any) -> dict[str, Any]:
        return desk.call("customers", "list_customer_timeline", customer=customer, **page)

    return _page(desk, read, customer=found.result(), group=None)


@blueprint.get("/bill-groups/<handle:bill_group>/timeline")
@staff_page
def of_bill_group(desk: Desk, bill_group: str) -> ResponseReturnValue:
    """What happened in a bill group."""
    found = desk.begin("customers", "get_bill_group", bill_group=bill_group)

    def read(**page: Any) -> dict[str, Any]:
        return desk.call("customers", "list_timeline", bill_group=bill_group, **page)

    return _page(desk, read, customer=None, group=found.result())


@blueprint.get("/timeline")
@staff_page
def of_installation(desk: Desk) -> ResponseReturnValue:
    """What happened that concerns no customer."""

    def read(**page: Any) -> dict[str, Any]:
        return desk.call("customers", "list_installation_timeline", **page)

    return _page(desk, read, customer=None, group=None)


def _page(desk: Desk, read: Any, **whose: Any) -> ResponseReturnValue:
    form = TimelineFilter(request.args)
    lost, timeline = False, None
    if form.validate():
        asked = form.asked()
        try:
            timeline = read(**asked, cursor=form.cursor.data or None)
        except DomainError as error:
            if error.code != "invalid_cursor":
                raise
            timeline, lost = read(**asked), True
    names = names_of(desk, principals_of(timeline))
    page = render_template(
        "admin/timeline/show.html",
        form=form,
        problems=problems_of(form),
        kinds={kind: (text, types_of(kind)) for kind, text in KINDS.items()},
        events=told(timeline, names) if timeline else [],
        next_cursor=timeline["next_cursor"] if timeline else None,
        narrowed=bool(timeline and form.asked()),
        lost=lost,
        **whose,
    )
    return page, 400 if lost or form.errors else 200


def _start(day: date) -> str:
    return datetime.combine(day, time.min, get_timezone()).isoformat()
