"""Trying a text out on a customer: who is found, and how it will look for them."""

from __future__ import annotations

from typing import Any

from services.gateway.admin.desk import Desk
from services.gateway.asking import section
from shared.kernel.errors import DomainError, NotFound
from shared.placeholders.kinds import KINDS, around_lines

View = dict[str, Any]

_MOST_FOUND = 8
# Drafts stand among the latest documents, too.
_LATEST = 25
_OF_AN_INVOICE = ("invoice", "number", "created_on", "due_on", "currency", "total", "due")


def find(desk: Desk, q: str) -> list[View]:
    """The bill groups of the customers that ``q`` finds: handle and name of each, with the handle where it needs it."""
    customers = desk.call("customers", "find_customers", q=q, limit=_MOST_FOUND)["items"]
    return [
        {"bill_group": group, "name": customer["name"], "beside": group}
        for customer in customers
        for group in customer["bill_groups"]
    ]


def named(desk: Desk, bill_group: str) -> View | None:
    """The bill group that was chosen, or None where it is gone."""
    try:
        group = desk.call("customers", "get_bill_group", bill_group=bill_group)
    except NotFound:
        return None
    return {"bill_group": bill_group, "name": group["customer_name"], "beside": bill_group}


def preview(desk: Desk, texts: list[View], text: View, written: str, bill_group: str) -> View:
    """How ``written`` looks as ``text`` for a bill group.

    ``parts`` are those of the text; for a document there is the customer's latest one, as ``document``, with both texts
    in it. Raises DomainError ``invalid_text``, and NotFound.
    """
    document = _document(desk, text, bill_group) if _tells_of_an_invoice(text["kind"]) else None
    facts = {name: document[name] for name in _OF_AN_INVOICE} if document else None

    def filling(kind: str, words: str) -> Any:
        return desk.begin(
            "customers",
            "preview_text",
            kind=kind,
            language=text["language"],
            text=words,
            bill_group=bill_group,
            invoice=facts,
        )

    this = filling(text["kind"], written)
    if text["area"] != "documents" or document is None:
        return {"parts": this.result()["parts"], "document": None}
    both = {
        kind: this if kind == text["kind"] else filling(kind, _saved(texts, kind, text["language"]))
        for kind in around_lines(document["kind"])
    }
    filled = {kind: pending.result()["parts"] for kind, pending in both.items()}
    intro, closing = filled.values()
    # The invoice that a credit note corrects is not one of these pages.
    shown = {**document, "intro": intro, "closing": closing, "corrects": None}
    return {"parts": filled[text["kind"]], "document": shown}


def _tells_of_an_invoice(kind: str) -> bool:
    return "Invoice.number" in KINDS[kind].allowed


def _document(desk: Desk, text: View, bill_group: str) -> View | None:
    """The latest issued document of the kind that the text is for, where the role may see it and there is one."""
    kind = "credit_note" if text["kind"].startswith("credit_note") else "invoice"
    try:
        found = section(
            desk.begin("invoices", "list_invoices", bill_group=bill_group, kind=kind, limit=_LATEST)
        )
        issued = next((each for each in (found or {"items": []})["items"] if each["number"]), None)
        if issued is None:
            return None
        return section(
            desk.begin("invoices", "get_invoice", bill_group=bill_group, invoice=issued["invoice"])
        )
    except DomainError as error:
        if error.code != "not_allowed":
            raise
        return None


def _saved(texts: list[View], kind: str, language: str) -> str:
    return next(each["text"] for each in texts if (each["kind"], each["language"]) == (kind, language))
