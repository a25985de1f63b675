"""Each service killed between its write and the publish of its event, and each handler between delivery and
acknowledgement: no event is lost, none counts twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.broker import Broker
from deploy.local.programs import GATEWAY, SERVICES
from deploy.local.store import Store
from deploy.local.waiting import wait_until
from shared.contracts.base import ALL_EVENTS
from shared.contracts.registry import CONTRACTS
from shared.kernel.clock import utc_now
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError, Kind
from shared.kernel.happening import Happening
from shared.kernel.ids import new_id, new_token
from shared.messaging import wire
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from shared.storage.envelopes import wrap
from tests.support.demo import BILL_GROUP, CUSTOMER, EMAIL, load_one_customer
from tests.support.faults import frozen, unacknowledged, unbind_queues
from tests.support.fixtures import SuiteFactory
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

View = dict[str, Any]

pytestmark = pytest.mark.slow
SYSTEM = Context(principal=system("tests"), address="192.0.2.7")
# Those that leave events; notifications only hears.
TELLING = tuple(name for name in SERVICES if CONTRACTS[name].events)
HANDLERS = [(name, handler) for name in SERVICES for handler in CONTRACTS[name].hears]


@pytest.fixture(scope="module")
def running(suite: SuiteFactory, own_broker: Broker, own_store: Store) -> Suite:
    return suite(*SERVICES, broker=own_broker, store=own_store, env={"RETRY_WAITS": "[0.1, 0.2, 0.5, 1, 2]"})


@pytest.fixture(scope="module")
def client(running: Suite) -> Iterator[RpcClient]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS)
    running.start(GATEWAY)
    load_one_customer(running)
    running.kill(GATEWAY)
    yield client
    client.close()


def timeline(client: RpcClient) -> list[View]:
    """All timeline events of the bill group; none while customers is away."""
    items: list[View] = []
    cursor = None
    while True:
        try:
            page = client.customers.list_timeline(SYSTEM, bill_group=BILL_GROUP, limit=100, cursor=cursor)
        except DomainError as error:
            if error.kind is Kind.REFUSED:
                raise
            return []
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def waiting_events(running: Suite, service: str) -> set[str]:
    """The ids of the events in the outboxes of the service."""
    with MongoClient(running.settings["MONGO_URI"]) as mongo:
        database = mongo[f"{running.settings['DATABASE_PREFIX']}{service}"]
        return {
            event["event_id"]
            for name in database.list_collection_names()
            for document in database[name].find({"outbox.event_id": {"$exists": True}}, {"outbox": 1})
            for event in document["outbox"]
        }


def change_something(client: RpcClient, service: str, number: int) -> None:
    """One change by the service, which leaves an event."""
    if service == "auth":
        client.auth.request_code(SYSTEM, email=EMAIL, browser=new_token(), language="en")
    elif service == "customers":
        view = client.customers.get_bill_group(SYSTEM, bill_group=BILL_GROUP)
        contact = {**view["contacts"]["billing"], "name": f"Anna Ahrens {number}"}
        client.customers.change_contact(
            SYSTEM,
            bill_group=BILL_GROUP,
            role="billing",
            contact=contact,
            version=view["version"],
            key=new_id(),
        )
    elif service == "subscriptions":
        asked = {"bill_group": BILL_GROUP, "subscription": "sub-0001"}
        action = ("cancel", "uncancel")[number % 2]
        preview = client.subscriptions.preview_action(SYSTEM, action=action, **asked)
        verb = getattr(client.subscriptions, f"{action}_subscription")
        verb(SYSTEM, fingerprint=preview["fingerprint"], key=new_id(), **asked)
    elif service == "invoices":
        line = {"description": f"Work {number}", "quantity": "1", "unit_amount": 1000}
        client.invoices.create_invoice(SYSTEM, bill_group=BILL_GROUP, lines=[line], key=new_id())
    else:
        client.payments.set_auto_pay(SYSTEM, bill_group=BILL_GROUP, auto_pay=bool(number % 2), key=new_id())


def test_every_service_killed_between_write_and_publish(
    own_broker: Broker, running: Suite, client: RpcClient
) -> None:
    unbind_queues(own_broker, running)
    for number in range(2):
        for service in TELLING:
            change_something(client, service, number)
    running.kill(*TELLING)
    unpublished = {service: waiting_events(running, service) for service in TELLING}
    assert all(unpublished.values()), unpublished
    running.start(*TELLING)

    awaited = {event for events in unpublished.values() for event in events}
    wait_until(
        lambda: awaited <= {event["event_id"] for event in timeline(client)}, timeout=60, what="all events"
    )
    times = Counter(event["event_id"] for event in timeline(client))
    assert set(times.values()) == {1}
    wait_until(
        lambda: not any(waiting_events(running, service) for service in TELLING), timeout=30, what="outboxes"
    )


def test_every_handler_killed_between_delivery_and_acknowledgement(
    own_broker: Broker, own_store: Store, running: Suite, client: RpcClient, mailbox: Mailbox
) -> None:
    draft = client.invoices.create_invoice(
        SYSTEM,
        bill_group=BILL_GROUP,
        lines=[{"description": "Work", "quantity": "1", "unit_amount": 10_000}],
        key=new_id(),
    )
    invoice = client.invoices.issue_invoice(
        SYSTEM, bill_group=BILL_GROUP, invoice=draft["invoice"], key=new_id()
    )
    lines = [{"line": 1, "net": 1000}]
    asked = {"bill_group": BILL_GROUP, "invoice": invoice["invoice"]}
    client.invoices.credit_invoice(SYSTEM, lines=lines, key=new_id(), **asked)
    invoice = client.invoices.get_invoice(SYSTEM, **asked)
    before = effects(client, mailbox, invoice["invoice"])
    events = [
        removed_method(),
        renewed(),
        settled(invoice["invoice"]),
        credited(invoice),
        issued(invoice),
        access_changed(),
        numbers_changed(),
        taken_away("secret_link_revoked"),
        taken_away("credentials_withdrawn"),
    ]
    assert [name for name in HANDLERS if not any(is_heard(*name, event) for event in events)] == []
    hearing = {service for service, _ in HANDLERS}
    with frozen(own_store.pid):
        publish(running, events)
        wait_until(
            lambda: all(
                unacknowledged(own_broker, running, f"{service}.{handler}") for service, handler in HANDLERS
            ),
            timeout=60,
            what="a delivery to each handler",
        )
        running.kill(*hearing)
    running.start(*hearing)

    after = {
        "timeline": before["timeline"] + len(events),
        "mails": before["mails"] + 1,
        "renewals": before["renewals"] + 1,
        "paid": before["paid"] + 700,
        "credit notes": before["credit notes"],
    }
    wait_until(
        lambda: reached(effects(client, mailbox, invoice["invoice"]), after), timeout=90, what=f"{after}"
    )

    # Delivered once more, as after a death between effect and acknowledgement, they have no second effect.
    publish(running, events)
    publish(running, [marker := removed_method()])
    wait_until(
        lambda: marker["event_id"] in {event["event_id"] for event in timeline(client)},
        timeout=30,
        what="the event behind them",
    )
    wait_until(
        lambda: (
            not any(
                unacknowledged(own_broker, running, f"{service}.{handler}") for service, handler in HANDLERS
            )
        ),
        timeout=30,
        what="idle queues",
    )
    found = effects(client, mailbox, invoice["invoice"])
    assert found["paid"] == after["paid"]
    assert found["renewals"] == after["renewals"]
    assert found["credit notes"] == after["credit notes"]
    times = Counter(event["event_id"] for event in timeline(client))
    assert set(times.values()) == {1}
    mailed = Counter(mail["message_id"] for mail in mailbox.messages(EMAIL))
    assert set(mailed.values()) == {1}


def effects(client: RpcClient, mailbox: Mailbox, invoice: str) -> dict[str, int]:
    """What the handlers have done so far; zeros while a service is away."""
    try:
        items = client.invoices.list_invoices(SYSTEM, bill_group=BILL_GROUP, search="", limit=100)["items"]
        paid = client.invoices.get_invoice(SYSTEM, bill_group=BILL_GROUP, invoice=invoice)["paid"]
    except DomainError as error:
        if error.kind is Kind.REFUSED:
            raise
        return dict.fromkeys(("timeline", "mails", "renewals", "paid", "credit notes"), 0)
    return {
        "timeline": len(timeline(client)),
        "mails": len(mailbox.messages(EMAIL)),
        "renewals": sum("sub-7777" in item["subscriptions"] for item in items),
        "paid": paid,
        "credit notes": sum(item["kind"] == "credit_note" for item in items),
    }


def reached(found: dict[str, int], wanted: dict[str, int]) -> bool:
    """Whether all effects are there. Services tell of what they did, so timeline and mails may have more."""
    return all(found[name] >= count for name, count in wanted.items())


def removed_method() -> View:
    """For the timeline and the mails."""
    data = {"payment_method": "pm-7777", "kind": "card", "brand": "visa", "last4": "7777", "default": False}
    return wrap(
        CONTRACTS["payments"], Happening("payment_method_removed", BILL_GROUP, BILL_GROUP, data), SYSTEM, 1
    )


def settled(invoice: str) -> View:
    """For the payments of an invoice."""
    data = {
        "transaction": "txn-7777",
        "kind": "settle",
        "state": "settled",
        "amount": 700,
        "currency": "EUR",
        "invoice": invoice,
        "method": {"kind": "card", "brand": "visa", "last4": "7777"},
        "at": SYSTEM.business_now,
        "imported": False,
    }
    return wrap(CONTRACTS["payments"], Happening("payment_settled", "txn-7777", BILL_GROUP, data), SYSTEM, 1)


def renewed() -> View:
    """For the bill of a subscription."""
    period = {"start": utc_now().date().replace(day=1), "end": utc_now().date().replace(day=28)}
    line = {
        "description": "Team plan",
        "descriptions": {"en": "Team plan", "de": "Team-Tarif"},
        "quantity": 1,
        "unit_amount": 500,
        "discount": 0,
        "tax_code": "standard",
        "period": period,
    }
    data = {
        "subscription": "sub-7777",
        "customer": CUSTOMER,
        "product": "prod-1",
        "plan": "plan-1",
        "product_names": {"en": "Portal"},
        "plan_names": {"en": "Team plan"},
        "status": "active",
        "plan_version": 1,
        "quantity": 1,
        "period": period,
        "currency": "EUR",
        "lines": [line],
        "payment_method": None,
    }
    return wrap(
        CONTRACTS["subscriptions"], Happening("subscription_renewed", "sub-7777", BILL_GROUP, data), SYSTEM, 1
    )


def credited(invoice: View) -> View:
    """For the credit note of an invoice, which is there already: a second one would be wrong."""
    (credit_note,) = invoice["credit_notes"]
    data = {**document(invoice), "credit_note": credit_note["credit_note"], "amount": 1000}
    happening = Happening("invoice_credited", invoice["invoice"], BILL_GROUP, data)
    return wrap(CONTRACTS["invoices"], happening, SYSTEM, 1)


def issued(invoice: View) -> View:
    """For the VAT number that the invoice may bear."""
    happening = Happening("invoice_issued", invoice["invoice"], BILL_GROUP, document(invoice))
    return wrap(CONTRACTS["invoices"], happening, SYSTEM, 1)


def document(invoice: View) -> View:
    said = {name: invoice[name] for name in ("invoice", "number", "kind", "currency", "total", "due")}
    return {**said, "created_on": None, "due_on": None, "corrects": None}


def access_changed() -> View:
    """For the sessions of a customer, and the list of customers."""
    data = {"customer": CUSTOMER, "access": "on", "changes": []}
    happening = Happening("customer_access_changed", CUSTOMER, BILL_GROUP, data)
    return wrap(CONTRACTS["customers"], happening, SYSTEM, 1)


def numbers_changed() -> View:
    """For the register of VAT numbers."""
    happening = Happening("numbers_changed", BILL_GROUP, BILL_GROUP, {"changes": []})
    return wrap(CONTRACTS["customers"], happening, SYSTEM, 1)


def taken_away(event_type: str) -> View:
    """For the sessions that were opened with it."""
    happening = Happening(event_type, CUSTOMER, BILL_GROUP, {"customer": CUSTOMER})
    return wrap(CONTRACTS["auth"], happening, SYSTEM, 1)


def is_heard(service: str, handler: str, event: View) -> bool:
    """Whether the handler hears events of this kind."""
    wanted = CONTRACTS[service].hears[handler].events
    return wanted == (ALL_EVENTS,) or f"{event['source']}.{event['type']}" in wanted


def publish(running: Suite, events: list[View]) -> None:
    publisher = ConfirmingPublisher(running.settings["AMQP_URI"])
    for event in events:
        publisher.publish(
            wire.encode(event),
            exchange=f"{event['source']}.events",
            routing_key=event["type"],
            message_id=event["event_id"],
            headers={},
        )
    publisher.close()
