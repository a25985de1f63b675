"""The fields in which staff and customers choose a new password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from shared.contracts.passwords import FEWEST_OF_PASSWORD, MOST_OF_PASSWORD

_TOO_SHORT = _("Please choose a password of at least %(count)s characters.", count=FEWEST_OF_PASSWORD)
_TOO_LONG = _("Please choose a password of at most %(count)s characters.", count=MOST_OF_PASSWORD)


def new_password() -> PasswordField:
    """A password that is long enough. Whether it is a well-known one is for auth to say."""
    return PasswordField(
        _("New password"),
        [
            InputRequired(_TOO_SHORT),
            Length(min=FEWEST_OF_PASSWORD, message=_TOO_SHORT),
            Length(max=MOST_OF_PASSWORD, message=_TOO_LONG),
        ],
    )


def the_same_again(field: str) -> PasswordField:
    """What stands in ``field`` once more, for it is mostly typed unseen."""
    return PasswordField(_("The same password again"), [EqualTo(field, _("This is not the same password."))])
