"""The forms at the staff's door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from services.gateway.error_texts import TEXTS
from services.gateway.new_passwords import new_password, the_same_again
from shared.contracts.passwords import MOST_OF_PASSWORD

_MOST_EMAIL, _MOST_NAME, _MOST_CODE = 254, 100, 60
_NEEDED = _("Please enter your password.")
WRONG_PASSWORD = _("This is not your password.")


class SignInForm(FlaskForm):
    """Who wants to enter."""

    email = EmailField(
        _("E-mail address"),
        [DataRequired(TEXTS["invalid_email"]), Length(max=_MOST_EMAIL, message=TEXTS["invalid_email"])],
    )
    password = PasswordField(
        _("Password"), [InputRequired(_NEEDED), Length(max=MOST_OF_PASSWORD, message=TEXTS["wrong_password"])]
    )


class SecondFactorForm(FlaskForm):
    """A code of the app, or a recovery code."""

    code = StringField(
        _("Code"),
        [
            DataRequired(_("Please enter the code.")),
            Length(max=_MOST_CODE, message=TEXTS["wrong_second_factor"]),
        ],
    )


class PasswordForm(FlaskForm):
    """The present password once more."""

    password = PasswordField(
        _("Your password"),
        [InputRequired(_NEEDED), Length(max=MOST_OF_PASSWORD, message=WRONG_PASSWORD)],
    )


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    password = new_password()
    password_again = the_same_again("password")


class ChangePasswordForm(NewPasswordForm):
    """Another password, by whoever knows the present one."""

    present_password = PasswordField(_("Your password until now"), [InputRequired(_NEEDED)])


class OwnerForm(NewPasswordForm):
    """The first owner says who they are."""

    name = StringField(
        _("Your name"),
        [
            DataRequired(TEXTS["name_needed"]),
            Length(max=_MOST_NAME, message=_("This is too long.")),
        ],
    )
    email = EmailField(
        _("Your e-mail address"),
        [DataRequired(TEXTS["invalid_email"]), Length(max=_MOST_EMAIL, message=TEXTS["invalid_email"])],
    )
