"""What contracts are made of: methods, events, errors, and the fields that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from shared.kernel.errors import Kind
from shared.kernel.ids import HANDLE_PATTERN


class Message(Schema):
    """A schema of the wire. Readers ignore what they don't know, so that versions can mix in an upgrade."""

    class Meta:
        unknown = EXCLUDE


# Text without control characters other than tab and line breaks, and without halves of characters.
TEXT_PATTERN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*\Z"
# What calendars can be reckoned with in every time zone; nothing that is billed lies outside.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_MOST_DIGITS = 12
# How exact decimal numbers are written.
DECIMAL_PATTERN = r"^-?[0-9]{1,12}(\.[0-9]{1,12})?\Z"


def Handle(**options: Any) -> fields.String:
    """A handle: 1 to 255 of letters, digits, ``_``, ``@`` and ``-``."""
    return fields.String(
        validate=validate.Regexp(f"^{HANDLE_PATTERN}\\Z"), metadata={"examples": ["a-handle"]}, **options
    )


def Text(most: int = 500, **options: Any) -> fields.String:
    """Text of a person, at most ``most`` characters, which the store and a PDF can hold: no control characters."""
    return fields.String(
        validate=[
            validate.Length(max=most),
            validate.Regexp(TEXT_PATTERN),
        ],
        **options,
    )


def OneOf(words: Iterable[str], **options: Any) -> fields.String:
    """One of these words."""
    return fields.String(validate=validate.OneOf(tuple(words)), **options)


def Minor(**options: Any) -> fields.Integer:
    """An amount in minor units of the currency that stands beside it."""
    return fields.Integer(
        strict=True,
        validate=validate.Range(-(2**53), 2**53),
        metadata={"description": "Minor units of the currency.", "examples": [1999]},
        **options,
    )


def Currency(**options: Any) -> fields.String:
    """An ISO 4217 code."""
    return fields.String(
        validate=validate.Regexp(r"^[A-Z]{3}\Z"),
        metadata={"description": "ISO 4217.", "examples": ["EUR"]},
        **options,
    )


def Moment(**options: Any) -> fields.AwareDateTime:
    """An aware moment, ISO 8601."""
    first = datetime.combine(_FIRST_DAY, time.min, UTC)
    last = datetime.combine(_LAST_DAY, time.max, UTC)
    return fields.AwareDateTime(
        format="iso", default_timezone=UTC, validate=validate.Range(first, last), **options
    )


def Day(**options: Any) -> fields.Date:
    """A calendar day, ISO 8601."""
    return fields.Date(format="iso", validate=validate.Range(_FIRST_DAY, _LAST_DAY), **options)


def Rate(validate: Callable[[Decimal], Any] = lambda value: value, **options: Any) -> fields.Decimal:
    """An exact decimal number (a tax rate in percent, a quantity), a string on the wire."""
    return fields.Decimal(
        as_string=True,
        allow_nan=False,
        validate=[_can_be_reckoned_with, validate],
        metadata={
            "description": "An exact decimal number.",
            "examples": ["19.5"],
            "pattern": DECIMAL_PATTERN.replace(r"\Z", "$"),
        },
        **options,
    )


def _can_be_reckoned_with(value: Decimal) -> None:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MOST_DIGITS or abs(value) >= 10**_MOST_DIGITS:
        raise ValidationError(f"Must have at most {_MOST_DIGITS} digits before and after the point.")


def Key(**options: Any) -> fields.String:
    """An idempotency key: 8 to 100 visible ASCII characters."""
    return fields.String(required=True, validate=validate.Regexp(r"^[\x21-\x7e]{8,100}\Z"), **options)


class Request(Message):
    """A request that reads."""


class Change(Message):
    """A request that changes something; ``key`` makes it safe to ask again for 24 hours."""

    key = Key()


class OfBillGroup(Request):
    """A request about what belongs to one bill group."""

    bill_group = Handle(required=True)


class ChangeOfBillGroup(Change):
    """A change of what belongs to one bill group."""

    bill_group = Handle(required=True)


class Listing(Request):
    """A request for one page of a list. ``cursor`` is opaque and comes from the page before."""

    limit = fields.Integer(load_default=25, validate=validate.Range(1, 100))
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))


class PageRequest(Listing, OfBillGroup):
    """A request for one page of a list of what belongs to one bill group."""


class Nothing(Message):
    """A reply that only says that it is done."""


@dataclass(frozen=True, slots=True)
class Method:
    """An RPC method: its business verb, what goes in (keyword arguments) and what comes out.

    ``once`` is for what takes no key and yet must not be asked for again by the client itself, when a connection
    broke and nobody knows whether it was done. ``writes`` is for what may be asked for twice without harm and yet
    changes something: a form is kept, a session is ended.
    """

    name: str
    request: type[Message]
    reply: type[Message]
    once: bool = False
    writes: bool = False

    @property
    def changes(self) -> bool:
        """Whether it changes something, and so takes an idempotency key."""
        return Change in self.request.__mro__

    @property
    def only_reads(self) -> bool:
        """Whether it leaves everything as it was, and so may be asked by those who may change nothing."""
        return not (self.changes or self.once or self.writes)


@dataclass(frozen=True, slots=True)
class EventType:
    """An event: its name and what its ``data`` holds. A new ``schema`` number is a form that old readers can't read."""

    name: str
    data: type[Message] = Nothing
    schema: int = 1


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """An error that methods of a service answer with, how to take it, and its HTTP status."""

    code: str
    kind: Kind = Kind.REFUSED
    status: int = 422


ALL_EVENTS = "*"


@dataclass(frozen=True, slots=True)
class Hears:
    """A handler of events: its name (its queue bears it for good) and ``service.event_type`` for each, or ``*``."""

    handler: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """All that a service promises to others."""

    name: str
    methods: Mapping[str, Method]
    events: Mapping[str, EventType] = field(default_factory=dict)
    errors: Mapping[str, ErrorCode] = field(default_factory=dict)
    hears: Mapping[str, Hears] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        *,
        methods: Iterable[Method],
        events: Iterable[EventType] = (),
        errors: Iterable[ErrorCode] = (),
        hears: Iterable[Hears] = (),
    ) -> Contract:
        """The contract of service ``name``."""
        return cls(
            name,
            {method.name: method for method in methods},
            {event.name: event for event in events},
            {error.code: error for error in errors},
            {handler.handler: handler for handler in hears},
        )


# Every service may answer with these, whatever the method.
COMMON_ERRORS = {
    error.code: error
    for error in (
        ErrorCode("invalid_request", Kind.REFUSED, 422),
        ErrorCode("not_found", Kind.REFUSED, 404),
        # In a preview nothing can be changed.
        ErrorCode("read_only", Kind.REFUSED, 403),
        ErrorCode("changed_meanwhile", Kind.CONFLICT, 409),
        ErrorCode("key_used_for_something_else", Kind.REFUSED, 409),
        ErrorCode("busy", Kind.RETRY, 503),
        ErrorCode("service_away", Kind.RETRY, 503),
        ErrorCode("no_answer", Kind.RETRY, 504),
        ErrorCode("not_known_yet", Kind.UNKNOWN, 504),
        ErrorCode("internal", Kind.RETRY, 500),
    )
}


class Circumstances(Message):
    """From where something was asked."""

    session = fields.String()
    address = fields.String()
    user_agent = fields.String()
    language = fields.String()


class Envelope(Message):
    """What every event comes in."""

    event_id = fields.String(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    schema = fields.Integer(required=True)
    occurred_at = Moment(required=True)
    recorded_at = Moment(required=True)
    subject = fields.String(required=True)
    subject_version = fields.Integer(required=True)
    bill_group = fields.String(required=True)
    principal = fields.String(required=True)
    request_id = fields.String(required=True)
    circumstances = fields.Nested(Circumstances, required=True)
    data = fields.Dict(required=True)
    traceparent = fields.String(metadata={"description": "W3C; where traces are on"})
