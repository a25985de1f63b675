"""What follows from events of other services: bills of subscriptions, and payments on invoices.

Events come at least once and in any order; each has its effect once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.invoices.domain.document import Document, Instrument, Payment
from services.invoices.domain.parties import Parties
from services.invoices.repository import Documents
from services.invoices.usecases.drafting import lines_of, new_draft
from services.invoices.usecases.issuing import Issuing, ended
from shared.kernel.context import Context
from shared.storage import Outcome

Event = Mapping[str, Any]


class Following:
    """The handlers of events."""

    def __init__(self, documents: Documents, issuing: Issuing) -> None:
        self._documents = documents
        self._issuing = issuing

    def bill_subscription(self, context: Context, event: Event) -> None:
        """Make and issue the invoice of a period: the event's id is the draft's."""
        id_ = f"draft-{event['event_id']}"

        def draft(parties: Parties) -> Document:
            data = event["data"]
            lines = lines_of([_line(line, event["subject"], parties.language) for line in data["lines"]])
            made = new_draft(id_, event["bill_group"], context, parties, lines)
            return replace(made, currency=data["currency"], automatic=True)

        self._issuing.add_and_issue(context, event["bill_group"], id_, draft)

    def apply_payment(self, context: Context, event: Event) -> None:
        """Count money that came or went back on its invoice."""
        data = event["data"]
        if data["invoice"] is None:
            return
        method = data["method"]
        payment = Payment(
            transaction=data["transaction"],
            kind=data["kind"],
            amount=data["amount"],
            state=data["state"],
            at=data["at"],
            method=Instrument(method["kind"], method["brand"], method["last4"]) if method else None,
        )

        def decide(invoice: Document) -> Outcome[Document]:
            paid = invoice.with_payment(payment, data["currency"])
            return Outcome(paid, ended(invoice, paid))

        document = self._documents.get(data["invoice"], event["bill_group"])
        self._documents.change(context, document, decide, event_id=event["event_id"])

    def make_credit_note(self, context: Context, event: Event) -> None:
        """Issue the credit note of a credit, if who credited died before it could."""
        self._issuing.make_credit_notes(context, event["bill_group"], event["data"]["invoice"])


def _line(line: Mapping[str, Any], subscription: str, language: str) -> dict[str, Any]:
    names = line["descriptions"]
    period = line["period"]
    return {
        **line,
        "description": names.get(language) or names.get(language[:2]) or line["description"],
        # A subscription's period ends on the first day that is not its own, an invoice's on the last that is.
        "period": {"start": period["start"], "end": period["end"] - timedelta(days=1)} if period else None,
        "subscription": subscription,
    }
