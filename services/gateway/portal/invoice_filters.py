"""What the list of invoices is narrowed to, as it stands in the address: what of it can be used, and what can't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from shared.contracts.invoice_reading import SORTS, InvoiceListing

STATUSES: dict[str, LazyString] = {
    "open": _("Still to pay"),
    "overdue": _("Overdue"),
    "settled": _("Paid"),
    "dunning": _("Reminded"),
    "failed": _("Payment failed"),
    "cancelled": _("Void"),
}
KINDS: dict[str, LazyString] = {"invoice": _("Invoices"), "credit_note": _("Credit notes")}
ORDERS: dict[str, LazyString] = {
    "-created": _("Newest first"),
    "created": _("Oldest first"),
    "due": _("Due first"),
    "-due": _("Due last"),
    "-total": _("Highest amount first"),
    "total": _("Lowest amount first"),
}
_CHOICES = {"status": STATUSES, "kind": KINDS, "sort": ORDERS}

# Each field's name in the address, and in the service's words.
_FIELDS = {
    "search": "search",
    "status": "status",
    "kind": "kind",
    "from": "created_from",
    "to": "created_to",
    "subscription": "subscription",
    "sort": "sort",
}
# What lies folded until somebody asks for more.
_FOLDED = ("kind", "from", "to", "subscription", "sort")

_NO_CHOICE = _("Please choose one of these.")
_NO_DAY = _("Please enter a day with a year from 1900 to 2199.")
_PROBLEMS: dict[str, LazyString] = {
    "search": _("Please type at most 50 characters of a number."),
    "from": _NO_DAY,
    "to": _NO_DAY,
}
_TURNED_ROUND = _("The last day is before the first.")

_LABELS: dict[str, LazyString] = {
    "search": _("Number"),
    "status": _("Status"),
    "kind": _("Kind"),
    "from": _("Created from"),
    "to": _("Created to"),
    "subscription": _("Subscription"),
    "sort": _("Order"),
}


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """What was ``typed`` into which field, what of it the service can be ``asked``, and the ``problems`` by field."""

    typed: dict[str, str]
    asked: dict[str, Any]
    problems: dict[str, LazyString]

    @classmethod
    def read(cls, address: Mapping[str, str]) -> InvoiceFilter:
        """The filter in the query part of an address. What stands in no field counts as not asked for."""
        typed = {field: text for field in _FIELDS if (text := address.get(field, "").strip())}
        wanted = {_FIELDS[field]: text for field, text in typed.items()}
        wrong = InvoiceListing().validate(wanted)
        problems = {
            field: _PROBLEMS.get(field, _NO_CHOICE)
            for field, text in typed.items()
            if _FIELDS[field] in wrong or text not in _CHOICES.get(field, (text,))
        }
        if not problems and "from" in typed and "to" in typed and typed["to"] < typed["from"]:
            problems["to"] = _TURNED_ROUND
        asked = {_FIELDS[field]: text for field, text in typed.items() if field not in problems}
        return cls(typed, asked, problems)

    @property
    def sort(self) -> str:
        """The order, the usual one where none is asked for."""
        return str(self.asked.get("sort", SORTS[0]))

    @property
    def narrowing(self) -> dict[str, Any]:
        """All that is asked for but the order."""
        return {name: value for name, value in self.asked.items() if name != "sort"}

    @property
    def folded(self) -> int:
        """How many fields are in use that lie folded."""
        return sum(field in self.typed for field in _FOLDED)

    @property
    def summary(self) -> list[dict[str, Any]]:
        """The problems as ``ui.error_summary`` shows them."""
        return [
            {"text": f"{_LABELS[field]}: {problem}", "field": field}
            for field, problem in self.problems.items()
        ]
