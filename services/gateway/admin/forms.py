"""The forms at the staff's door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from services.gateway.error_texts import TEXTS
from shared.contracts.passwords import FEWEST_OF_PASSWORD, MOST_OF_PASSWORD

_MOST_EMAIL, _MOST_NAME, _MOST_CODE = 254, 100, 60
_NEEDED = _("Please enter your password.")
WRONG_PASSWORD = _("This is not your password.")
TOO_SHORT = _("Please choose a password of at least %(count)s characters.", count=FEWEST_OF_PASSWORD)
TOO_LONG = _("Please choose a password of at most %(count)s characters.", count=MOST_OF_PASSWORD)


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
    """A new password, twice, because nobody sees what they type."""

    password = PasswordField(
        _("New password"),
        [
            InputRequired(TOO_SHORT),
            Length(min=FEWEST_OF_PASSWORD, message=TOO_SHORT),
            Length(max=MOST_OF_PASSWORD, message=TOO_LONG),
        ],
    )
    password_again = PasswordField(
        _("The same password again"), [EqualTo("password", _("This is not the same password."))]
    )


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
