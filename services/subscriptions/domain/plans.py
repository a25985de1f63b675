"""Products, plans and prices, and the terms that a subscription takes from them for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.subscriptions.domain.periods import Interval
from shared.kernel.errors import DomainError
from shared.kernel.money import Money

Names = Mapping[str, str]
DEFAULT_LANGUAGE = "en"


def in_language(names: Names, language: str) -> str:
    """The name in ``language`` (an IETF tag; its region is not looked at), else in English."""
    return names.get(language[:2].lower(), names[DEFAULT_LANGUAGE])


@dataclass(frozen=True, slots=True)
class Product:
    """What can be subscribed to, with its name in each language; not any more, once it is ``archived``.

    Each change of the names makes another ``version``.
    """

    handle: str
    names: Names
    archived: bool = False
    version: int = 1

    def check_sold(self) -> None:
        """Raises DomainError ``product_archived``."""
        if self.archived:
            raise DomainError("product_archived", product=self.handle)


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs for one interval, and a fee once at the start; both in the same currency."""

    unit: Money
    setup_fee: Money


@dataclass(frozen=True, slots=True)
class Plan:
    """The conditions under which a product is sold; each ``version`` is what it was at one time.

    This one holds ``since`` a moment, which is not known of plans that are older than the keeping of it; ``former``
    are the versions before it, the first one first, each without its own. Once it is ``archived`` nothing is sold
    under it any more.
    """

    handle: str
    version: int
    product: str
    names: Names
    interval: Interval
    prices: tuple[Price, ...]
    trial_days: int
    notice_days: int
    minimum_term_months: int
    tax_code: str
    archived: bool = False
    since: datetime | None = None
    former: tuple[Plan, ...] = ()

    def check_sold(self) -> None:
        """Raises DomainError ``plan_archived``."""
        if self.archived:
            raise DomainError("plan_archived", plan=self.handle)

    @property
    def versions(self) -> tuple[Plan, ...]:
        """All that it was and is, the first version first."""
        return (*self.former, self)

    def revised(self, newer: Plan, now: datetime) -> Plan:
        """The plan with the content of ``newer``: a version of its own, from ``now`` on, if anything differs."""
        same = replace(
            newer, version=self.version, archived=self.archived, since=self.since, former=self.former
        )
        if same == self:
            return self
        former = (*self.former, replace(self, former=()))
        return replace(same, version=self.version + 1, since=now, former=former)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed on when subscribing. A later version of the plan does not change it."""

    product: str
    product_names: Names
    plan: str
    plan_version: int
    plan_names: Names
    interval: Interval
    price: Price
    trial_days: int
    notice_days: int
    minimum_term_months: int
    tax_code: str

    @property
    def currency(self) -> str:
        """The ISO 4217 code of all amounts."""
        return self.price.unit.currency


def check_prices(prices: Iterable[Price]) -> tuple[Price, ...]:
    """``prices``, none negative, each currency once: else DomainError ``invalid_plan``."""
    checked = tuple(prices)
    if len({price.unit.currency for price in checked}) != len(checked):
        raise DomainError("invalid_plan", fields={"prices": "doubled_currency"})
    if any(price.unit.minor < 0 or price.setup_fee.minor < 0 for price in checked):
        raise DomainError("invalid_plan", fields={"prices": "negative"})
    return checked


def agree(product: Product, plan: Plan, currency: str) -> Terms:
    """The terms of ``plan`` as it is now. Raises DomainError ``no_price_in_currency``."""
    for price in plan.prices:
        if price.unit.currency == currency:
            return Terms(
                product=product.handle,
                product_names=product.names,
                plan=plan.handle,
                plan_version=plan.version,
                plan_names=plan.names,
                interval=plan.interval,
                price=price,
                trial_days=plan.trial_days,
                notice_days=plan.notice_days,
                minimum_term_months=plan.minimum_term_months,
                tax_code=plan.tax_code,
            )
    raise DomainError("no_price_in_currency", plan=plan.handle, currency=currency)
