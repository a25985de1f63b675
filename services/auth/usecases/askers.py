"""What whoever asks may do themselves: nobody gives to others what they haven't got."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.auth.repository import ApiKeys, Staff
from shared.contracts.scopes import SCOPES
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError


class Askers:
    """Knows the scopes of staff and keys."""

    def __init__(self, staff: Staff, keys: ApiKeys) -> None:
        self._staff = staff
        self._keys = keys

    def scopes(self, context: Context, now: datetime) -> frozenset[str]:
        """All that whoever asks may do. Raises DomainError ``not_allowed`` and ``invalid_api_key``."""
        principal = context.principal
        match principal.kind:
            case PrincipalKind.SYSTEM:
                return frozenset(SCOPES)
            case PrincipalKind.API_KEY:
                key = self._keys.find(principal.id)
                if key is None:
                    raise DomainError("invalid_api_key")
                key.check_active(now)
                return key.allowed
            case PrincipalKind.STAFF:
                member = self._staff.find(principal.id)
                if member is not None and member.is_active:
                    return member.scopes
        raise DomainError("not_allowed")


def check_covers(has: frozenset[str], wanted: Iterable[str]) -> None:
    """Raises DomainError ``missing_scope`` where ``has`` does not allow all that is wanted."""
    missing = sorted(set(wanted) - has)
    if missing:
        raise DomainError("missing_scope", scope=", ".join(missing))
