"""Setting who may enter the portal by default."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from services.customers import documents, views
from services.customers.domain.customers import Access
from services.customers.domain.default_access import OF_OLD, DefaultAccess, Entered
from services.customers.usecases.access import DefaultAccessDesk
from services.customers.usecases.merchant import MerchantSettings
from shared.contracts.customers import contract
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.storage import Stored
from tests.unit.customers.examples import BERLIN, bill_group, customer
from tests.unit.customers.fakes import FakeCustomers, FakeMerchantAccount

STAFF = Context(principal=system("tests"))
KEY = IdempotencyKey("key-of-a-test", "", "")


class World:
    """The settings over fakes, with three customers, of whom two follow the default."""

    def __init__(self) -> None:
        self.merchant, self.customers = FakeMerchantAccount(), FakeCustomers()
        for number, access in enumerate((Access.DEFAULT, Access.DEFAULT, Access.ON)):
            self.enter(f"cust-{number}", access)
        stored: Any = (self.merchant, self.customers)
        self.settings = DefaultAccessDesk(*stored)

    def enter(self, handle: str, access: Access = Access.DEFAULT) -> None:
        entered = self.merchant.get().value.defaults.entering
        self.customers.add(replace(customer(handle, access=access), entered=entered))

    def set(self, access: str, reach: str) -> int:
        answer = self.settings.set_default_access(STAFF, access=access, reach=reach, key=KEY)
        assert answer is not None
        schema = contract.methods["set_default_access"].reply()
        schema.load(schema.dump(answer))
        changed: int = answer["changed"]
        return changed

    def preview(self, access: str) -> tuple[str, int, int]:
        found = self.settings.preview_default_access(STAFF, access=access)
        return found["present"], found["following"], found["changing"]

    def who_is_in(self) -> list[str]:
        defaults = self.merchant.get().value.defaults
        stored = self.customers.aggregates.stored
        return [handle for handle in sorted(stored) if stored[handle].value.may_enter(defaults)]

    @property
    def told(self) -> list[list[str]]:
        return [each.data["fields_changed"] for each in self.merchant.aggregates.happenings]


@pytest.fixture
def world() -> World:
    return World()


def test_for_future_customers_only(world: World) -> None:
    assert world.set("off", "future") == 0
    world.enter("cust-new")
    assert world.who_is_in() == ["cust-0", "cust-1", "cust-2"]
    assert world.told == [["default_access"]]


def test_for_all_who_follow_it_with_their_number_before_and_after(world: World) -> None:
    assert world.preview("off") == ("on", 2, 2)
    assert world.set("off", "all") == 2
    assert world.who_is_in() == ["cust-2"]
    assert world.preview("off") == ("off", 2, 0)
    assert world.told == [["default_access", "access_of_all"]]


def test_one_default_for_all_after_different_ones_touches_those_for_whom_it_differs(world: World) -> None:
    world.set("off", "future")
    world.enter("cust-new")
    assert world.preview("on") == ("off", 3, 1)
    assert world.preview("off") == ("off", 3, 2)
    assert world.set("off", "all") == 2
    assert world.who_is_in() == ["cust-2"]
    assert world.told[-1] == ["access_of_all"]


def test_the_portal_without_a_contract_is_a_setting_beside_it(world: World) -> None:
    world.set("off", "all")
    settings: Any = MerchantSettings(world.merchant)  # type: ignore[arg-type]
    asked = {"version": None, "key": KEY, "portal_without_contract": "closed"}
    answer = settings.set_group(STAFF, "access", **asked)
    assert (answer["portal_without_contract"], answer["default_access"]) == ("closed", "off")
    assert world.told[-1] == ["portal_without_contract"]


def test_setting_the_whole_merchant_with_another_default_holds_for_all(world: World) -> None:
    world.set("off", "future")
    settings: Any = MerchantSettings(world.merchant)  # type: ignore[arg-type]
    company = {**asdict(world.merchant.get().value.company), "name": "Acme", "address": asdict(BERLIN)}
    settings.set_merchant(STAFF, company=company, default_access="off", version=None, key=KEY)
    assert world.who_is_in() == ["cust-0", "cust-1", "cust-2"]
    settings.set_merchant(STAFF, company=company, default_access="on", version=None, key=KEY)
    settings.set_merchant(STAFF, company=company, default_access="off", version=None, key=KEY)
    assert world.who_is_in() == ["cust-2"]


def test_customers_may_not(world: World) -> None:
    customer_ = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
    with pytest.raises(DomainError, match="not_allowed"):
        world.settings.preview_default_access(customer_, access="on")
    with pytest.raises(DomainError, match="not_allowed"):
        world.settings.set_default_access(customer_, access="off", reach="all", key=KEY)


@pytest.mark.parametrize(
    "access, entered, defaults, access_now",
    [
        (Access.DEFAULT, Entered(0, False), DefaultAccess(), "off"),
        (Access.DEFAULT, Entered(0, False), DefaultAccess(epoch=1), "on"),
        (Access.DEFAULT, OF_OLD, DefaultAccess(for_older=False), "off"),
        (Access.ON, Entered(0, False), DefaultAccess(for_older=False), "on"),
        (Access.OFF, Entered(0, True), DefaultAccess(), "off"),
    ],
)
def test_the_list_of_customers_tells_who_gets_in(
    access: Access, entered: Entered, defaults: DefaultAccess, access_now: str
) -> None:
    listed = documents.listed(
        Stored("cust-1", replace(customer(access=access), entered=entered), 1),
        [Stored("bg-1", bill_group(), 1)],
    )
    assert views.of_listed(listed, defaults)["access_now"] == access_now
    # What an older version has listed remembers nothing.
    older = {name: value for name, value in listed.items() if not name.startswith("default_")}
    expected = defaults.lets_in(OF_OLD) if access is Access.DEFAULT else access is Access.ON
    assert views.of_listed(older, defaults)["access_now"] == ("on" if expected else "off")
