"""Documents as they are answered: dictionaries that fit the contract's schemas, made by pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from services.invoices.domain.document import Document
from services.invoices.domain.lines import Line
from services.invoices.domain.own_texts import OwnTexts
from services.invoices.domain.parties import Parties
from services.invoices.domain.summary import Summary
from shared.kernel.happening import Happening

View = dict[str, Any]

_SUMMARY = tuple(field.name for field in fields(Summary))


def item(summary: Summary, now: datetime) -> View:
    """A document as it stands in a list, at the business moment ``now``."""
    # Not asdict, which copies each value of each row as deep as it goes: there is nothing below.
    shown = {name: getattr(summary, name) for name in _SUMMARY}
    return {**shown, "overdue": summary.is_overdue(now)}


def whole(
    document: Document,
    now: datetime,
    credit_numbers: Mapping[str, str] | None = None,
    keys: Mapping[str, str] | None = None,
) -> View:
    """All about the document.

    ``credit_numbers``: the numbers of its issued credit notes, by their ids. ``keys``: what fills the placeholders that
    let the customer in.
    """
    issue = document.issue
    numbers = credit_numbers or {}
    return {
        **item(Summary.of(document), now),
        "version": document.revision,
        "language": document.language,
        "imported": document.imported,
        "seller": asdict(issue.seller) if issue else None,
        "buyer": asdict(issue.buyer) if issue else None,
        "shipping": asdict(issue.shipping) if issue and issue.shipping else None,
        "po_number": issue.po_number if issue else "",
        "corrects": document.corrects,
        "corrects_number": document.corrects_number,
        **(issue.texts if issue else OwnTexts()).shown(keys),
        **_content(document),
        "payments": [asdict(payment) for payment in document.payments],
        "credit_notes": [
            {
                "credit_note": credit.credit_note,
                "number": numbers.get(credit.credit_note),
                "amount": credit.amount,
                "on": credit.on,
            }
            for credit in document.credits
        ],
    }


def previewed(document: Document, parties: Parties, due_on: date) -> View:
    """A draft as what it would be between ``parties`` if it were issued on the day that it is of."""
    return {
        "currency": document.currency,
        "language": document.language,
        "created_on": document.drafted_on,
        "due_on": due_on,
        "seller": asdict(parties.seller),
        "buyer": asdict(parties.buyer),
        "shipping": asdict(parties.shipping) if parties.shipping else None,
        "po_number": parties.po_number,
        **_content(document),
        "total": document.total,
    }


def happening(type_: str, document: Document, **more: Any) -> Happening:
    """An event about ``document``, with where it stands as its data."""
    data = {
        **asdict(Summary.of(document)),
        "language": document.language,
        "corrects": document.corrects,
        **more,
    }
    return Happening(type_, document.handle, document.bill_group, data)


def _content(document: Document) -> View:
    """Lines, discounts, taxes, what they come to, and the note."""
    return {
        "lines": [_line(line) for line in document.lines],
        "discounts": [asdict(discount) for discount in document.discounts],
        "taxes": [
            {
                "category": tax.rate.category,
                "rate": tax.rate.rate,
                "base": tax.base,
                "amount": tax.amount,
                "reason": tax.rate.reason,
            }
            for tax in document.taxes
        ],
        "line_total": document.line_total,
        "net_total": document.net_total,
        "tax_total": document.tax_total,
        "note": document.note,
    }


def _line(line: Line) -> View:
    return {
        "description": line.description,
        "quantity": line.quantity,
        "unit_amount": line.unit_amount,
        "discount": line.discount,
        "net": line.net,
        "tax_category": line.tax.category,
        "tax_rate": line.tax.rate,
        "period": {"start": line.period.start, "end": line.period.end} if line.period else None,
        "subscription": line.subscription,
    }
