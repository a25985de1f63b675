"""Who asks: the one place where principals are told apart."""

from __future__ import annotations

from services.subscriptions.domain.asking import Asker
from services.subscriptions.outside import Outside
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError

_MERCHANTS_SIDE = (PrincipalKind.STAFF, PrincipalKind.API_KEY, PrincipalKind.SYSTEM)


def asker_of(context: Context, outside: Outside) -> Asker:
    """A customer, with what the merchant has switched off, or the merchant's side. Raises DomainError
    ``not_allowed``.
    """
    if context.principal.kind is PrincipalKind.CUSTOMER:
        return Asker.customer(outside.switched_off(context))
    refuse_unless_merchants_side(context)
    return Asker.merchant()


def refuse_unless_merchants_side(context: Context) -> None:
    """Raises DomainError ``not_allowed`` for customers and for whom nobody knows."""
    if context.principal.kind not in _MERCHANTS_SIDE:
        raise DomainError("not_allowed")
