"""Products and plans: what the merchant sells, under which conditions, and what not any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

from services.subscriptions import cursors, views
from services.subscriptions.domain import catalogue as rules
from services.subscriptions.domain.catalogue import Listed
from services.subscriptions.domain.plans import Names, Plan, Product
from services.subscriptions.repository import Catalogue, Subscriptions
from services.subscriptions.usecases.loading import new_plan, to_interval, to_prices
from services.subscriptions.views import View
from shared.contracts.subscription_catalogue import MOST_COUNTED
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Stale
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle
from shared.storage import Aggregates, AlreadyExists, Outcome

T = TypeVar("T", Product, Plan)

_BY_VERSION = "version"


class Cataloguing:
    """Use cases of the merchant's side only: all raise DomainError ``not_allowed`` to others."""

    def __init__(self, catalogue: Catalogue, subscriptions: Subscriptions) -> None:
        self._catalogue = catalogue
        self._subscriptions = subscriptions

    def find_products(
        self, context: Context, *, q: str, archived: bool | None, limit: int, cursor: str | None
    ) -> View:
        """A page of products. Raises DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        page, next_cursor = self._catalogue.find_products(
            text=q, archived=archived, limit=limit, cursor=cursor
        )
        return {"items": [views.of_product(product) for product in page], "next_cursor": next_cursor}

    def get_product(self, context: Context, *, product: str) -> View:
        """Raises NotFound."""
        require_merchant_side(context)
        return views.of_product(self._catalogue.product(product))

    def create_product(
        self, context: Context, *, product: str | None, names: Names, key: IdempotencyKey
    ) -> View | None:
        """Raises DomainError ``already_exists``."""
        require_merchant_side(context)
        new = rules.new_product(Product(product or new_handle("prod"), names))
        return _add(self._catalogue.products, new, views.of_product, context, key)

    def change_product(
        self,
        context: Context,
        *,
        product: str,
        product_version: int | None,
        names: Names,
        key: IdempotencyKey,
    ) -> View | None:
        """Other names. Raises NotFound, Stale with what there is now, DomainError ``product_archived``."""
        require_merchant_side(context)

        def rename(found: Product) -> Listed[Product]:
            found.check_sold()
            if product_version not in (None, found.version):
                raise Stale(current=views.of_product(found))
            return rules.renamed(found, names)

        return _change(self._catalogue.products, product, rename, views.of_product, context, key)

    def archive_product(self, context: Context, *, product: str, key: IdempotencyKey) -> View | None:
        """Raises NotFound."""
        require_merchant_side(context)
        return _change(
            self._catalogue.products, product, rules.product_archived, views.of_product, context, key
        )

    def find_plans(
        self,
        context: Context,
        *,
        q: str,
        product: str | None,
        archived: bool | None,
        limit: int,
        cursor: str | None,
    ) -> View:
        """A page of plans. Raises DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        page, next_cursor = self._catalogue.find_plans(
            text=q, product=product, archived=archived, limit=limit, cursor=cursor
        )
        return {"items": [views.of_plan(plan) for plan in page], "next_cursor": next_cursor}

    def get_plan(self, context: Context, *, plan: str) -> View:
        """Raises NotFound."""
        require_merchant_side(context)
        return views.of_plan(self._catalogue.plan(plan))

    def list_plan_versions(self, context: Context, *, plan: str, limit: int, cursor: str | None) -> View:
        """A page of the plan's versions, each with how many subscriptions run under it.

        Raises NotFound, DomainError ``invalid_cursor``.
        """
        require_merchant_side(context)
        versions = self._catalogue.plan(plan).versions
        behind = _version(cursor) if cursor else None
        until = {earlier.version: later.since for earlier, later in pairwise(versions)}
        page = [each for each in reversed(versions) if behind is None or each.version < behind]
        items = [
            views.of_plan_version(each, until.get(each.version), self._running_count(each))
            for each in page[:limit]
        ]
        more = len(page) > limit
        return {"items": items, "next_cursor": _cursor(page[limit - 1].version) if more else None}

    def _running_count(self, plan: Plan) -> int:
        return self._subscriptions.running_count(plan.handle, plan.version, most=MOST_COUNTED)

    def create_plan(
        self, context: Context, *, plan: str | None, product: str, key: IdempotencyKey, **conditions: Any
    ) -> View | None:
        """Raises NotFound (the product), DomainError ``product_archived``, ``invalid_plan``, ``already_exists``."""
        require_merchant_side(context)
        try:
            self._catalogue.product(product).check_sold()
        except DomainError:
            # It may have been made before the product was archived.
            answered = self._catalogue.plans.answered(key, bill_group="")
            if answered is None:
                raise
            return answered
        new = new_plan(plan or new_handle("plan"), since=context.business_now, product=product, **conditions)
        return _add(self._catalogue.plans, rules.new_plan(new), views.of_plan, context, key)

    def change_plan(
        self,
        context: Context,
        *,
        plan: str,
        plan_version: int | None,
        key: IdempotencyKey,
        **conditions: Any,
    ) -> View | None:
        """A new version, with other ``conditions``. Raises NotFound, Stale with what there is now, DomainError
        ``plan_archived``, ``invalid_plan``."""
        require_merchant_side(context)
        changes = _changes(conditions)

        def revise(found: Plan) -> Listed[Plan]:
            found.check_sold()
            if plan_version not in (None, found.version):
                raise Stale(current=views.of_plan(found))
            return rules.revised(found, replace(found, **changes), context.business_now)

        return _change(self._catalogue.plans, plan, revise, views.of_plan, context, key)

    def archive_plan(self, context: Context, *, plan: str, key: IdempotencyKey) -> View | None:
        """Raises NotFound."""
        require_merchant_side(context)
        return _change(self._catalogue.plans, plan, rules.plan_archived, views.of_plan, context, key)


def _cursor(version: int) -> str:
    return cursors.write(_BY_VERSION, [str(version)])


def _version(cursor: str) -> int:
    """Raises DomainError ``invalid_cursor``."""
    (version,) = cursors.read(_BY_VERSION, 1, cursor)
    if not version.isdecimal():
        raise DomainError("invalid_cursor")
    return int(version)


def _changes(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """``conditions`` as they came from the wire, as fields of a plan."""
    changes = dict(conditions)
    if "interval" in changes:
        changes["interval"] = to_interval(changes["interval"])
    if "prices" in changes:
        changes["prices"] = to_prices(changes["prices"])
    return changes


def _add(
    aggregates: Aggregates[T],
    new: Listed[T],
    view: Callable[[T], View],
    context: Context,
    key: IdempotencyKey,
) -> View | None:
    try:
        return aggregates.add(
            new.value,
            handle=new.value.handle,
            bill_group="",
            context=context,
            happenings=new.happenings,
            result=view(new.value),
            key=key,
        )
    except AlreadyExists as error:
        raise DomainError("already_exists") from error


def _change(
    aggregates: Aggregates[T],
    handle: str,
    decide: Callable[[T], Listed[T]],
    view: Callable[[T], View],
    context: Context,
    key: IdempotencyKey,
) -> View | None:
    def outcome(found: T) -> Outcome[T]:
        changed = decide(found)
        return Outcome(changed.value, changed.happenings, view(changed.value))

    return aggregates.change(handle, bill_group=None, context=context, decide=outcome, key=key)
