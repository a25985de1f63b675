"""Auth: fields that several of its schemas share."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from shared.contracts.base import Message
from shared.contracts.passwords import MOST_OF_PASSWORD

_ONE_LINE = r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z"


def Token(**options: Any) -> fields.String:
    """A secret that a browser keeps in a cookie, or that stands in a link."""
    return fields.String(required=True, validate=validate.Length(20, 200), **options)


def Password(**options: Any) -> fields.String:
    """A password as it was typed. Whether it is good enough for a new one is another question."""
    return fields.String(
        required=True,
        validate=[validate.Length(1, MOST_OF_PASSWORD), validate.Regexp(r"^[^\ud800-\udfff]*\Z")],
        **options,
    )


def PersonName(**options: Any) -> fields.String:
    """What somebody is called, in one line."""
    return fields.String(validate=[validate.Length(max=100), validate.Regexp(_ONE_LINE)], **options)


class OfStaffMember(Message):
    """Whom of the staff an event is about, for the letter that tells them: ``language`` is an IETF tag, or empty.

    An auth service of before names nobody.
    """

    email = fields.String(load_default="")
    name = fields.String(load_default="")
    language = fields.String(load_default="")
