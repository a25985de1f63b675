"""The forms of signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from services.gateway.error_texts import TEXTS

_MOST_EMAIL = 254
_MOST_CODE = 40
_DIGITS = 8


class EmailForm(FlaskForm):
    """Where to send a code or a link."""

    email = EmailField(
        _("E-mail address"),
        [DataRequired(TEXTS["invalid_email"]), Length(max=_MOST_EMAIL, message=TEXTS["invalid_email"])],
    )


class CodeForm(FlaskForm):
    """The code, as it was typed or pasted: what stands between its digits doesn't matter."""

    code = StringField(
        _("Code"),
        [DataRequired(TEXTS["code_needed"]), Length(max=_MOST_CODE, message=TEXTS["code_needed"])],
    )

    def validate_code(self, field: StringField) -> None:
        """What can't be a code costs no try."""
        if sum(character.isdecimal() for character in field.data) != _DIGITS:
            raise ValidationError(TEXTS["code_needed"])
