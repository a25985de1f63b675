from dataclasses import asdict, replace
from typing import Any

import pytest

from services.customers.usecases import UseCases
from shared.contracts.customers import contract
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound, Stale
from shared.kernel.happening import IdempotencyKey
from tests.unit.customers.examples import BERLIN, JANE, bill_group, customer
from tests.unit.customers.fakes import FakeBillGroups, FakeCustomers, FakeMerchantAccount, FakeTimeline

KEY = IdempotencyKey("some-key", "hash", "method")
SYSTEM = Context(principal=system("demo"))
JANE_HERSELF = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))


class Service:
    """The use cases over repositories in memory, with one customer in them."""

    def __init__(self) -> None:
        self.merchant = FakeMerchantAccount()
        self.customers = FakeCustomers()
        self.bill_groups = FakeBillGroups()
        self.timeline = FakeTimeline()
        self.customers.add(customer())
        self.bill_groups.add(bill_group())
        self.use = UseCases(self.merchant, self.customers, self.bill_groups, self.timeline)  # type: ignore[arg-type]

    def set_merchant(self, context: Context = SYSTEM, **settings: Any) -> Any:
        request = {"key": KEY.value, "company": {"name": "Acme", "address": {"country": "DE"}}, **settings}
        loaded = contract.methods["set_merchant"].request().load(request)
        return self.use.set_merchant(context, **{**loaded, "key": KEY})

    def import_customer(self, context: Context = SYSTEM, key: IdempotencyKey = KEY, **more: Any) -> Any:
        contact = asdict(JANE)
        request = {
            "key": key.value,
            "customer": "cust-2",
            "created_at": "2026-01-01T00:00:00+00:00",
            "name": "Roe",
            "bill_groups": [{"bill_group": "bg-2", "currency": "CHF", "contacts": {"billing": contact}}],
            **more,
        }
        loaded = contract.methods["import_customer"].request().load(request)
        return self.use.import_customer(context, **{**loaded, "key": key})

    def change_contact(self, context: Context = JANE_HERSELF, *, version: int = 1, **fields: Any) -> Any:
        return self.use.change_contact(
            context,
            bill_group="bg-1",
            role="billing",
            contact={**asdict(JANE), **fields},
            version=version,
            key=KEY,
        )


@pytest.fixture
def service() -> Service:
    return Service()


def test_a_customer_changes_a_contact(service: Service) -> None:
    view = service.change_contact(name="Jane Doe")
    assert view == service.use.get_bill_group("bg-1")
    assert view["version"] == 2
    assert view["contacts"]["billing"]["name"] == "Jane Doe"
    assert [each.type for each in service.bill_groups.aggregates.happenings] == ["contact_changed"]


def test_a_change_of_an_old_version_is_told_what_there_is_now(service: Service) -> None:
    service.change_contact(name="Jane Doe")
    with pytest.raises(Stale) as refused:
        service.change_contact(version=1, name="J. Roe")
    assert refused.value.params["current"] == service.use.get_bill_group("bg-1")


def test_customers_change_nothing_where_the_merchant_says_so(service: Service) -> None:
    service.set_merchant(customers_edit=False)
    with pytest.raises(DomainError, match="not_allowed"):
        service.change_contact()
    assert service.change_contact(SYSTEM, name="Jane Doe")["version"] == 2


def test_nobody_changes_or_imports_without_a_name(service: Service) -> None:
    anonymous = Context(principal=ANONYMOUS)
    for refused in (service.change_contact, service.import_customer, service.set_merchant):
        with pytest.raises(DomainError, match="not_allowed"):
            refused(anonymous)
    for refused in (service.import_customer, service.set_merchant):
        with pytest.raises(DomainError, match="not_allowed"):
            refused(JANE_HERSELF)


def test_a_shipping_contact_comes_and_goes(service: Service) -> None:
    change = {"bill_group": "bg-1", "key": KEY}
    contact = asdict(replace(JANE, name="Depot", email=""))
    there = service.use.change_contact(JANE_HERSELF, role="shipping", contact=contact, version=1, **change)
    assert there is not None
    assert there["contacts"]["shipping"]["name"] == "Depot"
    gone = service.use.remove_shipping_contact(JANE_HERSELF, version=2, **change)
    assert gone is not None
    assert gone["contacts"]["shipping"] is None


@pytest.mark.parametrize("role", ["billing", "shipping"])
def test_nobody_captures_another_customers_sign_in(service: Service, role: str) -> None:
    # Mallory is the customer created last, who would come first with a shared address.
    service.import_customer(
        bill_groups=[
            {
                "bill_group": "bg-2",
                "currency": "CHF",
                "contacts": {"billing": asdict(replace(JANE, email="mallory@evil.example"))},
            }
        ]
    )
    mallory = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-2"))
    view = service.use.change_contact(
        mallory, bill_group="bg-2", role=role, contact=asdict(JANE), version=1, key=KEY
    )
    assert view is not None
    assert view["contacts"][role]["email"] == JANE.email
    [item] = service.use.find_sign_ins(JANE.email)["items"]
    assert item["bill_group"] == "bg-1"


def test_the_merchant_may_give_two_customers_one_address(service: Service) -> None:
    service.import_customer()
    service.change_contact(SYSTEM, email="other@roe.example")
    service.change_contact(SYSTEM, version=2, email=JANE.email)
    found = service.use.find_sign_ins(JANE.email)["items"]
    assert [item["bill_group"] for item in found] == ["bg-2", "bg-1"]


def test_numbers(service: Service) -> None:
    numbers = {"po_number": "7", "vat_number": "136695976", "registration_number": "HRB 1"}
    view = service.use.change_numbers(JANE_HERSELF, bill_group="bg-1", version=1, key=KEY, **numbers)
    assert view is not None
    assert view["vat_number"] == "DE136695976"


def test_views_fit_their_contract(service: Service) -> None:
    replies = {
        "get_bill_group": service.use.get_bill_group("bg-1"),
        "get_merchant": service.set_merchant(),
        "find_sign_ins": service.use.find_sign_ins(JANE.email),
    }
    for method, view in replies.items():
        schema = contract.methods[method].reply()
        schema.load(schema.dump(view))


def test_an_unknown_bill_group(service: Service) -> None:
    with pytest.raises(NotFound):
        service.use.get_bill_group("bg-9")


def test_sign_ins_follow_the_merchants_default(service: Service) -> None:
    [item] = service.use.find_sign_ins("Jane@ROE.example")["items"]
    assert (item["bill_group"], item["email"], item["access"]) == ("bg-1", "jane@roe.example", "on")
    service.set_merchant(default_access="off")
    [item] = service.use.find_sign_ins("Jane@ROE.example")["items"]
    assert item["access"] == "off"
    assert service.use.find_sign_ins("nobody@roe.example") == {"items": []}


def test_the_merchant_is_changed_from_the_version_that_was_seen(service: Service) -> None:
    assert service.use.get_merchant()["version"] == 1
    assert service.set_merchant(version=1, accent="#aa0000")["version"] == 2
    with pytest.raises(Stale):
        service.set_merchant(version=1)
    assert service.set_merchant()["accent"] == "#1f5f8b"


def test_an_import_tells_of_the_customer_and_each_bill_group(service: Service) -> None:
    assert service.import_customer() == {"customer": "cust-2", "bill_groups": ["bg-2"]}
    told = service.customers.aggregates.happenings + service.bill_groups.aggregates.happenings
    assert [each.type for each in told] == ["customer_created", "bill_group_created"]
    for each in told:
        assert contract.events[each.type].data().validate(each.data) == {}


def test_an_import_again_answers_the_same_and_completes_what_is_missing(service: Service) -> None:
    first = service.import_customer()
    del service.bill_groups.aggregates.stored["bg-2"]
    assert service.import_customer() == first
    assert service.use.get_bill_group("bg-2")["currency"] == "CHF"


def test_another_customer_under_the_same_handle_is_refused(service: Service) -> None:
    service.import_customer()
    with pytest.raises(DomainError, match="already_exists"):
        service.import_customer(key=IdempotencyKey("other-key", "other hash"), name="Someone else")


def test_a_bill_group_of_somebody_else_is_refused(service: Service) -> None:
    theirs = {"bill_group": "bg-1", "currency": "EUR", "contacts": {"billing": asdict(JANE)}}
    with pytest.raises(DomainError, match="already_exists") as refused:
        service.import_customer(bill_groups=[theirs])
    assert refused.value.params == {"handle": "bg-1"}


def test_an_import_is_checked_like_a_change(service: Service) -> None:
    contact = asdict(replace(JANE, address=replace(BERLIN, postal_code="x")))
    group = {"bill_group": "bg-2", "currency": "EUR", "contacts": {"billing": contact}}
    with pytest.raises(DomainError, match="invalid_customer"):
        service.import_customer(bill_groups=[group])
    assert "cust-2" not in service.customers.aggregates.stored
