"""What is shown beforehand, lines, taxes and total, is what the invoices then are: over the API, as programs see it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deploy.importer.api import Api
from deploy.local.programs import GATEWAY, SERVICES
from deploy.local.waiting import wait_until
from services.gateway.subscriptions.upcoming import drafted
from shared.kernel.ids import new_handle, new_id
from tests.support.billing import ADDRESS, COMPANY
from tests.support.demo import make_api_key
from tests.support.fixtures import SuiteFactory

View = dict[str, Any]

TODAY = datetime.now(UTC).date()
# What an invoice and its preview have in common.
SHOWN = ("currency", "buyer", "seller", "lines", "discounts", "taxes", "net_total", "tax_total", "total")


@pytest.fixture(scope="module")
def api(suite: SuiteFactory) -> Api:
    """The API, with a merchant in Germany and a plan of 12.34 EUR a month and 50 EUR once."""
    running = suite(*SERVICES, GATEWAY, env={"API_REQUESTS_PER_MINUTE": "100000"})
    api = Api(running.url, make_api_key(running))
    api.post("/imports/merchant", {"company": COMPANY}, new_id())
    api.post("/imports/products", {"product": "prod-1", "names": {"en": "Workshop"}}, new_id())
    plan = {
        "plan": "plan-1",
        "product": "prod-1",
        "names": {"en": "Monthly"},
        "interval": {"unit": "month", "count": 1},
        "prices": [{"currency": "EUR", "unit_amount": 1234, "setup_fee": 5000}],
    }
    api.post("/imports/plans", plan, new_id())
    return api


@pytest.fixture
def group(api: Api) -> str:
    """A bill group in Berlin, under the address of its part of the API."""
    handle = new_handle("bg")
    contact = {"name": "Jana Lindqvist", "email": f"{handle}@example.com", "address": ADDRESS}
    bill_group = {
        "bill_group": handle,
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "contacts": {"billing": contact},
    }
    row = {
        "customer": f"cust-of-{handle}",
        "created_at": "2026-01-01T00:00:00Z",
        "name": "Jana",
        "bill_groups": [bill_group],
    }
    api.post("/imports/customers", row, new_id())
    return f"/bill-groups/{handle}"


def bring_in(api: Api, group: str, *, paid_until: date, **state: Any) -> str:
    """A subscription to three of the plan that began four years ago (so that there was that day); its handle."""
    handle = new_handle("sub")
    row = {
        "bill_group": group.removeprefix("/bill-groups/"),
        "subscription": handle,
        "customer": group.replace("/bill-groups/", "cust-of-"),
        "plan": "plan-1",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "quantity": 3,
        "starts_on": paid_until.replace(year=paid_until.year - 4).isoformat(),
        "paid_until": paid_until.isoformat(),
        "discount": {"names": {"en": "Loyalty"}, "percent": "7.5"},
        **state,
    }
    api.post("/imports/subscriptions", row, new_id())
    return handle


def preview_invoice(api: Api, group: str, subscription: str, lines: list[View]) -> View:
    """What the page shows of a bill, asked for as the page does it."""
    asked = {"lines": [drafted(line, subscription) for line in lines], "currency": "EUR"}
    answer: View = api.post(f"{group}/invoices/preview", asked, new_id())
    return answer


def billed(api: Api, group: str, subscription: str, count: int = 1) -> list[View]:
    """The invoices of a subscription, once so many are issued."""

    def found() -> list[View]:
        items: list[View] = api.get(f"{group}/invoices", subscription=subscription)["items"]
        return [item for item in items if item["number"]]

    wait_until(lambda: len(found()) >= count, timeout=60, what="the invoice")
    return [api.get(f"{group}/invoices/{item['invoice']}") for item in found()]


def check(shown: View, invoice: View) -> None:
    """The invoice is what was shown, and it was worth a look."""
    assert {name: invoice[name] for name in SHOWN} == {name: shown[name] for name in SHOWN}
    assert invoice["tax_total"] > 0


def previewed(api: Api, group: str, subscription: str, action: str, **choices: Any) -> View:
    answer: View = api.get(f"{group}/subscriptions/{subscription}/preview", action=action, **choices)
    return answer


def act(api: Api, group: str, subscription: str, shown: View, **choices: Any) -> View:
    """Do what was shown."""
    body = {"fingerprint": shown["fingerprint"], **choices}
    answer: View = api.post(f"{group}/subscriptions/{subscription}/{shown['action']}", body, new_id())
    return answer


def test_a_new_subscription_is_billed_as_shown(api: Api, group: str) -> None:
    wanted = {"plan": "plan-1", "quantity": 3, "discount": {"names": {"en": "Friends"}, "amount": 99}}
    first = api.post(f"{group}/subscriptions/preview", wanted, new_id())["bills"][0]
    created = api.post(f"{group}/subscriptions", wanted, new_id())["subscription"]
    shown = preview_invoice(api, group, created, first["lines"])
    assert [line["net"] for line in shown["lines"]] == [3 * 1234 - 99, 5000]
    (invoice,) = billed(api, group, created)
    check(shown, invoice)


def test_resuming_bills_what_its_preview_says(api: Api, group: str) -> None:
    since = (TODAY - timedelta(days=60)).isoformat()
    hold = {"since": since, "reason": "on_demand", "by": "customer", "resume_on": None}
    held = bring_in(api, group, paid_until=TODAY - timedelta(days=30), hold=hold)
    preview = previewed(api, group, held, "resume")
    shown = preview_invoice(api, group, held, preview["charges"])
    assert sum(charge["amount"] for charge in preview["charges"]) == shown["net_total"]
    resumed = act(api, group, held, preview)
    assert resumed["next_billing_on"] == preview["next_billing_on_after"]
    (invoice,) = billed(api, group, held)
    check(shown, invoice)
    next_time = preview_invoice(api, group, held, preview["next_bill"]["lines"])
    assert next_time == preview_invoice(api, group, held, resumed["upcoming"]["lines"])


@pytest.mark.parametrize("choices", [{}, {"at": "now"}, {"at": "now", "resume_on": 3}, {"resume_on": 40}])
def test_pausing_bills_and_credits_nothing_and_moves_the_next_bill_as_shown(
    api: Api, group: str, choices: dict[str, Any]
) -> None:
    running = bring_in(api, group, paid_until=TODAY + timedelta(days=20))
    if "resume_on" in choices:
        choices = {**choices, "resume_on": (TODAY + timedelta(days=choices["resume_on"])).isoformat()}
    preview = previewed(api, group, running, "pause", **choices)
    assert (preview["charges"], preview["credit"]) == ([], 0)
    paused = act(api, group, running, preview, **choices)
    assert paused["next_billing_on"] == preview["next_billing_on_after"]
    assert (paused["upcoming"] or {}).get("lines") == (preview["next_bill"] or {}).get("lines")
    assert api.get(f"{group}/invoices", subscription=running)["items"] == []
    assert (
        previewed(api, group, running, "resume")["next_billing_on_after"] == preview["next_billing_on_before"]
    )


def test_cancelling_and_taking_it_back_cost_nothing_and_keep_the_next_bill(api: Api, group: str) -> None:
    running = bring_in(api, group, paid_until=TODAY + timedelta(days=20))
    before = api.get(f"{group}/subscriptions/{running}")
    cancel = previewed(api, group, running, "cancel")
    assert (cancel["charges"], cancel["credit"], cancel["next_bill"]) == ([], 0, None)
    assert act(api, group, running, cancel)["access_until"] == cancel["access_until"]
    back = previewed(api, group, running, "uncancel")
    assert back["next_bill"] == before["upcoming"]
    assert act(api, group, running, back)["upcoming"] == before["upcoming"]
    assert api.get(f"{group}/invoices", subscription=running)["items"] == []


def test_subscriptions_that_are_billed_on_one_day_are_billed_each_on_an_invoice_of_its_own(
    api: Api, group: str
) -> None:
    both = [bring_in(api, group, paid_until=TODAY) for _ in range(2)]
    invoices = [invoice for each in both for invoice in billed(api, group, each)]
    assert [invoice["subscriptions"] for invoice in invoices] == [[each] for each in both]


def test_a_preview_leaves_nothing_behind(api: Api, group: str) -> None:
    running = bring_in(api, group, paid_until=TODAY + timedelta(days=20))
    upcoming = api.get(f"{group}/subscriptions/{running}")["upcoming"]
    shown = preview_invoice(api, group, running, upcoming["lines"])
    # Documents are of the day that it is where the bill group is, which may be tomorrow already.
    zone = ZoneInfo(api.get(group)["time_zone"])
    assert shown["created_on"] == datetime.now(zone).date().isoformat()
    assert api.get(f"{group}/invoices")["items"] == []
