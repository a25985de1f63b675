"""What a change of a product or a plan made another, field by field, for whoever reads of it later."""

from __future__ import annotations

from services.subscriptions.domain.plans import Names, Plan, Product

Texts = dict[str, str]
Changes = list[dict[str, str]]


def of_products(before: Product, after: Product) -> Changes:
    """The names that differ."""
    return _differences(_names(before.names), _names(after.names))


def of_plans(before: Plan, after: Plan) -> Changes:
    """The names, prices and conditions that differ. What was or is not there is an empty text."""
    return _differences(_conditions(before), _conditions(after))


def _conditions(plan: Plan) -> Texts:
    prices = {}
    for price in plan.prices:
        currency = price.unit.currency
        prices[f"price.{currency}"] = f"{price.unit.major} {currency}"
        if price.setup_fee.minor:
            prices[f"setup_fee.{currency}"] = f"{price.setup_fee.major} {currency}"
    return {
        **_names(plan.names),
        **prices,
        "interval": f"{plan.interval.count} {plan.interval.unit.value}",
        "trial_days": str(plan.trial_days),
        "notice_days": str(plan.notice_days),
        "minimum_term_months": str(plan.minimum_term_months),
        "tax_code": plan.tax_code,
    }


def _names(names: Names) -> Texts:
    return {f"names.{language}": name for language, name in names.items()}


def _differences(before: Texts, after: Texts) -> Changes:
    return [
        {"field": field, "old": before.get(field, ""), "new": after.get(field, "")}
        for field in dict.fromkeys([*before, *after])
        if before.get(field) != after.get(field)
    ]
