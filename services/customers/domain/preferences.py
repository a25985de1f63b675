"""What a contact would like: their language, their time zone, and which e-mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.customers.domain.contacts import FieldChange

# The kinds of e-mails that may be unwanted. Codes, invoices, what was contracted, and word that somebody changed an
# address are none of them: the law or the contact's safety asks for those.
OPTIONAL_EMAILS = ("subscriptions", "payment_methods")


@dataclass(frozen=True, slots=True)
class Preferences:
    """``language`` and ``time_zone`` are the bill group's where they are None; days are billed in its own anyway.

    ``unwanted`` are those of OPTIONAL_EMAILS that are not to be sent, so that a kind that is new is wanted.
    """

    language: str | None = None
    time_zone: str | None = None
    unwanted: tuple[str, ...] = ()

    @classmethod
    def of(cls, *, language: str | None, time_zone: str | None, emails: Mapping[str, bool]) -> Self:
        """What somebody chose; ``emails`` says of each kind whether it is wanted."""
        return cls(language, time_zone, tuple(kind for kind in OPTIONAL_EMAILS if not emails[kind]))

    @property
    def emails(self) -> dict[str, bool]:
        """Of each kind, whether it is wanted."""
        return {kind: kind not in self.unwanted for kind in OPTIONAL_EMAILS}


def preference_changes(old: Preferences, new: Preferences) -> list[FieldChange]:
    """Field by field what is another now."""
    before, after = _flat(old), _flat(new)
    return [FieldChange(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _flat(preferences: Preferences) -> dict[str, str]:
    emails = {f"emails.{kind}": "on" if wanted else "off" for kind, wanted in preferences.emails.items()}
    return {"language": preferences.language or "", "time_zone": preferences.time_zone or "", **emails}
