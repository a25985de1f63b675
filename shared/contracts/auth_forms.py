"""Auth: forms that are kept across a sign-in."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.contracts.base import Handle, Message, Moment, OfBillGroup, Request

MOST_BYTES = 64 * 1024


def is_secret(name: str) -> bool:
    """Whether a form's field of this name holds what nobody keeps: it is typed anew each time."""
    return name in ("code", "csrf_token") or "password" in name


def _browser() -> fields.String:
    """The random token of a browser's cookie."""
    return fields.String(required=True, validate=validate.Length(20, 200))


class FormField(Message):
    """A field as the browser sent it; a form may have several of one name."""

    name = fields.String(required=True, validate=validate.Length(max=200))
    value = fields.String(required=True)


class KeepForm(Request):
    """A form that came when its session was over. ``token`` is the session's, ``path`` where the form was sent to.

    At most 64 KiB in UTF-8, and no secrets.
    """

    token = fields.String(required=True, validate=validate.Length(20, 200))
    browser = _browser()
    path = fields.String(required=True, validate=[validate.Length(max=2000), validate.Regexp(r"^/(?!/)")])
    fields_ = fields.List(fields.Nested(FormField), required=True, data_key="fields", attribute="fields")

    @validates_schema
    def check_contents(self, data: dict[str, Any], **_options: Any) -> None:
        """Raises ValidationError."""
        held = data["fields"]
        if any(is_secret(each["name"]) for each in held):
            raise ValidationError("Secrets are not kept.", "fields")
        if sum(len(each["name"].encode()) + len(each["value"].encode()) for each in held) > MOST_BYTES:
            raise ValidationError("This is too much to be kept.", "fields")


class FormKept(Message):
    """The form waits until ``expires_at``."""

    form = Handle(required=True)
    expires_at = Moment(required=True)


class OfForm(OfBillGroup):
    """A request about a kept form, by whoever is signed in to the bill group in the browser that sent it."""

    form = Handle(required=True)
    browser = _browser()


class KeptForm(FormKept):
    """A kept form with all that it held."""

    path = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FormField), required=True, data_key="fields", attribute="fields")
    kept_at = Moment(required=True)
