"""A customer's user name and password: handed out by the merchant, changed by the customer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.happening import Happening

# How somebody got in, as sessions name it.
WAY = "password"

RESET_VALID_FOR = timedelta(hours=1)
# A letter that says more than how to choose a password is read when there is time for it.
RESET_IN_LETTERS_VALID_FOR = timedelta(hours=24)

# Without letters and digits that look like others, for what is copied from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP = 4
_PASSWORD_GROUPS, _NAME_GROUPS = 4, 2


class State(StrEnum):
    """What has become of what was handed out."""

    UNUSED = "unused"
    USED = "used"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A customer's credentials. ``user_name`` is in lower case, ``password_hash`` argon2, empty when withdrawn.

    ``initial`` is the password that was handed out, under a key that is not in the store, until it was used.
    ``told_in`` is the bill group in whose timeline it stands; ``made_by`` a principal.
    """

    customer: str
    told_in: str
    user_name: str
    password_hash: str
    initial: str
    made_at: datetime
    made_by: str
    set_at: datetime
    changed_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def state(self) -> State:
        """What has become of it."""
        if not self.password_hash:
            return State.WITHDRAWN
        return State.UNUSED if self.initial else State.USED

    def handed_out(self, *, again: bool) -> Happening:
        """What tells that there is a new password."""
        data = {"customer": self.customer, "user_name": self.user_name, "again": again}
        return Happening("credentials_handed_out", self.customer, self.told_in, data)

    def withdrawn(self, now: datetime) -> tuple[Credentials, list[Happening]]:
        """The same, opening nothing any more; the user name stays the customer's."""
        if self.state is State.WITHDRAWN:
            return self, []
        told = Happening("credentials_withdrawn", self.customer, self.told_in, {"customer": self.customer})
        return replace(self, password_hash="", initial="", set_at=now), [told]

    def with_password(self, password_hash: str, now: datetime, *, how: str) -> tuple[Credentials, Happening]:
        """The same with a password that the customer has chosen."""
        told = Happening(
            "password_changed", self.customer, self.told_in, {"customer": self.customer, "how": how}
        )
        changed = replace(self, password_hash=password_hash, initial="", set_at=now, changed_at=now)
        return changed, told


def user_key(typed: str) -> str:
    """What all ways to type a user name have in common."""
    return typed.strip().lower()


def new_password() -> str:
    """A generated password of 79 random bits, in groups that can be copied from paper."""
    return _grouped(_PASSWORD_GROUPS)


def new_user_name() -> str:
    """A generated user name, which says nothing of the customer and can't be guessed to hold them up."""
    return _grouped(_NAME_GROUPS)


def _grouped(groups: int) -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(groups))
