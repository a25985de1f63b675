"""The form in which a customer is subscribed to something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, ValidationError

from services.gateway.admin.catalogue_forms import amount_problem
from services.gateway.admin.fields import at_most, filled, optional, readable, whole_number
from services.gateway.amounts import typed_money, typed_percent
from services.gateway.subscriptions.choices import day_typed

DISCOUNTS = {"": _("No discount"), "percent": _("Percent"), "amount": _("Amount off each period")}


def _day_or_nothing(form: FlaskForm, field: Field) -> None:
    del form
    field.data = (field.data or "").strip()
    try:
        if field.data:
            day_typed(field.data)
    except ValueError:
        text = gettext("This is not a date. Please write it as in %(example)s.", example="2027-01-31")
        raise ValidationError(text) from None


class SubscribeForm(FlaskForm):
    """What is subscribed to, from when, and at which discount. ``currency`` is the bill group's."""

    plan = SelectField(_("Plan"), [filled], validate_choice=False)
    quantity = StringField(_("Quantity"), [filled, whole_number(1, 1_000_000)], default="1")
    starts_on = StringField(_("First day"), [optional, _day_or_nothing])
    trial_days = StringField(_("Trial, in days"), [optional, whole_number(0, 730)])
    payment_method = SelectField(_("Paid with"), validate_choice=False, default="")
    discount = SelectField(_("Discount"), choices=lambda: list(DISCOUNTS.items()), default="")
    discount_value = StringField(_("How much"), [at_most(30), readable])
    discount_periods = StringField(_("For how many periods"), [optional, whole_number(1, 1200)])
    discount_name_en = StringField(_("Name in English"), [at_most(200), readable])
    discount_name_de = StringField(_("Name in German"), [optional, at_most(200), readable])

    def arrange(
        self, currency: str, plans: Iterable[tuple[str, str]], methods: Iterable[tuple[str, str]]
    ) -> None:
        """Let these plans and payment methods be chosen, and amounts be of this currency."""
        self.currency = currency
        self.plan.choices = [("", gettext("Please choose")), *plans]
        self.payment_method.choices = [("", gettext("The default payment method")), *methods]

    def validate_discount_value(self, field: Field) -> None:
        """A percentage or an amount, by the kind that was chosen."""
        text = (field.data or "").strip()
        kind = self.discount.data
        if not kind:
            return
        if not text:
            raise ValidationError(gettext("Please fill this in."))
        try:
            typed_percent(text) if kind == "percent" else typed_money(text, self.currency)
        except ValueError:
            example = amount_problem(self.currency)
            percent = gettext("Please enter a percentage from 0 to 100.")
            raise ValidationError(percent if kind == "percent" else example) from None

    def validate_discount_name_en(self, field: Field) -> None:
        """The name stands on the invoices, so that a discount needs one."""
        if self.discount.data and not (field.data or "").strip():
            raise ValidationError(gettext("Please fill this in."))

    def wanted(self) -> dict[str, Any]:
        """What is wanted as the service takes it, once it was checked."""
        return {
            "plan": self.plan.data,
            "quantity": int(self.quantity.data or 1),
            "starts_on": day_typed(self.starts_on.data) if self.starts_on.data else None,
            "trial_days": int(self.trial_days.data) if self.trial_days.data else None,
            "payment_method": self.payment_method.data or None,
            "discount": self._discount(),
        }

    def show(self, fields: Mapping[str, str]) -> None:
        """Put what the service said about ``starts_on`` and the like next to its field."""
        for name, text in fields.items():
            field = self._fields.get(name.partition(".")[0])
            if field is not None:
                field.errors = [text]

    def _discount(self) -> dict[str, Any] | None:
        kind, text = self.discount.data, (self.discount_value.data or "").strip()
        if not kind:
            return None
        value: dict[str, Any] = (
            {"percent": str(typed_percent(text))}
            if kind == "percent"
            else {"amount": typed_money(text, self.currency)}
        )
        names = {"en": self.discount_name_en.data, "de": self.discount_name_de.data}
        return {
            **value,
            "names": {language: name.strip() for language, name in names.items() if name and name.strip()},
            "periods": int(self.discount_periods.data) if self.discount_periods.data else None,
        }
