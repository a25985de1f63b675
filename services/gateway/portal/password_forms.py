"""The forms about user names and passwords."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from services.gateway import new_passwords
from services.gateway.error_texts import FIELD_TEXTS, TEXTS

_MOST_NAME, _MOST_TYPED = 200, 500
_NAME_NEEDED = _("Please enter your user name.")
_PASSWORD_NEEDED = _("Please enter your password.")


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
    """A new password, twice."""

    new_password = new_passwords.new_password()
    new_password_again = new_passwords.the_same_again("new_password")


class ChangeForm(ResetForm):
    """A new password in place of the one that is known."""

    current_password = PasswordField(
        _("Present password"),
        [InputRequired(_PASSWORD_NEEDED), Length(max=_MOST_TYPED, message=TEXTS["wrong_current_password"])],
    )
