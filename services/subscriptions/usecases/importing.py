"""Products, plans and subscriptions from elsewhere. Importing the same again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from services.subscriptions import views
from services.subscriptions.domain.actions import possible
from services.subscriptions.domain.asking import Asker
from services.subscriptions.domain.catalogue import new_plan, new_product, renamed, revised
from services.subscriptions.domain.importing import Imported, take_over
from services.subscriptions.domain.plans import Names, Plan, Product, agree
from services.subscriptions.domain.subscription import (
    Cancellation,
    ExpireReason,
    Expiry,
    Hold,
    HoldReason,
    Side,
    Subscription,
)
from services.subscriptions.outside import Outside
from services.subscriptions.repository import Catalogue, Subscriptions
from services.subscriptions.usecases import loading
from services.subscriptions.usecases.loading import Loaded
from services.subscriptions.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import Aggregates, AlreadyExists, Outcome

T = TypeVar("T")


class Importing:
    """Use cases of the merchant's side only: all raise DomainError ``not_allowed`` to others."""

    def __init__(self, catalogue: Catalogue, subscriptions: Subscriptions, outside: Outside) -> None:
        self._catalogue = catalogue
        self._subscriptions = subscriptions
        self._outside = outside

    def import_product(
        self, context: Context, *, product: str, names: Names, key: IdempotencyKey
    ) -> View | None:
        """A product, new or with other names."""
        require_merchant_side(context)
        new = Product(product, names)

        def decide(found: Product | None) -> Outcome[Product]:
            listed = renamed(found, names) if found else new_product(new)
            return Outcome(listed.value, listed.happenings, views.of_product(listed.value))

        return _add_or_change(self._catalogue.products, product, context, decide, key)

    def import_plan(
        self, context: Context, *, plan: str, product: str, key: IdempotencyKey, **conditions: Any
    ) -> View | None:
        """A plan, new or in a new version. Raises NotFound (the product), DomainError ``invalid_plan``."""
        require_merchant_side(context)
        now = context.business_now
        new = loading.new_plan(plan, since=now, product=self._catalogue.product(product).handle, **conditions)

        def decide(found: Plan | None) -> Outcome[Plan]:
            listed = revised(found, new, now) if found else new_plan(new)
            return Outcome(listed.value, listed.happenings, views.of_plan(listed.value))

        return _add_or_change(self._catalogue.plans, plan, context, decide, key)

    def import_subscription(
        self,
        context: Context,
        *,
        bill_group: str,
        subscription: str,
        plan: str,
        currency: str,
        key: IdempotencyKey,
        **state: Any,
    ) -> View | None:
        """A subscription, new or as it stands elsewhere.

        Raises NotFound without its bill group or its plan, DomainError ``no_price_in_currency``,
        ``invalid_subscription``, also where the bill group is another customer's or has another currency, and
        ``already_exists`` where another one has the handle.
        """
        require_merchant_side(context)
        self._check_bill_group(context, bill_group, {"customer": state["customer"], "currency": currency})
        agreed_plan = self._catalogue.plan(plan)
        terms = agree(self._catalogue.product(agreed_plan.product), agreed_plan, currency)
        imported = _imported(bill_group, subscription, currency, key.body_hash, state)
        step = take_over(imported, terms, context.business_now)
        view = _view(step.subscription, context)
        try:
            return self._subscriptions.aggregates.add(
                step.subscription,
                handle=subscription,
                bill_group=bill_group,
                context=context,
                happenings=step.happenings,
                result=view,
                key=key,
            )
        except AlreadyExists:
            return self._imported_before(context, bill_group, subscription, key)

    def _check_bill_group(self, context: Context, bill_group: str, asked: Loaded) -> None:
        """Billed to nobody, or in another currency than they pay in, each period would be an invoice that fails."""
        payer = self._outside.bill_group(context, bill_group)
        known = {"customer": payer.customer, "currency": payer.currency}
        wrong = {field: "not_the_bill_groups" for field in known if asked[field] != known[field]}
        if wrong:
            raise DomainError("invalid_subscription", fields=wrong)

    def _imported_before(
        self, context: Context, bill_group: str, subscription: str, key: IdempotencyKey
    ) -> View:
        try:
            found = self._subscriptions.get(subscription, bill_group=bill_group)
        except NotFound as error:
            raise DomainError("already_exists") from error
        if found.imported_as != key.body_hash:
            raise DomainError("already_exists")
        return _view(found, context)


def _add_or_change(
    aggregates: Aggregates[T],
    handle: str,
    context: Context,
    decide: Callable[[T | None], Outcome[T]],
    key: IdempotencyKey,
) -> View | None:
    """What ``decide`` makes of the stored aggregate, or of None where there is none yet."""
    new = decide(None)
    try:
        return aggregates.add(
            new.value,
            handle=handle,
            bill_group="",
            context=context,
            happenings=new.happenings,
            result=new.result,
            key=key,
        )
    except AlreadyExists:
        return aggregates.change(handle, bill_group=None, context=context, decide=decide, key=key)


def _view(subscription: Subscription, context: Context) -> View:
    actions = possible(subscription, Asker.merchant())
    return views.of_subscription(subscription, context.language, actions)


def _imported(bill_group: str, handle: str, currency: str, imported_as: str, state: Loaded) -> Imported:
    discount, hold = state["discount"], state["hold"]
    cancellation, expiry = state["cancellation"], state["expiry"]
    return Imported(
        handle=handle,
        bill_group=bill_group,
        customer=state["customer"],
        time_zone=state["time_zone"],
        quantity=state["quantity"],
        starts_on=state["starts_on"],
        trial_end=state["trial_end"],
        paid_until=state["paid_until"],
        discount=loading.to_discount(discount, currency) if discount else None,
        payment_method=state["payment_method"],
        hold=_hold(hold) if hold else None,
        cancellation=_cancellation(cancellation) if cancellation else None,
        expiry=Expiry(expiry["expired_on"], ExpireReason(expiry["reason"])) if expiry else None,
        imported_as=imported_as,
    )


def _hold(hold: Loaded) -> Hold:
    return Hold(hold["since"], HoldReason(hold["reason"]), Side(hold["by"]), hold["resume_on"])


def _cancellation(cancellation: Loaded) -> Cancellation:
    return Cancellation(
        at=cancellation["cancelled_at"],
        by=Side(cancellation["by"]),
        expires_on=cancellation["expires_on"],
        reason=None,
        comment="",
    )
