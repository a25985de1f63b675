"""The use cases' own decisions: who asks, what is asked of others, and what the billing run does with trouble."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.subscriptions.domain.asking import Action
from services.subscriptions.domain.subscription import Side
from services.subscriptions.outside import BillGroup, OtherServices, Owners
from services.subscriptions.repository import Due
from services.subscriptions.usecases.askers import asker_of
from services.subscriptions.usecases.run import BATCH, PUT_OFF, BillingRun
from shared.kernel.access import require_merchant_side
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.storage import Outcome
from shared.storage.errors import STORE_AWAY
from tests.unit.subscriptions import make

DAY_AFTER = datetime(2026, 8, 1, 12, tzinfo=UTC)
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"))


class FakeClock:
    def now(self) -> datetime:
        return DAY_AFTER


class FakeSubscriptions:
    """Subscriptions in memory, with the two faces that the billing run sees. ``broken`` can't be handled."""

    def __init__(self, *subscriptions, broken=()):
        self.kept = {each.handle: each for each in subscriptions}
        self.put_off_until = {}
        self.billed = []
        self.aggregates = self
        self._broken = dict(broken)

    def due(self, now, *, limit):
        found = []
        for each in self.kept.values():
            day = each.next_step_on
            if each.handle not in self.put_off_until and day and day <= each.today(now):
                found.append(Due(each.handle, each.bill_group, now))
        return found[:limit]

    def put_off(self, due, until):
        self.put_off_until[due.handle] = until

    def change(self, handle, *, bill_group, context, decide):
        if handle in self._broken:
            raise self._broken[handle]
        outcome: Outcome = decide(self.kept[handle])
        self.kept[handle] = outcome.value
        self.billed += [(handle, happening.data["period"]["start"]) for happening in outcome.happenings]


class FakeOutside:
    def __init__(self, switched_off=()):
        self._switched_off = frozenset(switched_off)

    def switched_off(self, context):
        return self._switched_off

    def bill_group(self, context, bill_group):
        if bill_group != "bg-1":
            raise NotFound
        return BillGroup("cust-1", "EUR", "Europe/Berlin")

    def find_customers(self, context, text, *, most):
        return Owners(("cust-1",), more=False)

    def check_payment_method(self, context, bill_group, payment_method):
        if (bill_group, payment_method) != ("bg-1", "pm-1"):
            raise DomainError("unknown_payment_method")


def test_the_run_makes_up_all_that_is_due():
    kept = FakeSubscriptions(make.subscription(), make.subscription(handle="sub-2"))
    BillingRun(kept, FakeClock()).take_due_steps()
    assert len(kept.billed) == len(set(kept.billed)) == 8
    assert kept.due(DAY_AFTER, limit=1) == []


def test_the_run_stops_after_a_batch_and_goes_on_the_next_time():
    kept = FakeSubscriptions(*(make.subscription(handle=f"sub-{number}") for number in range(BATCH + 1)))
    run = BillingRun(kept, FakeClock())
    assert run.take_due_steps() == BATCH
    while run.take_due_steps():
        pass
    assert len(kept.billed) == len(set(kept.billed)) == 4 * (BATCH + 1)


def test_what_was_found_is_worked_off_before_anybody_looks_again():
    class Counted(FakeSubscriptions):
        looked = 0

        def due(self, now, *, limit):
            self.looked += 1
            return super().due(now, limit=limit)

    kept = Counted(*(make.subscription(handle=f"sub-{number}") for number in range(2 * BATCH)))
    run = BillingRun(kept, FakeClock())
    assert [run.take_due_steps() for _ in range(9)] == [BATCH] * 8 + [0]
    # Four periods of each are due, and each time all of them are found.
    assert kept.looked == 5


def test_what_another_did_meanwhile_is_left_alone():
    kept = FakeSubscriptions(*(make.subscription(handle=f"sub-{number}") for number in range(BATCH + 1)))
    slow = BillingRun(kept, FakeClock())
    slow.take_due_steps()
    other = BillingRun(kept, FakeClock())
    while other.take_due_steps():
        pass
    assert slow.take_due_steps() == 1
    assert len(kept.billed) == len(set(kept.billed)) == 4 * (BATCH + 1)


def test_one_that_cannot_be_handled_is_put_off_and_the_others_go_on():
    broken = {"sub-1": ValueError("unreadable")}
    kept = FakeSubscriptions(make.subscription(), make.subscription(handle="sub-2"), broken=broken)
    BillingRun(kept, FakeClock()).take_due_steps()
    assert kept.put_off_until == {"sub-1": DAY_AFTER + PUT_OFF}
    assert {handle for handle, _ in kept.billed} == {"sub-2"}


def test_a_store_that_is_away_ends_the_run_for_now():
    kept = FakeSubscriptions(make.subscription(), broken={"sub-1": STORE_AWAY[0]("away")})
    with pytest.raises(STORE_AWAY):
        BillingRun(kept, FakeClock()).take_due_steps()
    assert kept.put_off_until == {}


def test_customers_are_asked_about_with_their_switches():
    asker = asker_of(CUSTOMER, FakeOutside([Action.PAUSE]))
    assert (asker.side, asker.switched_off) == (Side.CUSTOMER, {Action.PAUSE})


@pytest.mark.parametrize("kind", [PrincipalKind.STAFF, PrincipalKind.API_KEY, PrincipalKind.SYSTEM])
def test_switches_are_not_for_the_merchants_side(kind):
    asker = asker_of(Context(principal=Principal(kind, "x")), FakeOutside([Action.PAUSE]))
    assert (asker.side, asker.switched_off) == (Side.MERCHANT, frozenset())


def test_who_is_nobody_may_nothing():
    with pytest.raises(DomainError, match="not_allowed"):
        asker_of(Context(principal=ANONYMOUS), FakeOutside())
    with pytest.raises(DomainError, match="not_allowed"):
        require_merchant_side(CUSTOMER)
    require_merchant_side(STAFF)


class FakeCalls:
    """The RPC client, with a customers and a payments service that answer at once."""

    def __init__(self, *, pause, cancel):
        self.asked = 0
        self.customers = self.payments = self
        self._merchant = {"customers_pause": pause, "customers_cancel": cancel}

    def get_merchant(self, context):
        self.asked += 1
        return self._merchant

    def get_bill_group(self, context, *, bill_group):
        number = bill_group.removeprefix("bg-")
        return {"customer": f"cust-{number}", "currency": "GBP", "time_zone": "Europe/London", "version": 3}

    def list_payment_methods(self, context, *, bill_group):
        states = [
            ("active", "ok"),
            ("active", "soon"),
            ("failed", "ok"),
            ("pending", "ok"),
            ("active", "expired"),
        ]
        return {
            "items": [
                {"payment_method": f"pm-{number}", "status": status, "expiry_state": expiry}
                for number, (status, expiry) in enumerate(states, start=1)
            ]
        }


def test_the_merchants_switches_are_asked_for_once_a_second():
    time = [100.0]
    calls = FakeCalls(pause=False, cancel=True)
    others = OtherServices(calls, clock=lambda: time[0])
    for passed in (0.0, 0.9, 0.2):
        time[0] += passed
        assert others.switched_off(CUSTOMER) == {Action.PAUSE}
    assert calls.asked == 2


def test_only_payment_methods_that_can_be_charged_can_be_chosen():
    others = OtherServices(FakeCalls(pause=True, cancel=True))
    for usable in ("pm-1", "pm-2"):
        others.check_payment_method(CUSTOMER, "bg-1", usable)
    for unusable in ("pm-3", "pm-4", "pm-5", "pm-6"):
        with pytest.raises(DomainError, match="unknown_payment_method"):
            others.check_payment_method(CUSTOMER, "bg-1", unusable)


def test_currency_and_time_zone_are_the_bill_groups():
    others = OtherServices(FakeCalls(pause=True, cancel=True))
    assert others.bill_group(STAFF, "bg-7") == BillGroup("cust-7", "GBP", "Europe/London")
