"""The forms about staff and API keys."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from services.gateway.admin.staff_texts import ROLES
from services.gateway.error_texts import TEXTS
from services.gateway.languages import LANGUAGES
from shared.contracts.scopes import SCOPES

_MOST_NAME, _MOST_EMAIL = 100, 254
_TOO_LONG = _("This is too long.")
# After how many days a new key expires; 0 is never.
_DAYS = {"30": _("30 days"), "90": _("90 days"), "365": _("1 year"), "0": _("Never")}


def _choices(texts: Mapping[str, object]) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in texts.items()]


class MemberForm(FlaskForm):
    """What can be changed about somebody."""

    name = StringField(
        _("Name"), [DataRequired(TEXTS["name_needed"]), Length(max=_MOST_NAME, message=_TOO_LONG)]
    )
    role = RadioField(_("Role"), [InputRequired(_("Please choose a role."))], choices=_choices(ROLES))


class InviteForm(MemberForm):
    """A new colleague."""

    email = EmailField(
        _("E-mail address"),
        [DataRequired(TEXTS["invalid_email"]), Length(max=_MOST_EMAIL, message=TEXTS["invalid_email"])],
    )
    language = SelectField(_("Language of the letter"), choices=_choices(LANGUAGES))


class ApiKeyForm(FlaskForm):
    """A new API key."""

    name = StringField(
        _("Name"),
        [DataRequired(TEXTS["name_needed"]), Length(max=_MOST_NAME, message=_TOO_LONG)],
    )
    scopes = SelectMultipleField(
        _("What it may do"),
        [InputRequired(_("Please choose what the key may do."))],
        choices=[SelectChoice(scope) for scope in SCOPES],
    )
    days = SelectField(_("It expires after"), choices=_choices(_DAYS), default="365")
