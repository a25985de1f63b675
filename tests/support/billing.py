"""A bill group whose invoices a test makes: over RPC, and by events as other services would send them."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, system
from shared.kernel.happening import Happening
from shared.kernel.ids import new_handle, new_id
from shared.messaging import wire
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from shared.messaging.topology import events_exchange
from shared.storage.envelopes import wrap

View = dict[str, Any]

SYSTEM = Context(principal=system("tests"))
ADDRESS = {"line1": "Torstraße 1", "postal_code": "10119", "city": "Berlin", "country": "DE"}
COMPANY = {
    "name": "Nordlicht",
    "legal_name": "Nordlicht GmbH",
    "address": ADDRESS,
    "vat_number": "DE136695976",
}
LINE = {"description": "Team plan", "quantity": "3", "unit_amount": 1000}


def add_bill_group(client: RpcClient, handle: str, customer: str = "cust-1") -> None:
    """A bill group of euros in Berlin, of a customer who has it alone or with others. Twice is once."""
    client.customers.create_customer(SYSTEM, customer=customer, name="Jana Lindqvist", key=f"made-{customer}")
    contact = {"name": "Jana Lindqvist", "email": f"{handle}@example.com", "address": ADDRESS}
    client.customers.create_bill_group(
        SYSTEM,
        customer=customer,
        bill_group=handle,
        currency="EUR",
        time_zone="Europe/Berlin",
        contacts={"billing": contact},
        key=f"made-{handle}",
    )


class Group:
    """A bill group of the test's own."""

    def __init__(self, client: RpcClient, publisher: ConfirmingPublisher) -> None:
        self.handle = new_handle("bg")
        self._client = client
        self._publisher = publisher
        contact = {"name": "Jana Lindqvist", "email": f"{self.handle}@example.com", "address": ADDRESS}
        bill_group = {
            "bill_group": self.handle,
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "language": "de",
            "contacts": {"billing": contact},
        }
        client.customers.import_customer(
            SYSTEM,
            customer=new_handle("cust"),
            created_at="2026-01-01T00:00:00Z",
            name="Jana Lindqvist",
            bill_groups=[bill_group],
            key=new_id(),
        )

    def call(self, method: str, context: Context = SYSTEM, **asked: Any) -> View:
        """A call about this bill group; changes get a key unless they bring one."""
        if CONTRACTS["invoices"].methods[method].changes:
            asked.setdefault("key", new_id())
        called = getattr(self._client.invoices, method)
        answer: View = called(context, bill_group=self.handle, **asked)
        return answer

    def issued(self, **asked: Any) -> View:
        """An issued invoice of 30.00 and 19 %."""
        draft = self.call("create_invoice", **{"lines": [LINE], **asked})
        return self.call("issue_invoice", invoice=draft["invoice"])

    def items(self, **asked: Any) -> list[View]:
        items: list[View] = self.call("list_invoices", **asked)["items"]
        return items

    def event(self, service: str, happening: Happening) -> View:
        """An event of another service about this bill group."""
        return wrap(CONTRACTS[service], happening, SYSTEM, 1)

    def publish(self, event: View) -> None:
        self._publisher.publish(
            wire.encode(event),
            exchange=events_exchange(event["source"]).name,
            routing_key=event["type"],
            message_id=event["event_id"],
            headers={},
        )

    def renewed(self) -> View:
        """A subscription's period has begun."""
        period = {"start": date(2026, 11, 1), "end": date(2026, 12, 1)}
        line = {
            "description": "Team plan",
            "descriptions": {"en": "Team plan", "de": "Team-Tarif"},
            "quantity": 2,
            "unit_amount": 1500,
            "discount": 0,
            "tax_code": "standard",
            "period": period,
        }
        data = {
            "subscription": "sub-1",
            "customer": "cust-1",
            "product": "prod-1",
            "plan": "plan-1",
            "product_names": {"en": "Portal"},
            "plan_names": {"en": "Team plan"},
            "status": "active",
            "plan_version": 1,
            "quantity": 2,
            "period": period,
            "currency": "EUR",
            "lines": [line],
            "payment_method": None,
        }
        return self.event("subscriptions", Happening("subscription_renewed", "sub-1", self.handle, data))

    def settled(self, invoice: str, amount: int, transaction: str, kind: str = "settle") -> View:
        """Money came, or went back."""
        data = {
            "transaction": transaction,
            "kind": kind,
            "state": "settled",
            "amount": amount,
            "currency": "EUR",
            "invoice": invoice,
            "method": {"kind": "card", "brand": "Visa", "last4": "4242"},
            "at": SYSTEM.business_now,
            "imported": False,
        }
        type_ = "payment_settled" if kind == "settle" else "payment_refunded"
        return self.event("payments", Happening(type_, transaction, self.handle, data))
