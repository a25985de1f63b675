"""The merchant's settings over all services: each obeys the switches that it is about, within two seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from shared.contracts.customer_words import SWITCHES
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.billing import COMPANY, LINE, add_bill_group
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

SYSTEM = Context(principal=system("tests"))
STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-0001"))
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"), language="en")
SECONDS = 2.0
METHOD = {
    "payment_method": "pm-1",
    "kind": "card",
    "brand": "Visa",
    "last4": "4242",
    "expiry": {"year": 2099, "month": 12},
    "created_at": "2026-01-01T00:00:00Z",
}


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "subscriptions", "invoices", "payments", "sandbox")


@pytest.fixture(scope="module")
def client(running: Suite) -> Iterator[RpcClient]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS, timeout=30)
    client.customers.set_company(SYSTEM, company=COMPANY, key=new_id())
    names = {"en": "Workshop"}
    client.subscriptions.import_product(SYSTEM, product="prod-1", names=names, key=new_id())
    client.subscriptions.import_plan(
        SYSTEM,
        plan="plan-1",
        product="prod-1",
        names=names,
        interval={"unit": "month", "count": 1},
        prices=[{"currency": "EUR", "unit_amount": 1000}],
        key=new_id(),
    )
    yield client
    client.close()


class World:
    """A bill group of the test's own, and the merchant's settings, which are put back."""

    def __init__(self, client: RpcClient, running: Suite) -> None:
        self.client = client
        self.running = running
        self.bill_group = new_handle("bg")
        add_bill_group(client, self.bill_group)

    def call(self, service: str, method: str, context: Context = CUSTOMER, /, **asked: Any) -> dict[str, Any]:
        if CONTRACTS[service].methods[method].changes:
            asked.setdefault("key", new_id())
        answer: dict[str, Any] = self.client.call(
            service, method, context, **({"bill_group": self.bill_group} | asked)
        )
        return answer

    def set(self, group: str, **changes: Any) -> dict[str, Any]:
        """Set some of a group's settings; all others of the group stay."""
        merchant = self.client.customers.get_merchant(SYSTEM)
        answer: dict[str, Any] = self.client.call(
            "customers", f"set_{group}", STAFF, **{**merchant, **changes}, key=new_id()
        )
        return answer

    def subscribe(self) -> str:
        subscription: str = self.call(
            "subscriptions", "create_subscription", SYSTEM, plan="plan-1", quantity=1
        )["subscription"]
        return subscription

    def act(self, action: str, subscription: str, **more: Any) -> None:
        """Look at what would come of it, and do it."""
        asked = {"subscription": subscription, **more}
        preview = self.call("subscriptions", "preview_action", **asked, action=action)
        self.call("subscriptions", f"{action}_subscription", **asked, fingerprint=preview["fingerprint"])

    def bring_in_method(self) -> None:
        self.call("payments", "import_payment_methods", SYSTEM, items=[METHOD])

    def begin_method(self, context: Context = CUSTOMER, **more: Any) -> dict[str, Any]:
        return self.call(
            "payments", "begin_payment_method", context, return_url=f"{self.running.url}/back", **more
        )

    def issue(self) -> str:
        draft = self.call("invoices", "create_invoice", SYSTEM, lines=[LINE])["invoice"]
        invoice: str = self.call("invoices", "issue_invoice", SYSTEM, invoice=draft)["invoice"]
        return invoice


@pytest.fixture
def world(client: RpcClient, running: Suite) -> Iterator[World]:
    before = client.customers.get_merchant(SYSTEM)
    yield World(client, running)
    client.customers.set_merchant(SYSTEM, **{**before, "version": None}, key=new_id())


def _edit(world: World) -> Callable[[], object]:
    return lambda: world.call(
        "customers",
        "change_numbers",
        version=world.call("customers", "get_bill_group")["version"],
        po_number=new_id()[:8],
        vat_number="",
        registration_number="",
    )


def _preview(action: str) -> Callable[[World], Callable[[], object]]:
    def prepare(world: World) -> Callable[[], object]:
        subscription = world.subscribe()
        if action == "resume":
            _pause(world, subscription)
        return lambda: world.call("subscriptions", "preview_action", subscription=subscription, action=action)

    return prepare


def _pause(world: World, subscription: str) -> None:
    # Pausing may have been switched off in the test before, and on again a moment ago.
    follows(lambda: not refused(lambda: world.act("pause", subscription, at="now"), "switched_off"))


def _remove(world: World) -> Callable[[], object]:
    world.bring_in_method()
    return lambda: world.call("payments", "preview_removal", payment_method="pm-1")


# For each switch: prepares what it takes, and gives what a customer then tries. What stands here is what a new switch
# has to come with.
ATTEMPTS: dict[str, Callable[[World], Callable[[], object]]] = {
    "customers_edit": _edit,
    "customers_pause": _preview("pause"),
    "customers_resume": _preview("resume"),
    "customers_cancel": _preview("cancel"),
    "customers_add_methods": lambda world: world.begin_method,
    "customers_remove_methods": _remove,
    "customers_auto_pay": lambda world: lambda: world.call("payments", "set_auto_pay", auto_pay=True),
}


def refused(attempt: Callable[[], object], code: str) -> bool:
    try:
        attempt()
    except DomainError as error:
        if error.code != code:
            raise
        return True
    return False


def follows(what: Callable[[], bool]) -> None:
    """Whatever begins more than two seconds after a change was acknowledged goes by it."""
    acknowledged = time.monotonic()
    while True:
        begun = time.monotonic()
        if what():
            return
        assert begun - acknowledged < SECONDS, "the settings of before hold after two seconds"


@pytest.mark.parametrize("switch", SWITCHES)
def test_what_is_off_is_refused_by_the_service_that_does_it(world: World, switch: str) -> None:
    attempt = ATTEMPTS[switch](world)
    # What a test before has switched off was put back a moment ago.
    follows(lambda: not refused(attempt, "switched_off"))
    world.set("portal", **{switch: False})
    follows(lambda: refused(attempt, "switched_off"))
    world.set("portal", **{switch: True})
    follows(lambda: not refused(attempt, "switched_off"))


@pytest.mark.parametrize(
    "switch, action", [(f"customers_{action}", action) for action in ("pause", "resume", "cancel")]
)
def test_pages_learn_what_may_be_done(world: World, switch: str, action: str) -> None:
    subscription = world.subscribe()
    if action == "resume":
        _pause(world, subscription)

    def offered() -> bool:
        found = world.call("subscriptions", "get_subscription", subscription=subscription)
        return action in found["actions"]

    follows(offered)
    world.set("portal", **{switch: False})
    follows(lambda: not offered())


def test_the_merchants_side_may_do_what_customers_may_not(world: World) -> None:
    subscription = world.subscribe()
    world.bring_in_method()
    world.set("portal", **dict.fromkeys(SWITCHES, False))
    follows(lambda: refused(world.begin_method, "switched_off"))
    assert world.begin_method(STAFF)["url"]
    items = [METHOD, {**METHOD, "payment_method": "pm-2", "last4": "4444"}]
    world.call("payments", "import_payment_methods", STAFF, items=items)
    world.call("payments", "remove_payment_method", STAFF, payment_method="pm-1")
    world.call("payments", "set_auto_pay", STAFF, auto_pay=False)
    world.call("subscriptions", "preview_action", STAFF, subscription=subscription, action="cancel")


def test_what_was_begun_before_is_refused_too(world: World) -> None:
    """A page that stood open when the switch was turned."""
    subscription = world.subscribe()
    asked = {"subscription": subscription}
    preview = world.call("subscriptions", "preview_action", **asked, action="cancel")
    world.set("portal", customers_cancel=False)

    def cancel() -> object:
        return world.call("subscriptions", "cancel_subscription", **asked, fingerprint=preview["fingerprint"])

    follows(
        lambda: refused(
            lambda: world.call("subscriptions", "preview_action", **asked, action="cancel"), "switched_off"
        )
    )
    assert refused(cancel, "switched_off")


@pytest.mark.parametrize("hidden, shown", [("invoice", "credit_note"), ("credit_note", "invoice")])
def test_customers_see_the_kinds_of_documents_that_they_are_shown(
    world: World, hidden: str, shown: str
) -> None:
    invoice = world.issue()
    world.call("invoices", "credit_invoice", SYSTEM, invoice=invoice, lines=[{"line": 1, "net": 1000}])
    found = world.call("invoices", "list_invoices", SYSTEM)["items"]
    handles = {item["kind"]: item["invoice"] for item in found}
    assert set(handles) == {"invoice", "credit_note"}

    def kinds(context: Context = CUSTOMER, **narrowed: Any) -> list[str]:
        return [
            item["kind"] for item in world.call("invoices", "list_invoices", context, **narrowed)["items"]
        ]

    world.set("portal", document_kinds=[shown])
    follows(lambda: kinds() == [shown])
    assert kinds(kind=hidden) == []
    assert kinds(search=handles[hidden].removeprefix("inv-")) == []
    assert len(kinds(SYSTEM)) == 2
    for method in ("get_invoice", "get_invoice_pdf"):
        assert world.call("invoices", method, invoice=handles[shown])
        assert refused(
            lambda method=method: world.call("invoices", method, invoice=handles[hidden]), "not_found"
        )
        assert world.call("invoices", method, SYSTEM, invoice=handles[hidden])
    summary = world.call("invoices", "invoice_summary")
    assert [item["kind"] for item in summary["latest"]] == [shown]
    # What is owed stays known: the customer has to pay it, shown or not.
    assert summary["outstanding"] > 0
    assert world.call("invoices", "invoice_totals")["count"] == 1

    world.set("portal", document_kinds=[])
    follows(lambda: kinds() == [])


def test_another_numbering_holds_for_what_is_issued_next(world: World) -> None:
    first = world.call("invoices", "get_invoice", SYSTEM, invoice=world.issue())
    year, sequence = first["number"].split("-")
    coming = {"invoice": "{year}/{number:7}", "credit_note": "G{year}-{number}"}
    tried = world.client.invoices.preview_numbers(STAFF, **coming)
    assert tried["invoice"] == f"{year}/{int(sequence) + 1:07d}"
    world.set("documents", numbering=coming, payment_days=30)
    assert world.client.invoices.preview_numbers(STAFF) == tried

    second = world.call("invoices", "get_invoice", SYSTEM, invoice=world.issue())
    assert second["number"] == tried["invoice"]
    assert second["due_on"] > first["due_on"]
    assert world.call("invoices", "get_invoice", SYSTEM, invoice=first["invoice"]) == first
    world.set("documents", numbering={"invoice": "R{number:3}"})
    third = world.call("invoices", "get_invoice", SYSTEM, invoice=world.issue())
    assert third["number"].startswith("R0")


def test_documents_show_the_bank_account_where_they_may_be_paid_by_transfer(world: World) -> None:
    bank = {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Bank"}
    world.set("company", company={**COMPANY, "bank": bank})
    shown = world.call("invoices", "get_invoice", SYSTEM, invoice=world.issue())
    assert shown["seller"]["bank"]["iban"] == bank["iban"]
    world.set("documents", pay_by_transfer=False)
    assert world.call("invoices", "get_invoice", SYSTEM, invoice=world.issue())["seller"]["bank"] is None


class Provider:
    """The sandbox as staff set it up; put back as it was."""

    def __init__(self, world: World) -> None:
        self.world = world

    def call(self, method: str, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.world.client.call(
            "payments", method, STAFF, provider="sandbox", **asked, key=new_id()
        )
        return answer

    @property
    def shown(self) -> dict[str, Any]:
        [found] = self.world.client.payments.list_providers(STAFF)["items"]
        return dict(found)


@pytest.fixture
def provider(world: World) -> Iterator[Provider]:
    provider = Provider(world)
    yield provider
    provider.call("switch_provider", on=True)
    if provider.shown["key"]["source"] == "stored":
        provider.call("remove_provider_key")


def test_without_a_provider_nobody_adds_a_payment_method(world: World, provider: Provider) -> None:
    assert world.call("payments", "list_payment_methods")["may_add"] is True
    provider.call("switch_provider", on=False)
    for context in (CUSTOMER, STAFF):
        assert refused(lambda context=context: world.begin_method(context), "no_provider")
        assert world.call("payments", "list_payment_methods", context)["may_add"] is False
    provider.call("switch_provider", on=True)
    assert world.begin_method()["url"]


def test_a_key_is_used_and_nowhere_to_be_read(world: World, provider: Provider, running: Suite) -> None:
    right = running.settings["SANDBOX_KEY"]
    assert provider.shown["key"]["source"] == "environment"
    wrong = f"wrong-{new_id()}"
    shown = provider.call("set_provider_key", provider_key=wrong)
    assert (shown["key"]["source"], shown["key"]["ending"]) == ("stored", wrong[-4:])
    assert refused(world.begin_method, "provider_away")
    assert provider.shown["last_contact"]["problem"] == "provider_away"
    provider.call("set_provider_key", provider_key=right)
    assert world.begin_method()["url"]
    assert provider.shown["last_contact"]["ok"] is True

    store: MongoClient[dict[str, Any]] = MongoClient(running.settings["MONGO_URI"], tz_aware=True)
    database = store[f"{running.settings['DATABASE_PREFIX']}payments"]
    kept = repr([list(database[name].find()) for name in database.list_collection_names()])
    store.close()
    for secret in (wrong, right):
        assert secret not in kept
        assert all(secret not in running.log(service) for service in ("payments", "customers", "sandbox"))
