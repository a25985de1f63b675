"""Beginning subscriptions, by the merchant's side."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.subscriptions import views
from services.subscriptions.domain.actions import possible
from services.subscriptions.domain.asking import Asker
from services.subscriptions.domain.beginning import Beginning, Wish, begin
from services.subscriptions.domain.plans import Terms, agree
from services.subscriptions.outside import Outside
from services.subscriptions.repository import Catalogue, Subscriptions
from services.subscriptions.usecases.loading import Loaded, to_discount
from services.subscriptions.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle
from shared.storage import AlreadyExists


class BeginningSubscriptions:
    """Both use cases raise NotFound (the bill group, the plan), DomainError ``not_allowed`` to customers,
    ``plan_archived``, ``product_archived``, ``no_price_in_currency``, ``unknown_payment_method`` and
    ``invalid_subscription``.
    """

    def __init__(self, catalogue: Catalogue, subscriptions: Subscriptions, outside: Outside) -> None:
        self._catalogue = catalogue
        self._subscriptions = subscriptions
        self._outside = outside

    def preview_subscription(self, context: Context, **wanted: Any) -> View:
        """What ``create_subscription`` would begin."""
        require_merchant_side(context)
        # The handle does not show; nobody else's is taken for it.
        beginning = self._begin(context, new_handle("sub"), **wanted)
        return views.of_beginning(beginning, context.language)

    def create_subscription(
        self,
        context: Context,
        *,
        bill_group: str,
        subscription: str | None,
        key: IdempotencyKey,
        **wanted: Any,
    ) -> View | None:
        """A new subscription. Raises DomainError ``already_exists``, and ``preview_outdated``, too."""
        require_merchant_side(context)
        handle = subscription or new_handle("sub")
        try:
            beginning = self._begin(context, handle, bill_group=bill_group, **wanted)
        except DomainError:
            # It may have been begun before, when nothing stood against it yet.
            answered = self._subscriptions.aggregates.answered(key, bill_group=bill_group)
            if answered is None:
                raise
            return answered
        new = beginning.step.subscription
        actions = possible(new, Asker.merchant())
        try:
            return self._subscriptions.aggregates.add(
                new,
                handle=new.handle,
                bill_group=bill_group,
                context=context,
                happenings=beginning.step.happenings,
                result=views.of_subscription(new, context.language, actions),
                key=key,
            )
        except AlreadyExists as error:
            raise DomainError("already_exists") from error

    def _begin(
        self,
        context: Context,
        handle: str,
        *,
        bill_group: str,
        plan: str,
        quantity: int,
        starts_on: date | None,
        trial_days: int | None,
        discount: Loaded | None,
        payment_method: str | None,
        fingerprint: str | None = None,
    ) -> Beginning:
        payer = self._outside.bill_group(context, bill_group)
        if payment_method is not None:
            self._outside.check_payment_method(context, bill_group, payment_method)
        wish = Wish(
            handle=handle,
            bill_group=bill_group,
            customer=payer.customer,
            time_zone=payer.time_zone,
            quantity=quantity,
            starts_on=starts_on,
            trial_days=trial_days,
            discount=to_discount(discount, payer.currency) if discount else None,
            payment_method=payment_method,
        )
        return begin(wish, self._terms(plan, payer.currency), context.business_now, fingerprint)

    def _terms(self, handle: str, currency: str) -> Terms:
        plan = self._catalogue.plan(handle)
        plan.check_sold()
        product = self._catalogue.product(plan.product)
        product.check_sold()
        return agree(product, plan, currency)
