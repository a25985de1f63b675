"""Who asks, from where, in which language, and when: it travels with every call and every event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.kernel.clock import utc_now
from shared.kernel.ids import new_id


class PrincipalKind(StrEnum):
    """Who acts."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    STAFF = "staff"
    API_KEY = "api_key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: ``id`` is a handle, never an e-mail address or a name."""

    kind: PrincipalKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Principal:
        """The principal whose ``str`` is ``text``; ValueError for anything else."""
        kind, _, id_ = text.partition(":")
        return cls(PrincipalKind(kind), id_)


ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, "")


def system(name: str) -> Principal:
    """The principal of what a service does by itself; ``name`` is the service's."""
    return Principal(PrincipalKind.SYSTEM, name)


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a call.

    ``session`` is the session's public id (not its token), ``address`` the network address, ``language`` an IETF tag,
    ``business_now`` the moment that business rules see: the real one, or one chosen in test mode. With ``read_only``
    nothing may be changed: staff see what the principal sees, and every service refuses the rest.
    """

    principal: Principal = ANONYMOUS
    session: str = ""
    address: str = ""
    user_agent: str = ""
    language: str = "en"
    request_id: str = field(default_factory=new_id)
    chosen_now: datetime | None = None
    read_only: bool = False

    @property
    def business_now(self) -> datetime:
        """The moment that dates, periods and dunning are reckoned from, aware UTC."""
        return self.chosen_now or utc_now()
