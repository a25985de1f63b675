"""What may stand in the fields of the staff's forms: lengths, numbers, handles. The rest is the services' to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError
from wtforms.validators import Length, StopValidation

from services.gateway.error_texts import FIELD_TEXTS
from shared.contracts.base import TEXT_PATTERN
from shared.kernel.ids import is_handle

Check = Callable[[FlaskForm, Field], None]

# What stands for bytes that are no UTF-8.
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


class _MayBeEmpty:
    """Marks a field that need not be filled, so that its label says so."""

    field_flags: ClassVar = {"optional": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Nothing is wrong with an empty one."""


optional = _MayBeEmpty()


def at_most(characters: int) -> Length:
    """So many characters at most."""
    return Length(max=characters, message=FIELD_TEXTS["too_long"])


def filled(form: FlaskForm, field: Field) -> None:
    """Something must stand in it."""
    del form
    if not (field.data or "").strip():
        raise StopValidation(str(FIELD_TEXTS["required"]))


def readable(form: FlaskForm, field: Field) -> None:
    """Refuse what no store and no paper can hold: control characters, and bytes that are no text."""
    del form
    text = field.data or ""
    if _REPLACED in text or not re.match(TEXT_PATTERN, text):
        raise ValidationError(str(FIELD_TEXTS["unreadable"]))


def handle_or_nothing(form: FlaskForm, field: Field) -> None:
    """A handle, or nothing: then one is given."""
    del form
    field.data = (field.data or "").strip()
    if field.data and not is_handle(field.data):
        raise ValidationError(
            gettext("Only letters without accents, digits, and the characters _ @ - are possible.")
        )


def whole_number(fewest: int, most: int) -> Check:
    """A whole number in these bounds, or nothing."""

    def check(form: FlaskForm, field: Field) -> None:
        del form
        field.data = (field.data or "").strip()
        if field.data and not (_WHOLE.fullmatch(field.data) and fewest <= int(field.data) <= most):
            raise ValidationError(
                gettext("Please enter a whole number from %(fewest)s to %(most)s.", fewest=fewest, most=most)
            )

    return check
