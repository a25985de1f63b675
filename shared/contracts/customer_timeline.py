"""Customers: the timeline of what happens, and the merchant's notes in it."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    ChangeOfBillGroup,
    Handle,
    Listing,
    Message,
    Moment,
    OneOf,
    PageRequest,
    Request,
    Text,
)

# The services that tell of what happens: each stands for a kind of events.
SOURCES = ("customers", "subscriptions", "invoices", "payments", "auth")


class TimelineFilters(Listing):
    """Which events: all that is asked for holds at once.

    With ``subject`` (a handle) what happened to that, with ``source`` (a service) what that one told, with ``type``
    only events of that name, with ``principal`` (``staff:jane``) what that one did; recorded from ``recorded_from`` up
    to, not including, ``recorded_to``.
    """

    subject = Handle(load_default=None, allow_none=True)
    source = OneOf(SOURCES, load_default=None, allow_none=True)
    type = Handle(load_default=None, allow_none=True)
    principal = Text(300, load_default=None, allow_none=True)
    recorded_from = Moment(load_default=None, allow_none=True)
    recorded_to = Moment(load_default=None, allow_none=True)


class ListTimeline(TimelineFilters, PageRequest):
    """What happened in a bill group, the latest first. Customers don't see the merchant's notes."""


class ListCustomerTimeline(TimelineFilters):
    """What happened to a customer and in all their bill groups, the latest first."""

    customer = Handle(required=True)


class ListInstallationTimeline(TimelineFilters):
    """What happened that concerns no customer, the latest first: settings, staff, API keys, the catalogue, imports."""


class TimelineEvent(Message):
    """One thing that happened: who did it, from where, and what ``data`` its service told of it.

    ``customer`` and ``bill_group`` are empty where it concerns none.
    """

    event_id = fields.String(required=True)
    customer = fields.String(required=True)
    bill_group = fields.String(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True)
    occurred_at = Moment(required=True)
    recorded_at = Moment(required=True)
    principal = fields.String(required=True)
    address = fields.String(required=True)
    user_agent = fields.String(required=True)
    data = fields.Dict(required=True)


class Timeline(Message):
    """A page of the timeline."""

    items = fields.List(fields.Nested(TimelineEvent), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FindSubject(Request):
    """The handle of anything that something happened to: a subscription, a document, a payment."""

    subject = Handle(required=True)


class Subject(Message):
    """What has this handle, by the service that tells of it, and whose it is."""

    subject = Handle(required=True)
    source = fields.String(required=True)
    customer = Handle(required=True)
    bill_group = fields.String(required=True)


class Subjects(Message):
    """What was found: handles are unique per kind, so that there may be several."""

    items = fields.List(fields.Nested(Subject), required=True)


class AddNote(ChangeOfBillGroup):
    """Something that the merchant's people should know. It stands in the timeline, and no customer sees it."""

    text = fields.String(
        required=True,
        validate=[
            validate.Length(max=5000),
            # Something to be seen, and no control characters but tabs and line ends.
            validate.Regexp(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*\Z"),
            validate.Regexp(r"^\s*\S"),
        ],
    )


class Note(Message):
    """A note that is in the timeline, as event ``note_added``, or will be in a moment."""

    note = Handle(required=True)
    bill_group = Handle(required=True)
    text = fields.String(required=True)
    created_at = Moment(required=True)
