"""Customers: the merchant's logo."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts.base import Change, Message, OneOf, Request

# A picture of 1 MiB as base64.
_MOST_CHARACTERS = (1024 * 1024 + 2) // 3 * 4
LOGO_FORMS = ("screen", "document")
# In which surroundings the logo needs a ground of its own, or else it could hardly be seen.
PLATES = ("none", "light", "dark")


def _base64(**options: object) -> fields.String:
    return fields.String(
        metadata={"description": "A picture as base64 (RFC 4648)."},
        **options,  # type: ignore[arg-type]
    )


def LogoVersion(**options: object) -> fields.String:
    """Names a logo by what is to be seen: another picture has another version."""
    return fields.String(
        validate=validate.Regexp(r"^[0-9a-f]{16}\Z"),
        metadata={"examples": ["0123456789abcdef"]},
        **options,  # type: ignore[arg-type]
    )


class Logo(Message):
    """The merchant's logo: how large it is shown, in CSS pixels.

    ``plate``: in ``dark`` (or ``light``) surroundings it needs a light (or dark) ground of its own.
    """

    version = LogoVersion(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    plate = OneOf(PLATES, required=True)


class MerchantLogo(Message):
    """The merchant's logo, or that there is none."""

    logo = fields.Nested(Logo, required=True, allow_none=True)


class SetLogo(Change):
    """A PNG or JPEG of at most 1 MiB, 4,096 pixels on a side and 4 million pixels, or an SVG of at most 1 MiB.

    An SVG has its texts as paths, no pictures within, and no references to anything elsewhere. What is kept of any of
    them are its pixels. With ``version``, refused when the merchant has another one by now.
    """

    image = _base64(
        required=True,
        validate=[
            validate.Length(1, _MOST_CHARACTERS),
            validate.Regexp(r"^[A-Za-z0-9+/]*={0,2}\Z"),
        ],
    )
    version = fields.Integer(load_default=None, allow_none=True)


class GetLogo(Request):
    """The present logo, or one of before, which documents of its time still show.

    ``form``: ``screen`` has the pixels of a dense screen, ``document`` those of a printer.
    """

    version = LogoVersion(load_default=None, allow_none=True)
    form = OneOf(LOGO_FORMS, load_default="screen")


class LogoPicture(Message):
    """A logo as PNG. ``width`` and ``height`` are those of the picture."""

    version = LogoVersion(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    image = _base64(required=True)
