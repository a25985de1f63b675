"""Who may do what, as far as it depends on the kind of principal alone: decided here, for all services."""

from __future__ import annotations

from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError

_MERCHANT_SIDE = frozenset({PrincipalKind.STAFF, PrincipalKind.API_KEY, PrincipalKind.SYSTEM})


def is_merchant_side(context: Context) -> bool:
    """Whether staff, an API key or a service asks."""
    return context.principal.kind in _MERCHANT_SIDE


def require_merchant_side(context: Context) -> None:
    """Raises DomainError ``not_allowed`` for customers and those who are not signed in."""
    if not is_merchant_side(context):
        raise DomainError("not_allowed")


def require_known(context: Context) -> None:
    """Raises DomainError ``not_allowed`` for those who are not signed in."""
    if context.principal.kind is PrincipalKind.ANONYMOUS:
        raise DomainError("not_allowed")
