"""What the merchant's side does with the catalogue and with new subscriptions, over a real broker and store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory
from tests.support.refusals import refused

API_KEY = Context(principal=Principal(PrincipalKind.API_KEY, "key-1"))
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
NAMES = {"en": "Workshop", "de": "Werkstatt"}
PLAN = {
    "names": {"en": "Monthly"},
    "interval": {"unit": "month", "count": 1},
    "prices": [{"currency": "EUR", "unit_amount": 1000, "setup_fee": 500}],
}
CONTACT = {
    "name": "Anna Meier",
    "address": {"line1": "Hauptstr. 1", "postal_code": "10115", "city": "Berlin", "country": "DE"},
}


class Merchant:
    """The merchant's side, with a client of its own. What it makes has handles that nobody else has."""

    def __init__(self, client: RpcClient) -> None:
        self.client = client

    def call(self, method: str, context: Context = API_KEY, **arguments: Any) -> dict[str, Any]:
        """A change gets a key of its own, unless it brings one."""
        if CONTRACTS["subscriptions"].methods[method].changes:
            arguments.setdefault("key", new_id())
        answer: dict[str, Any] = self.client.call("subscriptions", method, context, **arguments)
        return answer

    def plan(self, **changes: Any) -> str:
        product = self.call("create_product", names=NAMES)["product"]
        handle: str = self.call("create_plan", **{"product": product, **PLAN, **changes})["plan"]
        return handle

    def bill_group(self, currency: str = "EUR") -> str:
        bill_group = new_handle("bg")
        group = {
            "bill_group": bill_group,
            "currency": currency,
            "time_zone": "Europe/Berlin",
            "contacts": {"billing": {**CONTACT, "email": f"{bill_group}@example.com"}},
        }
        self.client.customers.import_customer(
            API_KEY,
            customer=new_handle("cust"),
            created_at="2025-01-01T10:00:00+00:00",
            name="Anna",
            bill_groups=[group],
            key=new_id(),
        )
        return bill_group

    def every_page(self, method: str, **asked: Any) -> list[dict[str, Any]]:
        """All items of a list, gathered page by page."""
        items: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self.call(method, **asked, cursor=cursor)
            assert len(page["items"]) <= asked["limit"]
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items


@pytest.fixture(scope="module")
def merchant(suite: SuiteFactory) -> Iterator[Merchant]:
    client = RpcClient(suite("customers", "payments", "subscriptions").settings["AMQP_URI"], CONTRACTS)
    yield Merchant(client)
    client.close()


def test_a_product_is_created_once_renamed_and_archived(merchant):
    key = new_id()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: merchant.call("create_product", names=NAMES, key=key), range(8)))
    product = answers[0]["product"]
    made = {"product": product, "product_version": 1, "names": NAMES, "archived": False}
    assert all(answer == made for answer in answers)
    with refused("already_exists"):
        merchant.call("create_product", product=product, names=NAMES)
    renamed = merchant.call("change_product", product=product, names={"en": "Atelier"})
    assert merchant.call("get_product", product=product) == renamed
    assert (renamed["names"], renamed["product_version"]) == ({"en": "Atelier"}, 2)
    with refused("changed_meanwhile") as caught:
        merchant.call("change_product", product=product, product_version=1, names=NAMES)
    assert caught.value.params["current"] == renamed
    archived = merchant.call("archive_product", product=product)
    assert archived == merchant.call("archive_product", product=product) == {**renamed, "archived": True}
    with refused("product_archived"):
        merchant.call("change_product", product=product, names=NAMES)
    with refused("product_archived"):
        merchant.call("create_plan", product=product, **PLAN)


def test_a_changed_plan_is_a_new_version_and_leaves_subscriptions_alone(merchant):
    plan, bill_group = merchant.plan(), merchant.bill_group()
    before = merchant.call("create_subscription", bill_group=bill_group, plan=plan)
    dearer = [{"currency": "EUR", "unit_amount": 1200}]
    changed = merchant.call("change_plan", plan=plan, prices=dearer, notice_days=14)
    assert (changed["plan_version"], changed["notice_days"]) == (2, 14)
    assert changed["interval"] == PLAN["interval"]
    assert merchant.call("change_plan", plan=plan, notice_days=14)["plan_version"] == 2
    assert merchant.call("get_plan", plan=plan) == changed
    after = merchant.call("create_subscription", bill_group=bill_group, plan=plan)
    assert (before["unit_amount"], after["unit_amount"]) == (1000, 1200)
    again = merchant.call("get_subscription", bill_group=bill_group, subscription=before["subscription"])
    assert (again["unit_amount"], again["notice_days"]) == (1000, 0)


def test_all_versions_of_a_plan_are_kept_and_say_how_many_run_under_each(merchant):
    plan, bill_group = merchant.plan(), merchant.bill_group()
    mine = [merchant.call("create_subscription", bill_group=bill_group, plan=plan) for _ in range(3)]
    merchant.call(
        "cancel_subscription", bill_group=bill_group, subscription=mine[0]["subscription"], at="now"
    )
    for version, price in ((1, 1200), (2, 1300)):
        dearer = [{"currency": "EUR", "unit_amount": price}]
        merchant.call("change_plan", plan=plan, plan_version=version, prices=dearer)
    with refused("changed_meanwhile") as caught:
        merchant.call("change_plan", plan=plan, plan_version=1, notice_days=1)
    assert caught.value.params["current"] == merchant.call("get_plan", plan=plan)
    merchant.call("create_subscription", bill_group=bill_group, plan=plan)
    versions = merchant.every_page("list_plan_versions", plan=plan, limit=2)
    assert [each["plan_version"] for each in versions] == [3, 2, 1]
    assert [each["prices"][0]["unit_amount"] for each in versions] == [1300, 1200, 1000]
    assert [each["running_count"] for each in versions] == [1, 0, 2]
    assert versions[0]["until"] is None
    assert [each["until"] for each in versions[1:]] == [each["since"] for each in versions[:2]]
    for cursor in ("nonsense", merchant.call("find_products", limit=1)["next_cursor"]):
        with refused("invalid_cursor"):
            merchant.call("list_plan_versions", plan=plan, cursor=cursor)


def test_products_and_plans_are_found_by_beginnings_of_their_words(merchant):
    word = new_handle("w").partition("-")[2]
    names = {"en": f"Atelier {word} Größe", "de": f"Zeichensaal {word}"}
    product = merchant.call("create_product", names=names)["product"]
    made = sorted(
        merchant.call("create_plan", product=product, **{**PLAN, "names": {"en": f"{word} no {number}"}})[
            "plan"
        ]
        for number in range(3)
    )

    def products(q: str, **filters: Any) -> list[str]:
        found = merchant.every_page("find_products", q=q, limit=100, **filters)
        return [each["product"] for each in found]

    for q in (word, word[:-1], f"{word} atel", f"ZEICHEN {word}", f"grosse {word}", product):
        assert products(q) == [product], q
    assert products(f"{word} nothing") == []
    plans = merchant.every_page("find_plans", q=f"{word} no", limit=2)
    assert [each["plan"] for each in plans] == made
    assert [each["plan"] for each in merchant.every_page("find_plans", q=f"2 {word}", limit=2)] != made
    merchant.call("archive_product", product=product)
    assert products(word, archived=True) == [product]
    assert products(word, archived=False) == []


def test_plans_need_a_product_and_fitting_prices(merchant):
    with refused("not_found"):
        merchant.call("create_plan", product="prod-nobody-has", **PLAN)
    product = merchant.call("create_product", names=NAMES)["product"]
    doubled = [{"currency": "EUR", "unit_amount": 1}, {"currency": "EUR", "unit_amount": 2}]
    with refused("invalid_plan"):
        merchant.call("create_plan", product=product, **{**PLAN, "prices": doubled})
    with refused("invalid_plan"):
        merchant.call("change_plan", plan=merchant.plan(), prices=doubled)


def test_the_catalogue_comes_in_pages_with_and_without_what_is_archived(merchant):
    product = merchant.call("create_product", names=NAMES)["product"]
    made = [merchant.call("create_plan", product=product, **PLAN)["plan"] for _ in range(5)]
    gone = set(made[:2])
    for plan in gone:
        merchant.call("archive_plan", plan=plan)

    def found(**filters: Any) -> list[str]:
        return [item["plan"] for item in merchant.every_page("find_plans", limit=2, **filters)]

    assert found(product=product) == sorted(made)
    assert found(product=product, archived=True) == sorted(gone)
    assert found(product=product, archived=False) == sorted(set(made) - gone)
    assert set(made) & set(found(archived=True)) == gone
    assert set(made) & set(found(archived=False)) == set(made) - gone
    merchant.call("archive_product", product=product)
    for archived in (True, False):
        products = [
            item["product"] for item in merchant.every_page("find_products", limit=3, archived=archived)
        ]
        assert products == sorted(set(products))
        assert (product in products) is archived
    with refused("invalid_cursor"):
        merchant.call("find_products", cursor="nonsense")


def test_what_is_shown_beforehand_is_what_is_begun(merchant):
    plan, bill_group = merchant.plan(trial_days=10), merchant.bill_group()
    wanted = {"bill_group": bill_group, "plan": plan, "quantity": 3, "trial_days": 0}
    wanted["discount"] = {"names": {"en": "Welcome"}, "percent": "50", "periods": 1}
    preview = merchant.call("preview_subscription", **wanted)
    assert [bill["net"] for bill in preview["bills"]] == [2000, 3000, 3000]
    begun = merchant.call("create_subscription", **wanted, fingerprint=preview["fingerprint"])
    assert (begun["status"], begun["started_on"]) == (preview["status_after"], preview["starts_on"])
    assert begun["status"] == "active"
    assert begun["upcoming"] == preview["bills"][1]
    page = merchant.call("list_subscriptions", bill_group=bill_group)
    assert [item["subscription"] for item in page["items"]] == [begun["subscription"]]
    merchant.call("change_plan", plan=plan, prices=[{"currency": "EUR", "unit_amount": 1}])
    with refused("preview_outdated"):
        merchant.call("create_subscription", **wanted, fingerprint=preview["fingerprint"])


def test_it_starts_when_it_is_asked_to(merchant):
    wanted = {"bill_group": merchant.bill_group(), "plan": merchant.plan()}
    today = datetime.now(UTC).date()
    later = merchant.call("create_subscription", **wanted, starts_on=str(today + timedelta(days=40)))
    assert (later["status"], later["current_period"]) == ("pending", None)
    assert later["next_billing_on"] == later["started_on"] == str(today + timedelta(days=40))
    with refused("invalid_subscription"):
        merchant.call("create_subscription", **wanted, starts_on=str(today - timedelta(days=2)))


def test_one_key_begins_one_subscription(merchant):
    bill_group, key = merchant.bill_group(), new_id()
    wanted = {"bill_group": bill_group, "plan": merchant.plan(), "key": key}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: merchant.call("create_subscription", **wanted), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(merchant.call("list_subscriptions", bill_group=bill_group)["items"]) == 1
    with refused("key_used_for_something_else"):
        merchant.call("create_subscription", **wanted, quantity=2)
    with refused("already_exists"):
        merchant.call(
            "create_subscription", **{**wanted, "key": new_id()}, subscription=answers[0]["subscription"]
        )


def test_what_was_done_once_is_answered_so_whatever_stands_against_it_by_now(merchant):
    product = merchant.call("create_product", names=NAMES)["product"]
    planned = {"product": product, **PLAN, "key": new_id()}
    plan = merchant.call("create_plan", **planned)
    wanted = {"bill_group": merchant.bill_group(), "plan": plan["plan"], "key": new_id()}
    begun = merchant.call("create_subscription", **wanted)
    merchant.call("archive_plan", plan=plan["plan"])
    merchant.call("archive_product", product=product)
    assert merchant.call("create_plan", **planned) == plan
    assert merchant.call("create_subscription", **wanted) == begun
    with refused("key_used_for_something_else"):
        merchant.call("create_subscription", **wanted, quantity=2)


def test_what_can_not_be_subscribed_to_is_refused_with_its_reason(merchant):
    bill_group, plan = merchant.bill_group(), merchant.plan()
    product = merchant.call("get_plan", plan=plan)["product"]
    for code, changes in (
        ("not_found", {"bill_group": "bg-nobody-has"}),
        ("not_found", {"plan": "plan-nobody-has"}),
        ("no_price_in_currency", {"bill_group": merchant.bill_group("GBP")}),
        ("unknown_payment_method", {"payment_method": "pm-nobody-has"}),
        ("invalid_subscription", {"discount": {"names": {"en": "Both"}, "percent": "1", "amount": 1}}),
        ("not_allowed", {"context": CUSTOMER}),
    ):
        for method in ("preview_subscription", "create_subscription"):
            with refused(code):
                merchant.call(method, **{"bill_group": bill_group, "plan": plan, **changes})
    merchant.call("archive_plan", plan=plan)
    other = merchant.call("create_plan", product=product, **PLAN)["plan"]
    merchant.call("archive_product", product=product)
    for archived, code in ((plan, "plan_archived"), (other, "product_archived")):
        with refused(code):
            merchant.call("create_subscription", bill_group=bill_group, plan=archived)


def test_subscriptions_of_all_bill_groups_are_found(merchant):
    plans = [merchant.plan(), merchant.plan()]
    groups = [merchant.bill_group(), merchant.bill_group()]
    first = datetime.now(UTC).date() + timedelta(days=10)
    made = [
        merchant.call(
            "create_subscription", bill_group=group, plan=plan, starts_on=str(first + timedelta(days=day))
        )
        for group in groups
        for plan in plans
        for day in (0, 0, 1)
    ]
    ended = made[0]["subscription"]
    merchant.call("cancel_subscription", bill_group=groups[0], subscription=ended, at="now")

    def found(**filters: Any) -> list[dict[str, Any]]:
        return merchant.every_page("find_subscriptions", limit=2, **filters)

    def handles(items: list[dict[str, Any]]) -> list[str]:
        return [item["subscription"] for item in items]

    mine = set(handles(made))
    by_start = sorted(made, key=lambda each: (each["started_on"], each["subscription"]))
    for plan in plans:
        of_plan = [each["subscription"] for each in by_start if each["plan"] == plan]
        assert handles(found(plan=plan, sort="starts_on")) == of_plan
        assert handles(found(plan=plan)) == of_plan[::-1]
        product = merchant.call("get_plan", plan=plan)["product"]
        assert handles(found(product=product)) == of_plan[::-1]
    for group in groups:
        items = found(bill_group=group)
        assert len(items) == 6
        assert {item["bill_group"] for item in items} == {group}
        assert handles(found(customer=items[0]["customer"])) == handles(items)
    assert handles(found(bill_group=groups[0], status="expired")) == [ended]
    assert handles(found(bill_group=groups[1], plan=plans[0], status="expired")) == []
    assert mine & set(handles(found(status="pending"))) == mine - {ended}
    assert mine <= set(handles(found()))
    for plan in plans:
        stages = [handles(found(plan=plan, stage=stage)) for stage in ("pending", "cancelled", "expired")]
        assert [len(each) for each in stages] == ([5, 0, 1] if plan == plans[0] else [6, 0, 0])
    for each in (made[0], made[-1]):
        assert handles(found(q=each["subscription"])) == [each["subscription"]]
        assert handles(found(q=each["customer"])) == handles(found(customer=each["customer"]))
    assert handles(found(q=made[0]["subscription"], plan=plans[1])) == []
    assert found(q="nobody is called so") == []
    assert set(handles(found(q="ann"))) == set(handles(found()))
    assert handles(found(q="anna", customer=made[0]["customer"])) == handles(found(bill_group=groups[0]))
    cursor = merchant.call("find_subscriptions", limit=1)["next_cursor"]
    with refused("invalid_cursor"):
        merchant.call("find_subscriptions", cursor=cursor, sort="starts_on")


def test_the_merchant_acts_without_a_preview_and_customers_do_not(merchant):
    bill_group = merchant.bill_group()
    begun = merchant.call("create_subscription", bill_group=bill_group, plan=merchant.plan())
    mine = {"bill_group": bill_group, "subscription": begun["subscription"]}
    with refused("invalid_request") as caught:
        merchant.call("pause_subscription", CUSTOMER, **mine)
    assert list(caught.value.params["fields"]) == ["fingerprint"]
    paused = merchant.call("pause_subscription", **mine, at="now")
    assert (paused["status"], paused["held_by"]) == ("on_hold", "merchant")
    with refused("held_by_merchant"):
        merchant.call("preview_action", CUSTOMER, **mine, action="resume")
    assert merchant.call("resume_subscription", **mine)["status"] == "active"
    assert merchant.call("cancel_subscription", **mine)["stage"] == "cancelled"
    assert merchant.call("uncancel_subscription", **mine)["stage"] == "active"
    ended = merchant.call("cancel_subscription", **mine, at="now")
    assert (ended["status"], ended["expire_reason"]) == ("expired", "on_demand")
    assert date.fromisoformat(ended["expired_on"]) <= datetime.now(UTC).date() + timedelta(days=1)


@pytest.mark.parametrize(
    "method, asked",
    [
        ("find_products", {}),
        ("get_product", {"product": "prod-1"}),
        ("create_product", {"names": NAMES}),
        ("change_product", {"product": "prod-1", "names": NAMES}),
        ("archive_product", {"product": "prod-1"}),
        ("find_plans", {}),
        ("get_plan", {"plan": "plan-1"}),
        ("create_plan", {"product": "prod-1", **PLAN}),
        ("list_plan_versions", {"plan": "plan-1"}),
        ("change_plan", {"plan": "plan-1"}),
        ("archive_plan", {"plan": "plan-1"}),
        ("find_subscriptions", {"bill_group": "bg-1"}),
    ],
)
def test_customers_and_strangers_see_none_of_it(merchant, method, asked):
    for context in (CUSTOMER, Context()):
        with refused("not_allowed"):
            merchant.call(method, context, **asked)
