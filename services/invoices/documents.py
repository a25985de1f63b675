"""Documents of the domain ↔ documents of the store.

Days and exact decimals are kept as text, amounts as integers of minor units, moments as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from services.invoices.domain.credits import Credit
from services.invoices.domain.document import (
    OPEN,
    Document,
    Instrument,
    Issue,
    Kind,
    Payment,
    Status,
)
from services.invoices.domain.lines import Days, Discount, Line, TaxRate
from services.invoices.domain.own_texts import OwnTexts
from services.invoices.domain.parties import Address, Bank, Buyer, Logo, Recipient, Seller
from services.invoices.domain.summary import Summary
from services.invoices.domain.totals import Tax
from shared.kernel.numbering import Number

Stored = dict[str, Any]

# As what credit notes are listed.
CREDIT_NOTES = "credit notes"

# These are the store's own names for the same.
_NOT_STATE = frozenset({"id", "bill_group"})
_NOT_SEARCHED = re.compile(r"[\W_]+")


def to_document(document: Document) -> Stored:
    """All state of ``document``, and what it is listed and found by."""
    state = {name: value for name, value in _plain(asdict(document)).items() if name not in _NOT_STATE}
    if document.issue is None:
        return {**state, "listed": _listed(document)}
    number = document.issue.number
    numbered: Stored = {"handle": document.handle}
    if number.series is not None:
        numbered |= {"series": number.series, "sequence": number.sequence}
    return {**state, **numbered, "listed": _listed(document)}


def _listed(document: Document) -> Stored:
    """How it stands in lists: ``as`` what it is, ``found`` by a search, ``by`` its place in each order.

    A place in an order is one text, unique among all documents, so that a page goes on behind it. What was deleted
    is listed as nothing.
    """
    issue = document.issue
    tie = f"{issue.number.text if issue else ''}|{document.id}"
    created = issue.created_on if issue else document.drafted_on
    due = issue.due_on if issue else document.drafted_on
    return {
        "as": [] if document.deleted else _labels(document),
        "found": sorted(search_terms(issue.number.text)) if issue else [],
        "by": {
            "created": f"{created.isoformat()}|{tie}",
            "due": f"{due.isoformat()}|{tie}",
            "total": f"{document.total:016d}|{tie}",
        },
        "summary": _plain(asdict(Summary.of(document))),
    }


def _labels(document: Document) -> list[str]:
    """As what a document is listed: by its state, and by all of which there are few."""
    labels = ["all", document.status.value]
    if document.status in OPEN:
        labels.append("open")
    if document.kind is Kind.CREDIT_NOTE:
        labels.append(CREDIT_NOTES)
    if document.issue:
        labels.append("issued")
        if document.issue.buyer.customer:
            labels.append(of_customer(document.issue.buyer.customer))
    return [*labels, *(of_subscription(subscription) for subscription in document.subscriptions)]


def of_customer(customer: str) -> str:
    """As what the documents that were issued to ``customer`` are listed."""
    return f"to {customer}"


def of_subscription(subscription: str) -> str:
    """As what the documents that bill ``subscription`` are listed."""
    return f"of {subscription}"


def search_terms(number: str) -> set[str]:
    """All that a number is found by: its beginnings and ends, without regard to case and punctuation."""
    text = search_term(number)
    return {text[:end] for end in range(1, len(text) + 1)} | {text[start:] for start in range(len(text))}


def search_term(asked: str) -> str:
    """What somebody asked for, as ``search_terms`` spells it."""
    return _NOT_SEARCHED.sub("", asked).casefold()


def from_document(stored: Stored) -> Document:
    """The document that ``to_document`` made ``stored`` of."""
    return Document(
        id=stored["_id"],
        bill_group=stored["bill_group"],
        kind=Kind(stored["kind"]),
        status=Status(stored["status"]),
        currency=stored["currency"],
        language=stored["language"],
        time_zone=stored["time_zone"],
        drafted_on=date.fromisoformat(stored["drafted_on"]),
        **_content(stored),
        note=stored["note"],
        due_days=stored["due_days"],
        revision=stored["revision"],
        imported=stored["imported"],
        corrects=stored["corrects"],
        corrects_number=stored["corrects_number"],
        issue=_issue(stored["issue"]) if stored["issue"] else None,
        payments=tuple(_payment(payment) for payment in stored["payments"]),
        credits=tuple(_credit(credit) for credit in stored["credits"]),
        deleted=stored.get("deleted", False),
        automatic=stored.get("automatic", False),
    )


def summary_from(stored: Stored) -> Summary:
    """The summary that ``to_document`` kept beside the document."""
    kept = stored["listed"]["summary"]
    return Summary(
        **{
            # These two are in no summary that was kept before they came to be shown.
            "bill_group": stored["bill_group"],
            "customer": None,
            **kept,
            "created_on": date.fromisoformat(kept["created_on"]) if kept["created_on"] else None,
            "due_on": date.fromisoformat(kept["due_on"]) if kept["due_on"] else None,
            "subscriptions": tuple(kept["subscriptions"]),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def _content(stored: Stored) -> dict[str, Any]:
    return {
        "lines": tuple(_line(line) for line in stored["lines"]),
        "discounts": tuple(Discount(**discount) for discount in stored["discounts"]),
        "taxes": tuple(Tax(_rate(tax["rate"]), tax["base"], tax["amount"]) for tax in stored["taxes"]),
    }


def _line(stored: Stored) -> Line:
    period = stored["period"]
    return Line(
        **{
            **stored,
            "quantity": Decimal(stored["quantity"]),
            "tax": _rate(stored["tax"]),
            "period": Days(date.fromisoformat(period["start"]), date.fromisoformat(period["end"]))
            if period
            else None,
        }
    )


def _rate(stored: Stored) -> TaxRate:
    return TaxRate(stored["category"], Decimal(stored["rate"]), stored["reason"])


def _issue(stored: Stored) -> Issue:
    seller, buyer, shipping = stored["seller"], stored["buyer"], stored["shipping"]
    return Issue(
        number=Number(**stored["number"]),
        created_on=date.fromisoformat(stored["created_on"]),
        due_on=date.fromisoformat(stored["due_on"]),
        seller=Seller(
            **{
                **seller,
                "address": Address(**seller["address"]),
                "bank": Bank(**seller["bank"]) if seller["bank"] else None,
                # In no document that was issued before logos came to be shown.
                "logo": Logo(**seller["logo"]) if seller.get("logo") else None,
            }
        ),
        buyer=Buyer(**{**buyer, "address": Address(**buyer["address"])}),
        shipping=Recipient(**{**shipping, "address": Address(**shipping["address"])}) if shipping else None,
        po_number=stored["po_number"],
        # Documents from before there were any have none.
        texts=OwnTexts(**stored.get("texts", {})),
    )


def _payment(stored: Stored) -> Payment:
    method = stored["method"]
    return Payment(**{**stored, "method": Instrument(**method) if method else None})


def _credit(stored: Stored) -> Credit:
    return Credit(
        credit_note=stored["credit_note"],
        on=date.fromisoformat(stored["on"]),
        **_content(stored),
        reason=stored["reason"],
    )
