"""Payment methods that are there: shown, made the default, removed, taken over from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from services.payments import views
from services.payments.customers import Customers
from services.payments.domain.instruments import Expiry, Instrument, InstrumentKind, Mandate
from services.payments.domain.wallet import Change, PaymentMethod, RunningSubscription, Status, Wallet
from services.payments.usecases.offering import Offering
from shared.kernel.access import require_known, require_merchant_side
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey

View = dict[str, Any]


class Wallets(Protocol):
    """Where wallets are kept."""

    def get(self, bill_group: str) -> Wallet:
        """The wallet of ``bill_group``; an empty one where nothing was kept yet."""
        ...

    def change(
        self,
        context: Context,
        bill_group: str,
        decide: Callable[[Wallet], Change],
        answer: Callable[[Wallet], View],
        key: IdempotencyKey | None = None,
    ) -> View:
        """Save what ``decide`` makes of the wallet, with what happened, and answer with ``answer`` of it."""
        ...


# Gives the running subscriptions of a bill group.
Running = Callable[[Context, str], Sequence[RunningSubscription]]


class WalletUseCases:
    """Use cases over the wallet of a bill group."""

    def __init__(self, wallets: Wallets, running: Running, offering: Offering, customers: Customers) -> None:
        self._wallets = wallets
        self._running = running
        self._offering = offering
        self._customers = customers

    def list_payment_methods(self, context: Context, *, bill_group: str) -> View:
        """All payment methods of the bill group, and what may be done with them."""
        return self._view(context)(self._wallets.get(bill_group))

    def payment_summary(self, context: Context, *, bill_group: str) -> View:
        """How the bill group pays, and what should be looked at."""
        wallet = self._wallets.get(bill_group)
        return views.of_summary(wallet, context.business_now, may_add=self._offering.may_add(context))

    def make_default(
        self, context: Context, *, bill_group: str, payment_method: str, key: IdempotencyKey
    ) -> View:
        """Charge this method by default. Raises NotFound, ``method_not_active`` and ``method_expired``."""
        require_known(context)
        now = context.business_now
        return self._change(context, bill_group, lambda wallet: wallet.make_default(payment_method, now), key)

    def preview_removal(self, context: Context, *, bill_group: str, payment_method: str) -> View:
        """What removing this method would come to, by the same rules. Raises NotFound and ``switched_off``."""
        require_known(context)
        self._offering.must_remove(context)
        now = context.business_now
        wallet = self._wallets.get(bill_group)
        wallet.get(payment_method)
        removal = wallet.removal(payment_method, self._running(context, bill_group), now)
        return views.of_removal(payment_method, removal, wallet, now)

    def remove_payment_method(
        self, context: Context, *, bill_group: str, payment_method: str, key: IdempotencyKey
    ) -> View:
        """Remove this method. Raises NotFound, and ``method_needed`` while a subscription has nothing else.

        Also ``switched_off``, where that is not left to customers.
        """
        require_known(context)
        self._offering.must_remove(context)
        now = context.business_now
        running = self._running(context, bill_group)
        return self._change(
            context, bill_group, lambda wallet: wallet.remove(payment_method, running, now), key
        )

    def set_auto_pay(self, context: Context, *, bill_group: str, auto_pay: bool, key: IdempotencyKey) -> View:
        """Charge automatically from now on, or no more. Raises ``switched_off`` where that is not left to customers."""
        require_known(context)
        self._offering.must_set_auto_pay(context)
        return self._change(context, bill_group, lambda wallet: wallet.set_auto_pay(auto_pay), key)

    def import_payment_methods(
        self,
        context: Context,
        *,
        bill_group: str,
        items: Sequence[View],
        default: str | None,
        auto_pay: bool,
        key: IdempotencyKey,
    ) -> View:
        """Take over methods from elsewhere; what is known already stays.

        Raises NotFound for a bill group that there is not, and ``method_not_active``.
        """
        require_merchant_side(context)
        self._customers.must_know(context, bill_group)
        now = context.business_now
        methods = [_imported(item) for item in items]
        return self._change(
            context, bill_group, lambda wallet: wallet.take_over(methods, default, auto_pay, now), key
        )

    def _change(
        self, context: Context, bill_group: str, decide: Callable[[Wallet], Change], key: IdempotencyKey
    ) -> View:
        return self._wallets.change(context, bill_group, decide, self._view(context), key)

    def _view(self, context: Context) -> Callable[[Wallet], View]:
        may_add, may_remove = self._offering.may_add(context), self._offering.may_remove(context)
        now = context.business_now
        return lambda wallet: views.of_wallet(wallet, now, may_add=may_add, may_remove=may_remove)


def _imported(item: View) -> PaymentMethod:
    expiry, mandate = item["expiry"], item["mandate"]
    instrument = Instrument(
        kind=InstrumentKind(item["kind"]),
        brand=item["brand"],
        last4=item["last4"],
        expiry=Expiry(expiry["year"], expiry["month"]) if expiry else None,
        mandate=Mandate(**mandate) if mandate else None,
        provider="imported",
        token=item["token"],
    )
    return PaymentMethod(item["payment_method"], instrument, Status(item["status"]), item["created_at"])
