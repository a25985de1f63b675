"""What is shown of a new subscription's first invoices is what billing then makes, to the cent and to the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deploy.local.programs import SERVICES
from deploy.local.waiting import wait_until
from services.gateway.subscriptions.upcoming import drafted
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.billing import COMPANY, add_bill_group
from tests.support.fixtures import SuiteFactory

View = dict[str, Any]

STAFF = Principal(PrincipalKind.STAFF, "staff-1")
SHOWN = ("currency", "buyer", "seller", "lines", "discounts", "taxes", "net_total", "tax_total", "total")
# Days that the longest period of a unit has.
PLANS_TRIAL = 7
DAYS = {"day": 1, "week": 7, "month": 31}


@pytest.fixture(scope="module")
def client(suite: SuiteFactory) -> Iterator[RpcClient]:
    """All services, for a merchant in Germany."""
    client = RpcClient(suite(*SERVICES).settings["AMQP_URI"], CONTRACTS)
    client.customers.set_merchant(Context(principal=STAFF), company=COMPANY, key=new_id())
    yield client
    client.close()


discounts = st.fixed_dictionaries(
    {"names": st.just({"en": "Welcome"}), "periods": st.none() | st.integers(1, 4)},
).flatmap(
    lambda discount: st.one_of(
        st.integers(0, 9999).map(lambda hundredths: {**discount, "percent": f"{hundredths / 100:.2f}"}),
        st.integers(0, 5000).map(lambda amount: {**discount, "amount": amount}),
    )
)


@settings(
    max_examples=15,
    deadline=None,
    # Making each smaller case would take minutes.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    unit=st.sampled_from(sorted(DAYS)),
    count=st.integers(1, 3),
    unit_amount=st.integers(0, 99_999),
    setup_fee=st.integers(0, 9_999),
    tax_code=st.sampled_from(["standard", "reduced"]),
    quantity=st.integers(1, 40),
    trial_days=st.none() | st.integers(0, 20),
    starts_in=st.none() | st.integers(0, 10),
    hour=st.integers(0, 23),
    discount=st.none() | discounts,
)
def test_the_first_invoices_are_made_as_shown(
    client: RpcClient,
    unit: str,
    count: int,
    unit_amount: int,
    setup_fee: int,
    tax_code: str,
    quantity: int,
    trial_days: int | None,
    starts_in: int | None,
    hour: int,
    discount: View | None,
) -> None:
    periods = max(3, ((discount or {}).get("periods") or 0) + 1)
    waits = (PLANS_TRIAL if trial_days is None else trial_days) + (0 if starts_in is None else 1 + starts_in)
    # So long ago that all that is shown has come by today.
    day = datetime.now(UTC).date() - timedelta(days=2 + waits + periods * count * DAYS[unit])
    then = Context(
        principal=STAFF, chosen_now=datetime.combine(day, time(hour, 30), UTC), request_id=new_id()
    )
    group, plan = new_handle("bg"), new_handle("plan")
    add_bill_group(client, group, new_handle("cust"))
    product = client.subscriptions.create_product(then, names={"en": "Workshop"}, key=new_id())["product"]
    client.subscriptions.create_plan(
        then,
        plan=plan,
        product=product,
        names={"en": "Plan"},
        interval={"unit": unit, "count": count},
        prices=[{"currency": "EUR", "unit_amount": unit_amount, "setup_fee": setup_fee}],
        trial_days=PLANS_TRIAL,
        minimum_term_months=3,
        tax_code=tax_code,
        key=new_id(),
    )
    wanted: View = {"bill_group": group, "plan": plan, "quantity": quantity, "trial_days": trial_days}
    if starts_in is not None:
        wanted["starts_on"] = (day + timedelta(days=1 + starts_in)).isoformat()
    if discount is not None:
        wanted["discount"] = discount
    shown = client.subscriptions.preview_subscription(then, **wanted)
    assert len(shown["bills"]) == periods
    begun = client.subscriptions.create_subscription(
        then, **wanted, fingerprint=shown["fingerprint"], key=new_id()
    )
    subscription = begun["subscription"]
    previews = [
        client.invoices.preview_invoice(
            then,
            bill_group=group,
            lines=[drafted(line, subscription) for line in bill["lines"]],
            currency=bill["currency"],
        )
        for bill in shown["bills"]
    ]
    # The price goes up at once: what has begun keeps its own.
    client.subscriptions.change_plan(
        then, plan=plan, prices=[{"currency": "EUR", "unit_amount": unit_amount + 1}], key=new_id()
    )

    def issued() -> list[View]:
        """The invoices that there are, by the first day of what each is for: events come in any order."""
        asked = {"bill_group": group, "subscription": subscription, "limit": 100}
        found = [each for each in client.invoices.list_invoices(then, **asked)["items"] if each["number"]]
        invoices = [
            client.invoices.get_invoice(then, bill_group=group, invoice=each["invoice"]) for each in found
        ]
        return sorted(invoices, key=first_day)

    days = [bill["on"] for bill in shown["bills"]]
    wait_until(
        lambda: set(days) <= {first_day(each) for each in issued()}, timeout=60, what="the first invoices"
    )
    invoices = issued()[:periods]
    assert [first_day(invoice) for invoice in invoices] == days
    for invoice, preview, bill in zip(invoices, previews, shown["bills"], strict=True):
        assert {name: invoice[name] for name in SHOWN} == {name: preview[name] for name in SHOWN}
        assert invoice["net_total"] == bill["net"]
    kept = client.subscriptions.get_subscription(then, bill_group=group, subscription=subscription)
    assert (kept["unit_amount"], kept["plan_version"]) == (unit_amount, shown["plan_version"])


def first_day(invoice: View) -> str:
    """The first day of the period that an invoice is for."""
    start: str = invoice["lines"][0]["period"]["start"]
    return start
