"""The forms of products and plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from services.gateway.admin.fields import at_most, filled, handle_or_nothing, optional, readable, whole_number
from services.gateway.amounts import money_to_type, typed_money
from services.gateway.formats import interval
from shared.contracts.subscription_words import TAX_CODES, UNITS

MOST_PRICES = 20
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "JPY", "CAD", "AUD")

UNIT_TEXTS = {"day": _("days"), "week": _("weeks"), "month": _("months"), "year": _("years")}
TAX_TEXTS = {
    "standard": _("Standard rate"),
    "reduced": _("Reduced rate"),
    "exempt": _("Exempt from tax"),
    "zero": _("Zero rate"),
}
assert set(UNIT_TEXTS) == set(UNITS)
assert set(TAX_TEXTS) == set(TAX_CODES)

_NAME_EN, _NAME_DE = _("Name in English"), _("Name in German")


class ProductForm(FlaskForm):
    """A product's names, and its handle while it is new."""

    name_en = StringField(_NAME_EN, [filled, at_most(200), readable])
    name_de = StringField(_NAME_DE, [optional, at_most(200), readable])
    handle = StringField(_("Handle"), [optional, handle_or_nothing])

    @classmethod
    def of(cls, product: Mapping[str, Any]) -> Self:
        """The form filled with a product as the service tells it."""
        return cls(formdata=None, data=names_to_type(product["names"]))

    def names(self) -> dict[str, str]:
        """The names as the service takes them."""
        return _names(self)

    def other_than(self, product: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``product`` has where the form has something else."""
        return _differences(self, names_to_type(product["names"]))


class PlanForm(FlaskForm):
    """A plan's conditions. Its prices come beside it: there may be any number of them."""

    name_en = StringField(_NAME_EN, [filled, at_most(200), readable])
    name_de = StringField(_NAME_DE, [optional, at_most(200), readable])
    count = StringField(_("Billed every"), [filled, whole_number(1, 366)])
    unit = SelectField(_("Unit"), choices=lambda: list(UNIT_TEXTS.items()), default="month")
    trial_days = StringField(_("Trial, in days"), [whole_number(0, 730)])
    notice_days = StringField(_("Notice, in days"), [whole_number(0, 730)])
    minimum_term_months = StringField(_("Minimum term, in months"), [whole_number(0, 120)])
    tax_code = SelectField(_("Tax"), choices=lambda: list(TAX_TEXTS.items()), default="standard")

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Self:
        """The form filled with a plan as the service tells it."""
        return cls(formdata=None, data=_plan_to_type(plan))

    def conditions(self) -> dict[str, Any]:
        """The conditions as the service takes them, but for the prices."""
        return {
            "names": _names(self),
            "interval": {"unit": self.unit.data, "count": int(self.count.data or 1)},
            "trial_days": int(self.trial_days.data or 0),
            "notice_days": int(self.notice_days.data or 0),
            "minimum_term_months": int(self.minimum_term_months.data or 0),
            "tax_code": self.tax_code.data,
        }

    def other_than(self, plan: Mapping[str, Any]) -> dict[str, str]:
        """Field by field what ``plan`` has where the form has something else, in words."""
        stored = _differences(self, _plan_to_type(plan))
        if "unit" in stored or "count" in stored:
            stored["count"] = interval(plan["interval"]["unit"], plan["interval"]["count"])
            stored.pop("unit", None)
        if "tax_code" in stored:
            stored["tax_code"] = str(TAX_TEXTS[plan["tax_code"]])
        return stored


class NewPlanForm(PlanForm):
    """A new plan: also of which product, and under which handle."""

    product = SelectField(_("Product"), [filled], validate_choice=False)
    handle = StringField(_("Handle"), [optional, handle_or_nothing])

    def offer(self, products: Iterable[tuple[str, str]]) -> None:
        """Let one of these be chosen, each with its name; what was sent is among them, if it is one."""
        self.product.choices = [("", gettext("Please choose")), *products]


class PriceRow:
    """The price in one currency as it stands in the form, and what is wrong with it by field."""

    def __init__(self, number: int, currency: str = "", unit_amount: str = "", setup_fee: str = "") -> None:
        self.number = number
        self.currency = currency.strip().upper()
        self.unit_amount = unit_amount.strip()
        self.setup_fee = setup_fee.strip()
        self.errors: dict[str, str] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing was typed: a row without an amount is no price."""
        return not self.unit_amount and not self.setup_fee

    @property
    def value(self) -> dict[str, Any]:
        """The price as the service takes it, once it was checked."""
        return {
            "currency": self.currency,
            "unit_amount": typed_money(self.unit_amount, self.currency),
            "setup_fee": typed_money(self.setup_fee, self.currency) if self.setup_fee else 0,
        }

    def check(self, seen: set[str]) -> None:
        """Note what is wrong; ``seen`` are the currencies of the rows before."""
        if self.currency not in currencies():
            self.errors["currency"] = gettext("Please choose a currency.")
            return
        if self.currency in seen:
            self.errors["currency"] = gettext("There is a price in this currency already.")
        if not self.unit_amount:
            self.errors["unit_amount"] = gettext("Please enter a price, 0 for free.")
        for field in ("unit_amount", "setup_fee"):
            text = getattr(self, field)
            try:
                if text:
                    typed_money(text, self.currency)
            except ValueError:
                self.errors[field] = amount_problem(self.currency)


class Prices:
    """The rows of prices of a form."""

    def __init__(self, rows: Iterable[PriceRow]) -> None:
        self.rows = list(rows)

    @classmethod
    def of(cls, prices: Iterable[Mapping[str, Any]]) -> Prices:
        """The rows for a plan's prices."""
        return cls(
            PriceRow(
                number,
                price["currency"],
                money_to_type(price["unit_amount"], price["currency"]),
                money_to_type(price["setup_fee"], price["currency"]) if price["setup_fee"] else "",
            )
            for number, price in enumerate(prices)
        )

    @classmethod
    def sent(cls) -> Prices:
        """The rows as they were sent."""
        columns = [
            request.form.getlist(name)[:MOST_PRICES] for name in ("currency", "unit_amount", "setup_fee")
        ]
        return cls(PriceRow(number, *row) for number, row in enumerate(zip(*columns, strict=False)))

    def with_another(self) -> Prices:
        """The same with one more row, in a currency that has none."""
        taken = {row.currency for row in self.rows}
        free = next((each for each in currencies() if each not in taken), "EUR")
        return Prices([*self.rows, PriceRow(len(self.rows), free)][:MOST_PRICES])

    def check(self) -> bool:
        """Whether all is well; what is not is noted in the rows. Empty ones don't count."""
        seen: set[str] = set()
        for row in self._filled():
            row.check(seen)
            seen.add(row.currency)
        if not seen and self.rows:
            self.rows[0].errors["unit_amount"] = gettext("Please enter a price, 0 for free.")
        return bool(self.rows) and not any(row.errors for row in self.rows)

    def values(self) -> list[dict[str, Any]]:
        """The prices as the service takes them, once they were checked."""
        return [row.value for row in self._filled()]

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is wrong, as ``ui.error_summary`` shows it."""
        labels = {
            "currency": gettext("Currency"),
            "unit_amount": gettext("Price"),
            "setup_fee": gettext("Setup fee"),
        }
        return [
            {"text": f"{labels[field]}: {text}", "field": f"{field}-{row.number}"}
            for row in self.rows
            for field, text in row.errors.items()
        ]

    def _filled(self) -> list[PriceRow]:
        return [row for row in self.rows if not row.empty]


def currencies() -> tuple[str, ...]:
    """The currencies that a price may be in."""
    return _CURRENCIES


def amount_problem(currency: str) -> str:
    """What to do about an amount that is none."""
    return gettext("Please enter an amount like %(example)s.", example=money_to_type(123450, currency))


def names_to_type(names: Mapping[str, str]) -> dict[str, str]:
    """Names by the fields that they stand in."""
    return {"name_en": names["en"], "name_de": names.get("de", "")}


def _names(form: FlaskForm) -> dict[str, str]:
    names = {language: (form[f"name_{language}"].data or "").strip() for language in ("en", "de")}
    return {language: name for language, name in names.items() if name}


def _plan_to_type(plan: Mapping[str, Any]) -> dict[str, str]:
    return {
        **names_to_type(plan["names"]),
        "count": str(plan["interval"]["count"]),
        "unit": plan["interval"]["unit"],
        **{name: str(plan[name]) for name in ("trial_days", "notice_days", "minimum_term_months")},
        "tax_code": plan["tax_code"],
    }


def _differences(form: FlaskForm, stored: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in stored.items() if (form[name].data or "") != text}
