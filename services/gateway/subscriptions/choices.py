"""What somebody chose for an action on a subscription, as the form sent it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from services.gateway.error_texts import text_of
from services.gateway.formats import day
from services.gateway.subscriptions.texts import CANCEL_REASON_TEXTS
from shared.contracts.subscriptions import WHEN
from shared.kernel.errors import DomainError

MOST_COMMENT = 2000
# The fields that errors of an action are about.
FIELDS = {"invalid_resume_date": "resume_on", "comment_too_long": "comment"}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Control characters, save tabs and line ends: nobody types them, and no text has them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Days beyond these are no less wrong, but are not understood by every service.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def when(sent: Mapping[str, str]) -> str | None:
    """From when it is to hold, or None where nothing was chosen that there is."""
    at = sent.get("at")
    return at if at in WHEN else None


def resume_day(sent: Mapping[str, str]) -> str | None:
    """The day on which a pause is to end by itself. Raises DomainError ``invalid_resume_date`` for what is no day."""
    text = sent.get("resume_on", "").strip()
    try:
        return day_typed(text) if text else None
    except ValueError:
        raise DomainError("invalid_resume_date") from None


def day_typed(text: str) -> str:
    """A day as the services understand it. Raises ValueError for what is none."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return min(max(date.fromisoformat(text), _FIRST_DAY), _LAST_DAY).isoformat()


def reason(action: str, sent: Mapping[str, str]) -> dict[str, str | None]:
    """Why it is cancelled, as far as that was said; nothing of any other action. Raises ``comment_too_long``."""
    if action != "cancel":
        return {}
    code = sent.get("reason")
    return {"reason": code if code in CANCEL_REASON_TEXTS else None, "comment": _comment(sent)}


def problem_of(error: DomainError) -> str:
    """What is wrong with what was chosen, in a sentence or two."""
    if error.code == "comment_too_long":
        return _("Please shorten your comment to %(most)s characters.", most=MOST_COMMENT)
    if error.code != "invalid_resume_date":
        return text_of(error)
    if not {"earliest", "latest"} <= set(error.params):
        return _("This is not a date. Please write it as in %(example)s.", example="2027-01-31")
    bounds = {name: day(error.params[name]) for name in ("earliest", "latest")}
    possible = _("The earliest day is %(earliest)s, the latest %(latest)s.", **bounds)
    return f"{text_of(error)} {possible}"


def _comment(sent: Mapping[str, str]) -> str:
    """What somebody wrote. Raises DomainError ``comment_too_long``."""
    # Browsers count a line break as one character and send it as two.
    text = _UNSEEN.sub("", sent.get("comment", "").replace("\r\n", "\n")).strip()
    if len(text) > MOST_COMMENT:
        raise DomainError("comment_too_long")
    return text
