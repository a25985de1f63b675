"""What a new version of a plan changes, condition by condition, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from services.gateway.admin.catalogue_forms import TAX_TEXTS
from services.gateway.formats import interval, money

_View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One condition as it was and as it will be."""

    label: str
    before: str
    after: str


def differences(before: _View, after: _View) -> list[Difference]:
    """What differs, in the order of the form; nothing where all is as it was."""
    return [each for each in _all(before, after) if each.before != each.after]


def days(count: int) -> str:
    """A number of days in words."""
    return ngettext("%(num)d day", "%(num)d days", count) if count else _("none")


def months(count: int) -> str:
    """A number of months in words."""
    return ngettext("%(num)d month", "%(num)d months", count) if count else _("none")


def price(amounts: _View | None) -> str:
    """A price with its fee in words; a dash for none."""
    if amounts is None:
        return "–"
    unit = money(amounts["unit_amount"], amounts["currency"])
    if not amounts["setup_fee"]:
        return unit
    return _("%(price)s, and %(fee)s once", price=unit, fee=money(amounts["setup_fee"], amounts["currency"]))


def _all(before: _View, after: _View) -> Iterator[Difference]:
    for language, label in (("en", _("Name in English")), ("de", _("Name in German"))):
        yield Difference(label, before["names"].get(language, "–"), after["names"].get(language, "–"))
    prices = [{each["currency"]: each for each in plan["prices"]} for plan in (before, after)]
    for currency in dict.fromkeys([*prices[0], *prices[1]]):
        label = _("Price in %(currency)s", currency=currency)
        yield Difference(label, price(prices[0].get(currency)), price(prices[1].get(currency)))
    yield Difference(_("Billed"), interval(**before["interval"]), interval(**after["interval"]))
    yield Difference(_("Trial"), days(before["trial_days"]), days(after["trial_days"]))
    yield Difference(_("Notice"), days(before["notice_days"]), days(after["notice_days"]))
    terms = [months(plan["minimum_term_months"]) for plan in (before, after)]
    yield Difference(_("Minimum term"), *terms)
    yield Difference(_("Tax"), *(str(TAX_TEXTS[plan["tax_code"]]) for plan in (before, after)))
