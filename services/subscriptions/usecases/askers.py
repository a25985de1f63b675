"""Who asks, and what the merchant lets them do."""

from __future__ import annotations

from services.subscriptions.domain.asking import Asker
from services.subscriptions.outside import Outside
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context, PrincipalKind


def asker_of(context: Context, outside: Outside) -> Asker:
    """A customer, with what the merchant has switched off, or the merchant's side. Raises DomainError
    ``not_allowed``.
    """
    if context.principal.kind is PrincipalKind.CUSTOMER:
        return Asker.customer(outside.switched_off(context))
    require_merchant_side(context)
    return Asker.merchant()
