"""The forms about user names and passwords."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from services.gateway.error_texts import FIELD_TEXTS, TEXTS
from shared.contracts.passwords import FEWEST_OF_PASSWORD, MOST_OF_PASSWORD

_MOST_NAME, _MOST_TYPED = 200, 500
_NAME_NEEDED = _("Please enter your user name.")
_PASSWORD_NEEDED = _("Please enter your password.")
_TOO_SHORT = _("Please choose a password of at least %(count)s characters.", count=FEWEST_OF_PASSWORD)
_TOO_LONG = _("Please choose a password of at most %(count)s characters.", count=MOST_OF_PASSWORD)


class SignInForm(FlaskForm):
    """What was handed out, or chosen since."""

    user_name = StringField(
        _("User name"),
        [DataRequired(_NAME_NEEDED), Length(max=_MOST_NAME, message=TEXTS["wrong_credentials"])],
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_PASSWORD_NEEDED), Length(max=_MOST_TYPED, message=TEXTS["wrong_credentials"])],
    )


class ForgottenForm(FlaskForm):
    """Whose password is forgotten."""

    user_name = StringField(
        _("User name"),
        [DataRequired(_NAME_NEEDED), Length(max=_MOST_NAME, message=FIELD_TEXTS["too_long"])],
    )


class ResetForm(FlaskForm):
    """A new password, twice, because nobody sees what they type."""

    new_password = PasswordField(
        _("New password"),
        [
            InputRequired(_TOO_SHORT),
            Length(min=FEWEST_OF_PASSWORD, message=_TOO_SHORT),
            Length(max=MOST_OF_PASSWORD, message=_TOO_LONG),
        ],
    )
    new_password_again = PasswordField(
        _("The same password again"), [EqualTo("new_password", _("This is not the same password."))]
    )


class ChangeForm(ResetForm):
    """A new password in place of the one that is known."""

    current_password = PasswordField(
        _("Present password"),
        [InputRequired(_PASSWORD_NEEDED), Length(max=_MOST_TYPED, message=TEXTS["wrong_current_password"])],
    )
