"""Bills to come as the invoices that would be issued for them today, with taxes and totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from services.gateway.asking import Pending
from services.gateway.formats import money
from services.gateway.subscriptions.asking import Asks
from shared.kernel.errors import DomainError

_Lines = Iterable[Mapping[str, Any]]


def begin_preview(asks: Asks, subscription: str, lines: _Lines, currency: str) -> Pending:
    """Ask what the invoice over ``lines``, as subscriptions tell of them, would come to; without waiting."""
    return asks.begin(
        "invoices",
        "preview_invoice",
        lines=[drafted(line, subscription) for line in lines],
        currency=currency,
    )


def previewed(pending: Pending) -> dict[str, Any] | None:
    """The invoice that was asked for, or None: then amounts stay net, and the page goes on without it."""
    try:
        return pending.result()
    except DomainError:
        return None


def amount(net: int, currency: str, invoice: Mapping[str, Any] | None) -> str:
    """What is to be paid, and what of it is taxes; the net amount, as such, where the invoice is not to be had."""
    if invoice is None:
        return _("%(net)s plus taxes", net=money(net, currency))
    total = money(invoice["total"], invoice["currency"])
    if not invoice["tax_total"]:
        return _("%(total)s, no taxes are added", total=total)
    taxes = money(invoice["tax_total"], invoice["currency"])
    return _("%(total)s including %(taxes)s taxes", total=total, taxes=taxes)


def drafted(line: Mapping[str, Any], subscription: str) -> dict[str, Any]:
    """A line as it stands in an invoice: there, a period's last day belongs to it."""
    period = line["period"]
    return {
        **{name: line[name] for name in ("description", "quantity", "unit_amount", "discount", "tax_code")},
        "period": {"start": period["start"], "end": _day_before(period["end"])} if period else None,
        "subscription": subscription,
    }


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
