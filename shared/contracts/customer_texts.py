"""Customers: the merchant's own texts, with placeholders like ``[Client.name]``.

``kind`` says where a text stands. An empty text is none: there, Portico says what it says by itself.
"""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import (
    Change,
    Currency,
    Day,
    Handle,
    Message,
    Minor,
    Moment,
    OfBillGroup,
    OneOf,
    Request,
    Text,
)
from shared.placeholders.kinds import AREAS, KINDS, LANGUAGES

# The domain says itself what is too long for a kind.
_MOST = 20_000


def TextKind(**options: object) -> fields.String:
    """A kind of text."""
    return OneOf(KINDS, **options)


def TextLanguage(**options: object) -> fields.String:
    """A language that texts are written in."""
    return OneOf(LANGUAGES, **options)


class GetTexts(Request):
    """The texts of these kinds that are there."""

    kinds = fields.List(TextKind(), required=True, validate=validate.Length(1, len(KINDS)))


class WrittenText(Message):
    """A text that somebody wrote."""

    kind = TextKind(required=True)
    language = TextLanguage(required=True)
    text = fields.String(required=True)


class WrittenTexts(Message):
    """Texts that are not empty."""

    items = fields.List(fields.Nested(WrittenText), required=True)


class OwnText(WrittenText):
    """A text, empty where nobody has written one. ``placeholders`` are those that may stand in it.

    ``area`` is where it is shown, ``most`` how many characters it may have; ``version`` grows with each change, and is
    0 before the first.
    """

    area = OneOf(AREAS, required=True)
    placeholders = fields.List(fields.String(), required=True)
    most = fields.Integer(required=True)
    version = fields.Integer(required=True)
    changed_at = Moment(required=True, allow_none=True)


class OwnTexts(Message):
    """All kinds of texts in all languages."""

    items = fields.List(fields.Nested(OwnText), required=True)


class SetText(Change):
    """One text, whole; an empty one takes it away. With ``version``, refused when another is stored by now."""

    kind = TextKind(required=True)
    language = TextLanguage(required=True)
    text = Text(_MOST, required=True)
    version = fields.Integer(load_default=None, allow_none=True)


class ImportText(SetText):
    """A text from elsewhere, in the place of the one that is there."""


class PreviewedInvoice(Message):
    """What placeholders tell of an invoice."""

    invoice = Handle(required=True)
    number = Text(50, required=True)
    created_on = Day(required=True)
    due_on = Day(required=True)
    currency = Currency(required=True)
    total = Minor(required=True)
    due = Minor(required=True)


class PreviewText(OfBillGroup):
    """How a text would read for a bill group, though it is not kept.

    Without an ``invoice``, and for subscriptions, an example is made up; so are the secret link, the user name and the
    password, which are shown to nobody but the customer.
    """

    kind = TextKind(required=True)
    language = TextLanguage(required=True)
    text = Text(_MOST, required=True)
    invoice = fields.Nested(PreviewedInvoice, load_default=None, allow_none=True)


class TextPart(Message):
    """A piece of a filled text: of the text itself, or the value of a placeholder, which may be a link's address."""

    text = fields.String(required=True)
    is_value = fields.Boolean(required=True)
    is_link = fields.Boolean(required=True)


class PreviewedText(Message):
    """The filled text, as one and in parts."""

    text = fields.String(required=True)
    parts = fields.List(fields.Nested(TextPart), required=True)


class TextChanged(Message):
    """``text_changed``: ``old`` and ``new``, before they are filled for anybody."""

    kind = TextKind(required=True)
    language = TextLanguage(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)
