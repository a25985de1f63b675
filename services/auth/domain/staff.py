"""The merchant's own people: who they are, what they may do, and how they prove who they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.auth.domain.second_factor import SecondFactor
from shared.contracts.scopes import ROLES
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening

SET_UP_VALID_FOR = timedelta(hours=24)


class Role(StrEnum):
    """What somebody may do: ROLES has it in scopes."""

    OWNER = "owner"
    BILLING = "billing"
    SUPPORT = "support"
    READ_ONLY = "read_only"


class State(StrEnum):
    """Whether somebody may enter."""

    INVITED = "invited"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the staff. ``email`` is as it was typed, ``address`` what all its spellings have in common.

    Both are empty for a first owner who is still to come. ``language`` is an IETF tag, or empty where nobody has said
    it. ``link_hash`` is a keyed hash. Sessions that were opened
    before ``sessions_from`` are over. Whoever uses a link that drops the second factor has none from then on.
    """

    email: str
    address: str
    name: str
    role: Role
    created_at: datetime
    created_by: str
    password_hash: str = ""
    link_hash: str = ""
    link_expires_at: datetime | None = None
    link_drops_second_factor: bool = False
    second_factor: SecondFactor = field(default_factory=SecondFactor)
    sessions_from: datetime | None = None
    deactivated_at: datetime | None = None
    language: str = ""

    @property
    def told(self) -> dict[str, str]:
        """Whom the letter goes to that tells of something about them."""
        return {"email": self.email, "name": self.name, "language": self.language}

    @property
    def state(self) -> State:
        """Whether they may enter."""
        if self.deactivated_at is not None:
            return State.DEACTIVATED
        return State.ACTIVE if self.password_hash else State.INVITED

    @property
    def is_active(self) -> bool:
        """Whether they may enter with their password."""
        return self.state is State.ACTIVE

    @property
    def scopes(self) -> frozenset[str]:
        """All that they may do."""
        return ROLES[self.role]

    def keeps_session(self, created_at: datetime) -> bool:
        """Whether a session that was opened then may still be used."""
        return self.is_active and (self.sessions_from is None or created_at >= self.sessions_from)

    def with_link(self, link_hash: str, now: datetime, *, drops_second_factor: bool = False) -> StaffMember:
        """The same with a new set-up link, which ends the one before.

        Who was deactivated is invited anew by it: the old password is of no use any more.
        """
        back = self if self.deactivated_at is None else replace(self, deactivated_at=None, password_hash="")
        return replace(
            back,
            link_hash=link_hash,
            link_expires_at=now + SET_UP_VALID_FOR,
            link_drops_second_factor=drops_second_factor,
        )

    def check_link(self, link_hash: str, now: datetime) -> None:
        """Raises DomainError ``set_up_over`` where this is not the link that is good at ``now``."""
        expires_at = self.link_expires_at
        is_good = link_hash == self.link_hash and expires_at is not None and now < expires_at
        if not is_good or self.state is State.DEACTIVATED:
            raise DomainError("set_up_over")

    def set_up(
        self, handle: str, link_hash: str, password_hash: str, now: datetime
    ) -> tuple[StaffMember, list[Happening]]:
        """The same with a password, the link used up and all sessions over. Raises DomainError ``set_up_over``."""
        self.check_link(link_hash, now)
        is_reset = bool(self.password_hash)
        made = replace(
            self,
            password_hash=password_hash,
            link_hash="",
            link_expires_at=None,
            link_drops_second_factor=False,
            second_factor=SecondFactor() if self.link_drops_second_factor else self.second_factor,
            sessions_from=now,
        )
        data = {
            **self.told,
            "role": self.role.value,
            "is_reset": is_reset,
            "drops_second_factor": self.second_factor.is_on and not made.second_factor.is_on,
        }
        return made, [Happening("staff_set_up", handle, "", data)]

    def invited(self, handle: str, sealed_link: str, language: str) -> Happening:
        """What tells that a letter with the set-up link is to be sent; the link is unreadable on the way."""
        data = {
            "email": self.email,
            "name": self.name,
            "role": self.role.value,
            "is_reset": bool(self.password_hash),
            "drops_second_factor": self.link_drops_second_factor,
            "language": language,
            "sealed": sealed_link,
            "expires_at": self.link_expires_at,
        }
        return Happening("staff_invited", handle, "", data)

    def changed(
        self, handle: str, *, name: str | None, role: Role | None
    ) -> tuple[StaffMember, list[Happening]]:
        """The same with another name or role; None leaves it. Raises DomainError ``name_needed``."""
        new = replace(self, name=self.name if name is None else named(name), role=role or self.role)
        changes = [
            {"field": field, "old": str(getattr(self, field)), "new": str(getattr(new, field))}
            for field in ("name", "role")
            if getattr(self, field) != getattr(new, field)
        ]
        data = {**new.told, "changes": changes}
        return new, [Happening("staff_changed", handle, "", data)] if changes else []

    def deactivated(self, handle: str, now: datetime) -> tuple[StaffMember, list[Happening]]:
        """The same, who may enter no more; what link there was is over. One who was so before stays so."""
        if self.deactivated_at is not None:
            return self, []
        gone = replace(self, deactivated_at=now, link_hash="", link_expires_at=None, sessions_from=now)
        return gone, [Happening("staff_deactivated", handle, "", self.told)]

    def with_password(
        self, handle: str, outdated: str, password_hash: str, now: datetime
    ) -> tuple[StaffMember, list[Happening]]:
        """The same with another password in place of ``outdated``, and all sessions over.

        Raises DomainError ``wrong_password`` where it was changed meanwhile.
        """
        if self.password_hash != outdated:
            raise DomainError("wrong_password")
        new = replace(self, password_hash=password_hash, sessions_from=now)
        return new, [Happening("staff_password_changed", handle, "", self.told)]


def first_owner(now: datetime, created_by: str) -> StaffMember:
    """The owner who is to come, of whom nothing is known yet."""
    return StaffMember(email="", address="", name="", role=Role.OWNER, created_at=now, created_by=created_by)


def named(name: str) -> str:
    """A name as it is kept. Raises DomainError ``name_needed``."""
    kept = " ".join(name.split())
    if not kept:
        raise DomainError("name_needed")
    return kept
