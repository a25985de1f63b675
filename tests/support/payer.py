"""A customer of a test's own, with a subscription and invoices, over services that run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.visitor import new_customer

SYSTEM = Context(principal=system("tests"))
VISA = {"kind": "card", "brand": "Visa", "last4": "4242"}


@dataclass(frozen=True)
class Payer:
    """Somebody who pays in euros, and has nothing to pay with yet."""

    email: str
    client: RpcClient

    @classmethod
    def new(cls, client: RpcClient) -> Payer:
        """One whom nobody else knows."""
        return cls(new_customer(client), client)

    @property
    def bill_group(self) -> str:
        """The handle of their one bill group."""
        return f"bg-{self.email.partition('@')[0]}"

    def subscribe(self, plan: str, quantity: int = 1) -> None:
        """Begin a subscription today."""
        self.client.subscriptions.create_subscription(
            SYSTEM, bill_group=self.bill_group, plan=plan, quantity=quantity, key=new_id()
        )

    def billed(self, number: str, *, due_on: date, paid: bool = False) -> None:
        """An invoice of 23.80, due on that day and of a week before."""
        payment = {
            "transaction": f"txn-{number}",
            "amount": 2380,
            "at": f"{due_on}T08:00:00Z",
            "method": VISA,
        }
        self.client.invoices.import_invoice(
            SYSTEM,
            bill_group=self.bill_group,
            number=number,
            created_on=due_on - timedelta(days=7),
            due_on=due_on,
            lines=[{"description": "Team plan", "quantity": "2", "unit_amount": 1000}],
            payments=[payment] if paid else [],
            key=new_id(),
        )

    def moved(self, number: int, **more: Any) -> None:
        """A transaction of long ago, one a day."""
        at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=number)
        self.client.payments.import_transaction(
            SYSTEM,
            **{
                "bill_group": self.bill_group,
                "transaction": f"txn-{self.bill_group}-{number:03}",
                "kind": "settle",
                "state": "settled",
                "amount": 1900 + number,
                "currency": "EUR",
                "invoice": f"inv-{number:03}",
                "method": VISA,
                "at": at.isoformat(),
                "key": new_id(),
                **more,
            },
        )
