"""Lists, details, summaries and previews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.subscriptions import views
from services.subscriptions.domain.actions import possible
from services.subscriptions.domain.asking import Action, Request, When
from services.subscriptions.domain.previews import decide
from services.subscriptions.domain.subscription import Subscription
from services.subscriptions.outside import Outside
from services.subscriptions.repository import Subscriptions
from services.subscriptions.usecases.askers import asker_of
from services.subscriptions.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.ids import is_handle

# More don't help anybody who looks for one of them.
MOST_CUSTOMERS = 50


class Reading:
    """Use cases that change nothing."""

    def __init__(self, subscriptions: Subscriptions, outside: Outside) -> None:
        self._subscriptions = subscriptions
        self._outside = outside

    def list_subscriptions(
        self,
        context: Context,
        *,
        bill_group: str,
        status: str | None,
        stage: str | None,
        limit: int,
        cursor: str | None,
    ) -> View:
        """One page of a bill group's subscriptions. Raises DomainError ``invalid_cursor``."""
        page, next_cursor = self._subscriptions.page(
            bill_group, status=status, stage=stage, limit=limit, cursor=cursor
        )
        items = [views.of_item(subscription, context.language) for subscription in page]
        return {"items": items, "next_cursor": next_cursor}

    def find_subscriptions(
        self,
        context: Context,
        *,
        q: str,
        sort: str,
        limit: int,
        cursor: str | None,
        **filters: str | None,
    ) -> View:
        """One page of all bill groups' subscriptions that fit ``filters``, for the merchant's side only.

        ``q`` is the handle of one, or what one remembers of their customer. Raises DomainError ``invalid_cursor``.
        """
        require_merchant_side(context)
        q = q.strip()
        if is_handle(q) and (found := self._subscriptions.find_one(q, filters)):
            return _found_page([found], context)
        owners = self._outside.find_customers(context, q, most=MOST_CUSTOMERS) if q else None
        if owners and not owners.customers:
            return _found_page([], context)
        page, next_cursor = self._subscriptions.find(
            filters,
            sort=sort,
            limit=limit,
            cursor=cursor,
            customers=owners.customers if owners else None,
        )
        return _found_page(page, context, next_cursor, more_customers=bool(owners and owners.more))

    def get_subscription(self, context: Context, *, bill_group: str, subscription: str) -> View:
        """One subscription, with what the asker may do to it."""
        found = self._subscriptions.get(subscription, bill_group=bill_group)
        actions = possible(found, asker_of(context, self._outside))
        return views.of_subscription(found, context.language, actions)

    def preview_action(
        self,
        context: Context,
        *,
        bill_group: str,
        subscription: str,
        action: str,
        at: str | None,
        resume_on: date | None,
    ) -> View:
        """What an action would do, in money and dates. Raises what the action itself would raise."""
        found = self._subscriptions.get(subscription, bill_group=bill_group)
        request = Request(
            Action(action),
            asker_of(context, self._outside),
            context.business_now,
            at=When(at) if at else None,
            resume_on=resume_on,
        )
        return views.of_preview(decide(found, request).preview, context.language)

    def billing_summary(self, context: Context, *, bill_group: str) -> View:
        """What comes next, and what the customer should know of."""
        return views.of_summary(self._subscriptions.running(bill_group), context.language)

    def running_with_method(self, context: Context, *, bill_group: str) -> View:
        """The running subscriptions, each with the payment method chosen for it."""
        return views.of_running(self._subscriptions.running(bill_group), context.language)

    def find_active_contracts(self, *, bill_groups: Sequence[str]) -> View:
        """Which of ``bill_groups`` have an active contract: a subscription that is neither pending nor expired."""
        return {"bill_groups": sorted(self._subscriptions.with_contract(bill_groups))}


def _found_page(
    found: Iterable[Subscription],
    context: Context,
    next_cursor: str | None = None,
    *,
    more_customers: bool = False,
) -> View:
    items = [views.of_found(subscription, context.language) for subscription in found]
    return {"items": items, "next_cursor": next_cursor, "more_customers": more_customers}
