"""Who may call what."""

from __future__ import annotations

from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError

_STRANGERS = frozenset({PrincipalKind.ANONYMOUS})
_NOT_OF_THE_HOUSE = _STRANGERS | {PrincipalKind.CUSTOMER}


def refuse_strangers(context: Context) -> None:
    """Raises ``not_allowed`` for somebody who is not signed in."""
    _refuse(context, _STRANGERS)


def refuse_customers(context: Context) -> None:
    """Raises ``not_allowed`` for all but staff, API keys and the services themselves."""
    _refuse(context, _NOT_OF_THE_HOUSE)


def _refuse(context: Context, kinds: frozenset[PrincipalKind]) -> None:
    if context.principal.kind in kinds:
        raise DomainError("not_allowed")
