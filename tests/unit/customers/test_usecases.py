from dataclasses import asdict, replace
from typing import Any

import pytest

from services.customers.links import Links
from services.customers.usecases.bill_groups import BillGroupDesk
from services.customers.usecases.changing import Changing
from services.customers.usecases.customers import People
from services.customers.usecases.emails import EmailChanges
from services.customers.usecases.listing import Listing
from services.customers.usecases.merchant import MerchantSettings
from services.customers.usecases.timeline import History
from shared.contracts.customers import contract
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound, Stale
from shared.kernel.happening import IdempotencyKey
from tests.unit.customers.examples import BERLIN, JANE, bill_group, customer
from tests.unit.customers.fakes import (
    FakeBillGroups,
    FakeCustomers,
    FakeDirectory,
    FakeMerchantAccount,
    FakeNotes,
    FakeVatNumbers,
    ManualClock,
)

KEY = IdempotencyKey("some-key", "hash", "method")
SYSTEM = Context(principal=system("demo"))
API_KEY = Context(principal=Principal(PrincipalKind.API_KEY, "key-1"))
OTHER_API_KEY = Context(principal=Principal(PrincipalKind.API_KEY, "key-2"))
GROUP = {"currency": "CHF", "contacts": {"billing": asdict(JANE)}}
JANE_HERSELF = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))


class Service:
    """The use cases over repositories in memory, with one customer in them."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.account = FakeMerchantAccount()
        self.customers = FakeCustomers()
        self.groups = FakeBillGroups()
        self.directory = FakeDirectory()
        self.notes = FakeNotes()
        self.customers.add(customer())
        self.groups.add(bill_group())
        parts: Any = (self.account, self.customers, self.groups)
        self.listing = Listing(*parts[1:], self.directory)  # type: ignore[arg-type]
        self.merchant = MerchantSettings(parts[0])
        self.people = People(*parts, self.directory, self.listing)  # type: ignore[arg-type]
        self.vat_numbers = FakeVatNumbers()
        changing = self.changing = Changing(*parts, self.vat_numbers, self.listing)  # type: ignore[arg-type]
        links = Links(b"s" * 32, self.clock)
        known: Any = self.vat_numbers
        self.bill_groups = BillGroupDesk(*parts, known, self.listing, changing, links)
        groups: Any = self.groups
        self.emails = EmailChanges(groups, changing, self.listing, links)
        self.history = History(self.customers, self.groups, None, self.notes)  # type: ignore[arg-type]

    @property
    def told(self) -> list[str]:
        """The types of all that happened, to customers first."""
        happenings = self.customers.aggregates.happenings + self.groups.aggregates.happenings
        for each in happenings:
            assert contract.events[each.type].data().validate(each.data) == {}
        return [each.type for each in happenings]

    def set_merchant(self, context: Context = SYSTEM, **settings: Any) -> Any:
        company = {"name": "Acme", "address": asdict(BERLIN)}
        asked = load("set_merchant", company=company, **settings)
        return self.merchant.set_merchant(context, **{**asked, "key": KEY})

    def import_customer(self, context: Context = SYSTEM, key: IdempotencyKey = KEY, **more: Any) -> Any:
        asked = {
            "customer": "cust-2",
            "created_at": "2026-01-01T00:00:00+00:00",
            "name": "Roe",
            "bill_groups": [{"bill_group": "bg-2", **GROUP}],
            **more,
        }
        return self.people.import_customer(context, **{**load("import_customer", **asked), "key": key})

    def create_customer(self, context: Context = API_KEY, key: IdempotencyKey = KEY, **more: Any) -> Any:
        asked = load("create_customer", **{"name": "Roe", **more})
        return self.people.create_customer(context, **{**asked, "key": key})

    def change_customer(self, context: Context = API_KEY, **more: Any) -> Any:
        asked = load("change_customer", **{"customer": "cust-1", **more})
        return self.people.change_customer(context, **{**asked, "key": KEY})

    def create_bill_group(self, context: Context = API_KEY, key: IdempotencyKey = KEY, **more: Any) -> Any:
        asked = load("create_bill_group", **{"customer": "cust-1", **GROUP, **more})
        return self.bill_groups.create_bill_group(context, **{**asked, "key": key})

    def change_bill_group(self, context: Context = API_KEY, **more: Any) -> Any:
        asked = load("change_bill_group", **{"bill_group": "bg-1", **more})
        return self.bill_groups.change_bill_group(context, **{**asked, "key": KEY})

    def change_contact(self, context: Context = JANE_HERSELF, *, version: int = 1, **fields: Any) -> Any:
        return self.bill_groups.change_contact(
            context,
            bill_group="bg-1",
            role="billing",
            contact={**asdict(JANE), **fields},
            version=version,
            key=KEY,
        )

    def change_preferences(self, context: Context = JANE_HERSELF, **more: Any) -> Any:
        asked = load("change_preferences", **{"bill_group": "bg-1", "role": "billing", **more})
        return self.bill_groups.change_preferences(context, **{**asked, "key": KEY})

    def add_note(self, context: Context = API_KEY, **more: Any) -> Any:
        asked = {"bill_group": "bg-1", "text": " Call them\nfirst. ", **more}
        return self.history.add_note(context, **{**load("add_note", **asked), "key": KEY})


def load(method: str, **asked: Any) -> dict[str, Any]:
    """``asked`` as the service gets it."""
    loaded: dict[str, Any] = contract.methods[method].request().load({**asked, "key": KEY.value})
    return loaded


def load_page(method: str) -> dict[str, Any]:
    """A request for the first page."""
    loaded: dict[str, Any] = contract.methods[method].request().load({})
    return loaded


@pytest.fixture
def service() -> Service:
    return Service()


def test_a_customer_changes_a_contact(service: Service) -> None:
    view = service.change_contact(name="Jane Doe")
    assert view == service.bill_groups.get_bill_group("bg-1")
    assert view["version"] == 2
    assert view["contacts"]["billing"]["name"] == "Jane Doe"
    assert service.told == ["contact_changed"]


def test_a_change_of_an_old_version_is_told_what_there_is_now(service: Service) -> None:
    service.change_contact(name="Jane Doe")
    with pytest.raises(Stale) as refused:
        service.change_contact(version=1, name="J. Roe")
    assert refused.value.params["current"] == service.bill_groups.get_bill_group("bg-1")


def test_customers_change_nothing_where_the_merchant_says_so(service: Service) -> None:
    service.set_merchant(customers_edit=False)
    with pytest.raises(DomainError, match="switched_off"):
        service.change_contact()
    assert service.change_contact(SYSTEM, name="Jane Doe")["version"] == 2


def test_nobody_changes_or_imports_without_a_name(service: Service) -> None:
    anonymous = Context(principal=ANONYMOUS)
    for_the_merchant = (
        service.set_merchant,
        service.import_customer,
        service.create_customer,
        service.change_customer,
        service.create_bill_group,
        service.change_bill_group,
        service.add_note,
        lambda context: service.people.find_customers(context, **load_page("find_customers")),
        lambda context: service.people.get_customer(context, customer="cust-1"),
        lambda context: service.bill_groups.find_bill_groups(context, **load_page("find_bill_groups")),
    )
    for refused in (service.change_contact, service.change_preferences, *for_the_merchant):
        with pytest.raises(DomainError, match="not_allowed"):
            refused(anonymous)
    for refused in for_the_merchant:
        with pytest.raises(DomainError, match="not_allowed"):
            refused(JANE_HERSELF)


def test_a_shipping_contact_comes_and_goes(service: Service) -> None:
    change = {"bill_group": "bg-1", "key": KEY}
    contact = asdict(replace(JANE, name="Depot", email=""))
    there = service.bill_groups.change_contact(
        JANE_HERSELF, role="shipping", contact=contact, version=1, **change
    )
    assert there is not None
    assert there["contacts"]["shipping"]["name"] == "Depot"
    gone = service.bill_groups.remove_shipping_contact(JANE_HERSELF, version=2, **change)
    assert gone is not None
    assert gone["contacts"]["shipping"] is None


def test_nobody_captures_another_customers_sign_in(service: Service) -> None:
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
    view = service.bill_groups.change_contact(
        mallory, bill_group="bg-2", role="shipping", contact=asdict(JANE), version=1, key=KEY
    )
    assert view is not None
    assert view["contacts"]["shipping"]["email"] == JANE.email
    [item] = service.people.find_sign_ins(email=JANE.email)["items"]
    assert item["bill_group"] == "bg-1"


def test_the_merchant_may_give_two_customers_one_address(service: Service) -> None:
    service.import_customer()
    service.change_contact(SYSTEM, email="other@roe.example")
    service.change_contact(SYSTEM, version=2, email=JANE.email)
    found = service.people.find_sign_ins(email=JANE.email)["items"]
    assert [item["bill_group"] for item in found] == ["bg-2", "bg-1"]


def test_numbers(service: Service) -> None:
    numbers = {"po_number": "7", "vat_number": "136695976", "registration_number": "HRB 1"}
    view = service.bill_groups.change_numbers(JANE_HERSELF, bill_group="bg-1", version=1, key=KEY, **numbers)
    assert view is not None
    assert view["vat_number"] == "DE136695976"


def test_views_fit_their_contract(service: Service) -> None:
    replies = {
        "get_bill_group": service.bill_groups.get_bill_group("bg-1"),
        "get_merchant": service.set_merchant(),
        "find_sign_ins": service.people.find_sign_ins(email=JANE.email),
        "get_customer": service.people.get_customer(API_KEY, customer="cust-1"),
        "create_customer": service.create_customer(),
        "create_bill_group": service.create_bill_group(),
        "add_note": service.add_note(),
    }
    for method, view in replies.items():
        schema = contract.methods[method].reply()
        schema.load(schema.dump(view))


def test_an_unknown_bill_group(service: Service) -> None:
    with pytest.raises(NotFound):
        service.bill_groups.get_bill_group("bg-9")


def test_sign_ins_follow_the_merchants_default(service: Service) -> None:
    [item] = service.people.find_sign_ins(email="Jane@ROE.example")["items"]
    assert (item["bill_group"], item["email"], item["access"]) == ("bg-1", "jane@roe.example", "on")
    service.set_merchant(default_access="off")
    [item] = service.people.find_sign_ins(email="Jane@ROE.example")["items"]
    assert item["access"] == "off"
    assert service.people.find_sign_ins(email="nobody@roe.example") == {"items": []}


def test_ways_in_of_a_customer_and_of_an_address_that_a_rule_admits(service: Service) -> None:
    service.import_customer()
    [own] = service.people.find_sign_ins(customer="cust-2")["items"]
    assert (own["bill_group"], own["contact_role"]) == ("bg-2", "billing")
    found = service.people.find_sign_ins(email="max@guest.example", bill_groups=["bg-1", "bg-9"])["items"]
    [guest] = found
    assert (guest["bill_group"], guest["contact_role"]) == ("bg-1", "guest")
    assert (guest["email"], guest["name"]) == ("max@guest.example", "")
    schema = contract.methods["find_sign_ins"].reply()
    schema.load(schema.dump({"items": found}))


def test_ways_in_are_asked_for_by_something() -> None:
    request = contract.methods["find_sign_ins"].request()
    assert request.validate({"email": JANE.email}) == {}
    assert request.validate({"customer": "cust-1"}) == {}
    assert request.validate({"bill_groups": ["bg-1"]}) == {}
    assert request.validate({})


def test_the_merchant_is_changed_from_the_version_that_was_seen(service: Service) -> None:
    assert service.merchant.get_merchant()["version"] == 1
    assert service.set_merchant(version=1, accent="#aa0000")["version"] == 2
    with pytest.raises(Stale):
        service.set_merchant(version=1)
    assert service.set_merchant()["accent"] == "#1f5f8b"


def test_an_import_tells_of_the_customer_and_each_bill_group(service: Service) -> None:
    assert service.import_customer() == {"customer": "cust-2", "bill_groups": ["bg-2"]}
    assert service.told == ["customer_created", "bill_group_created"]


def test_an_import_again_answers_the_same_and_completes_what_is_missing(service: Service) -> None:
    first = service.import_customer()
    del service.groups.aggregates.stored["bg-2"]
    assert service.import_customer() == first
    assert service.bill_groups.get_bill_group("bg-2")["currency"] == "CHF"


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


def test_a_new_customer_gets_what_the_merchant_did_not_say(service: Service) -> None:
    service.set_merchant(default_language="fr")
    view = service.create_customer(bill_groups=[GROUP, {**GROUP, "bill_group": "bg-mine", "language": "it"}])
    assert (view["version"], view["name"], view["access"]) == (1, "Roe", "default")
    [made] = set(view["bill_groups"]) - {"bg-mine"}
    assert service.bill_groups.get_bill_group(made)["language"] == "fr"
    assert service.bill_groups.get_bill_group("bg-mine")["language"] == "it"
    assert service.told == ["customer_created", "bill_group_created", "bill_group_created"]
    assert not any(each.data["imported"] for each in service.customers.aggregates.happenings)
    assert service.people.get_customer(API_KEY, customer=view["customer"]) == view


def test_a_customer_may_have_no_bill_group_yet(service: Service) -> None:
    view = service.create_customer(customer="cust-9")
    assert (view["customer"], view["bill_groups"]) == ("cust-9", [])
    service.create_bill_group(customer="cust-9", bill_group="bg-9")
    assert service.people.get_customer(API_KEY, customer="cust-9")["bill_groups"] == ["bg-9"]


def test_a_creation_again_answers_the_same_and_completes_what_is_missing(service: Service) -> None:
    first = service.create_customer(bill_groups=[GROUP])
    [group] = first["bill_groups"]
    del service.groups.aggregates.stored[group]
    assert service.create_customer(bill_groups=[GROUP]) == first
    assert service.bill_groups.get_bill_group(group)["currency"] == "CHF"
    another = service.create_customer(key=IdempotencyKey("another-key", "hash"), bill_groups=[GROUP])
    assert another["customer"] != first["customer"]


def test_nothing_is_made_where_a_handle_is_taken(service: Service) -> None:
    with pytest.raises(DomainError, match="already_exists") as refused:
        service.create_customer(customer="cust-1")
    assert refused.value.params == {"handle": "cust-1"}
    with pytest.raises(DomainError, match="already_exists") as refused:
        service.create_customer(customer="cust-2", bill_groups=[{**GROUP, "bill_group": "bg-1"}])
    assert refused.value.params == {"handle": "bg-1"}
    assert "cust-2" not in service.customers.aggregates.stored
    with pytest.raises(DomainError, match="already_exists"):
        service.create_bill_group(bill_group="bg-1")


def test_a_bill_group_is_made_once_for_one_key(service: Service) -> None:
    first = service.create_bill_group()
    assert service.create_bill_group() == first
    other = service.create_bill_group(key=IdempotencyKey("another-key", "hash"))
    assert other["bill_group"] != first["bill_group"]
    with pytest.raises(NotFound):
        service.create_bill_group(customer="cust-9")


def test_one_key_has_one_effect_whichever_api_key_it_comes_with(service: Service) -> None:
    first = service.create_customer(bill_groups=[GROUP])
    assert service.create_customer(OTHER_API_KEY, bill_groups=[GROUP]) == first
    assert service.create_bill_group() == service.create_bill_group(OTHER_API_KEY)
    assert len(service.customers.aggregates.stored) == 2
    assert len(service.groups.aggregates.stored) == 3


def test_a_bill_group_without_a_customer_hides_nothing(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.groups.add(bill_group("bg-0", of="cust-gone"))
    [item] = service.people.find_sign_ins(email=JANE.email)["items"]
    assert item["bill_group"] == "bg-1"
    listed = service.changing.views([service.groups.get(each) for each in ("bg-0", "bg-1")])
    assert [each["bill_group"] for each in listed] == ["bg-1"]
    assert "bg-0 is of customer cust-gone" in caplog.text
    with pytest.raises(NotFound):
        service.bill_groups.get_bill_group("bg-0")


def test_a_customer_is_changed_from_the_version_that_was_seen(service: Service) -> None:
    view = service.change_customer(name="Roe & Sons", access="off", version=1)
    assert (view["version"], view["name"], view["access"]) == (2, "Roe & Sons", "off")
    assert view == service.people.get_customer(API_KEY, customer="cust-1")
    assert service.told == ["customer_changed", "customer_access_changed"]
    with pytest.raises(Stale) as refused:
        service.change_customer(name="Roe", version=1)
    assert refused.value.params["current"] == view
    assert service.change_customer(name="Roe")["version"] == 3


def test_who_saw_no_version_is_not_refused_because_others_were_quicker(service: Service) -> None:
    for kept in (service.customers, service.groups, service.account):
        kept.aggregates.overtaken = 3
    assert service.change_customer(name="Roe & Sons")["version"] == 5
    assert service.change_bill_group(language="fr")["version"] == 5
    assert service.set_merchant(default_language="fr")["version"] == 5
    service.groups.aggregates.overtaken = 100
    with pytest.raises(DomainError, match="busy"):
        service.change_bill_group(language="it")
    service.groups.aggregates.overtaken = 1
    with pytest.raises(Stale):
        service.change_bill_group(language="it", version=service.groups.get("bg-1").version)


def test_a_changed_customer_is_in_the_timeline_of_the_first_bill_group(service: Service) -> None:
    service.create_bill_group(bill_group="bg-0")
    service.change_customer(name="Roe & Sons")
    assert service.customers.aggregates.happenings[-1].bill_group == "bg-0"


def test_default_access_follows_the_merchant(service: Service) -> None:
    service.set_merchant(default_access="off")
    service.change_customer(access="on")
    service.change_customer(access="default")
    assert [each.data["access"] for each in service.customers.aggregates.happenings] == ["on", "off"]


def test_a_bill_group_is_switched_off(service: Service) -> None:
    view = service.change_bill_group(access="off", version=1)
    assert (view["version"], view["access"], view["language"]) == (2, "off", "de")
    assert service.told == ["bill_group_changed"]
    [item] = service.people.find_sign_ins(email=JANE.email)["items"]
    assert item["access"] == "off"
    with pytest.raises(Stale) as refused:
        service.change_bill_group(access="on", version=1)
    assert refused.value.params["current"] == view


def test_who_changes_something_finds_it_at_once(service: Service) -> None:
    made = service.create_customer(name="Tüv Süd", bill_groups=[GROUP])["customer"]
    assert service.directory.listed[made]["name"] == "Tüv Süd"
    service.change_customer(name="Åse")
    assert "ase" in service.directory.listed["cust-1"]["beginnings"]
    service.change_contact(SYSTEM, email="new@else.example")
    assert {"new@else.ex", "else.ex"} <= set(service.directory.listed["cust-1"]["beginnings"])
    service.create_bill_group(bill_group="bg-0")
    assert service.directory.listed["cust-1"]["bill_groups"] == ["bg-0", "bg-1"]


def test_events_list_whom_they_are_about(service: Service) -> None:
    service.listing.follow({"bill_group": "bg-1", "data": {"role": "billing", "changes": []}})
    assert list(service.directory.listed) == ["cust-1"]
    service.customers.add(customer("cust-3"))
    service.listing.follow({"bill_group": "", "data": {"customer": "cust-3", "imported": True}})
    assert list(service.directory.listed) == ["cust-1", "cust-3"]


def test_customers_from_before_the_directory_are_listed_once(service: Service) -> None:
    service.listing.complete()
    assert list(service.directory.listed) == ["cust-1"]
    service.directory.listed.clear()
    service.listing.complete()
    assert service.directory.listed == {}


def test_a_note_is_told_with_its_text(service: Service) -> None:
    view = service.add_note()
    assert (view["bill_group"], view["text"]) == ("bg-1", "Call them\nfirst.")
    [told] = service.notes.aggregates.happenings
    assert (told.type, told.bill_group, told.subject) == ("note_added", "bg-1", view["note"])
    assert told.data == {"text": "Call them\nfirst."}
    with pytest.raises(NotFound):
        service.add_note(bill_group="bg-9")


def test_what_contacts_would_like_is_theirs_to_say(service: Service) -> None:
    service.set_merchant(customers_edit=False)
    view = service.change_preferences(language="fr", emails={"subscriptions": False}, version=1)
    assert view["preferences"] == {
        "billing": {
            "language": "fr",
            "time_zone": None,
            "emails": {"subscriptions": False, "payment_methods": True},
        },
        "shipping": None,
    }
    assert service.told == ["preferences_changed"]
    [found] = service.people.find_sign_ins(email=JANE.email)["items"]
    assert (found["language"], view["language"]) == ("fr", "de")
    # The whole of it is set: what isn't named is as it was before anybody chose.
    view = service.change_preferences(time_zone="Asia/Tokyo")
    assert view["preferences"]["billing"]["language"] is None
