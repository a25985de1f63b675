from dataclasses import replace

import pytest

from services.customers.domain.bill_groups import (
    Role,
    change_bill_group,
    change_contact,
    change_numbers,
    change_preferences,
    new_bill_group,
    remove_shipping_contact,
)
from services.customers.domain.preferences import OPTIONAL_EMAILS, Preferences
from shared.contracts.customer_words import EmailWishes
from shared.contracts.customers import contract
from shared.kernel.errors import DomainError, NotFound
from tests.unit.customers.examples import BERLIN, JANE, bill_group

GROUP = bill_group()
DEPOT = replace(JANE, name="Depot", email="")


def test_a_changed_contact_is_told_with_old_and_new_values() -> None:
    changed, [happening] = change_contact(GROUP, Role.BILLING, replace(JANE, name="Jane Doe"), taken=False)
    assert changed == replace(GROUP, billing=replace(JANE, name="Jane Doe"))
    assert happening.type in contract.events
    assert happening.subject == happening.bill_group == "bg-1"
    assert happening.data == {
        "role": "billing",
        "changes": [{"field": "name", "old": "Jane Roe", "new": "Jane Doe"}],
    }


def test_billing_and_shipping_are_changed_separately() -> None:
    with_depot, [happening] = change_contact(GROUP, Role.SHIPPING, DEPOT, taken=False)
    assert (with_depot.billing, with_depot.shipping) == (JANE, DEPOT)
    assert happening.data["role"] == "shipping"
    assert {"field": "name", "old": "", "new": "Depot"} in happening.data["changes"]


def test_what_did_not_change_is_not_told() -> None:
    assert change_contact(GROUP, Role.BILLING, JANE, taken=False) == (GROUP, [])
    assert remove_shipping_contact(GROUP) == (GROUP, [])


DEPOTS = replace(JANE, name="Depot", email="Depot@Roe.example")


def test_a_new_address_opens_the_portal_and_the_one_before_no_more() -> None:
    changed, _ = change_contact(GROUP, Role.BILLING, replace(JANE, email="new@roe.example"), taken=False)
    assert changed.sign_in_emails == {"new@roe.example"}
    with_depot, _ = change_contact(GROUP, Role.SHIPPING, DEPOTS, taken=False)
    assert with_depot.sign_in_emails == {"jane@roe.example", "depot@roe.example"}
    without, _ = remove_shipping_contact(with_depot)
    assert without.sign_in_emails == {"jane@roe.example"}


def test_an_address_that_is_taken_is_written_to_but_opens_nothing() -> None:
    changed, [happening] = change_contact(GROUP, Role.SHIPPING, DEPOTS, taken=True)
    assert changed.shipping is not None
    assert changed.shipping.email == "Depot@roe.example"
    assert happening.type == "contact_changed"
    assert changed.sign_in_emails == {"jane@roe.example"}
    as_billing, _ = change_contact(changed, Role.BILLING, DEPOTS, taken=True)
    assert as_billing.sign_in_emails == set()


@pytest.mark.parametrize("before", [set(), {"jane@roe.example"}])
@pytest.mark.parametrize("taken", [False, True])
def test_an_address_that_stays_keeps_what_it_had(before: set[str], taken: bool) -> None:
    group = replace(GROUP, sign_in_emails=frozenset(before))
    contact = replace(JANE, name="Jane Doe", email="JANE@roe.example")
    changed, _ = change_contact(group, Role.BILLING, contact, taken=taken)
    assert changed.sign_in_emails == before


def test_without_shipping_contact() -> None:
    without, [happening] = remove_shipping_contact(replace(GROUP, shipping=DEPOT))
    assert without == GROUP
    assert happening.type == "contact_removed"


def test_an_impossible_contact_changes_nothing() -> None:
    with pytest.raises(DomainError, match="invalid_contact"):
        change_contact(GROUP, Role.BILLING, replace(JANE, email=""), taken=False)


def test_numbers_are_checked_and_told() -> None:
    changed, [happening] = change_numbers(
        GROUP, po_number=" PO 7 ", vat_number="136 695 976", registration_number="", vat_number_used=True
    )
    assert (changed.po_number, changed.vat_number) == ("PO 7", "DE136695976")
    assert [change["field"] for change in happening.data["changes"]] == ["po_number", "vat_number"]
    with pytest.raises(DomainError, match="invalid_numbers") as refused:
        change_numbers(GROUP, po_number="", vat_number="DE1", registration_number="", vat_number_used=False)
    assert refused.value.params["fields"] == {"vat_number": "invalid_vat_number"}


def test_a_vat_number_that_invoices_bear_may_change_but_not_go() -> None:
    taxed = replace(GROUP, vat_number="DE136695976")
    numbers = {"po_number": "", "registration_number": ""}
    with pytest.raises(DomainError, match="invalid_numbers") as refused:
        change_numbers(taxed, vat_number=" ", vat_number_used=True, **numbers)
    assert refused.value.params["fields"] == {"vat_number": "vat_number_in_use"}
    other, _ = change_numbers(taxed, vat_number="ATU13585627", vat_number_used=True, **numbers)
    assert other.vat_number == "ATU13585627"
    unused, _ = change_numbers(taxed, vat_number="", vat_number_used=False, **numbers)
    assert unused.vat_number == ""


def test_a_new_bill_group_tells_all_that_is_wrong_with_it() -> None:
    wrong = replace(
        GROUP,
        time_zone="Europe/Bielefeld",
        vat_number="DE1",
        billing=replace(JANE, email="x"),
        shipping=replace(DEPOT, address=replace(BERLIN, country="")),
    )
    with pytest.raises(DomainError, match="invalid_customer") as refused:
        new_bill_group(wrong, imported=True)
    assert refused.value.params == {
        "bill_group": "bg-1",
        "fields": {
            "time_zone": "unknown_time_zone",
            "vat_number": "invalid_vat_number",
            "contacts.billing.email": "invalid_email",
            "contacts.shipping.address.country": "required",
        },
    }


def test_settings_change_by_name_and_are_told() -> None:
    changed, [happening] = change_bill_group(GROUP, language="fr", time_zone="Europe/Paris", access="off")
    assert (changed.language, changed.time_zone, changed.open) == ("fr", "Europe/Paris", False)
    assert (happening.type, happening.subject, happening.bill_group) == ("bill_group_changed", "bg-1", "bg-1")
    assert happening.data["changes"] == [
        {"field": "language", "old": "de", "new": "fr"},
        {"field": "time_zone", "old": "Europe/Berlin", "new": "Europe/Paris"},
        {"field": "access", "old": "on", "new": "off"},
    ]
    assert (happening.data["customer"], happening.data["access"]) == ("cust-1", "off")
    assert contract.events[happening.type].data().validate(happening.data) == {}


def test_settings_that_are_not_named_stay() -> None:
    assert change_bill_group(GROUP, language=None, time_zone=None, access=None) == (GROUP, [])


@pytest.mark.parametrize("time_zone", ["", "Europe", "Europe/Bielefeld", "../etc/passwd", "x" * 60])
def test_what_is_no_time_zone_is_refused(time_zone: str) -> None:
    with pytest.raises(DomainError, match="invalid_customer") as refused:
        change_bill_group(GROUP, language=None, time_zone=time_zone, access=None)
    assert refused.value.params["fields"] == {"time_zone": "unknown_time_zone"}


WISHES = Preferences("fr", "Europe/Paris", ("payment_methods",))


def test_what_a_contact_would_like_is_told_with_old_and_new_values() -> None:
    changed, [happening] = change_preferences(GROUP, Role.BILLING, WISHES)
    assert changed == replace(GROUP, billing_preferences=WISHES)
    assert happening.type == "preferences_changed"
    assert happening.data == {
        "role": "billing",
        "changes": [
            {"field": "language", "old": "", "new": "fr"},
            {"field": "time_zone", "old": "", "new": "Europe/Paris"},
            {"field": "emails.payment_methods", "old": "on", "new": "off"},
        ],
    }
    assert contract.events[happening.type].data().validate(happening.data) == {}
    assert change_preferences(changed, Role.BILLING, WISHES) == (changed, [])


def test_what_the_shipping_contact_would_like_goes_with_them() -> None:
    with pytest.raises(NotFound):
        change_preferences(GROUP, Role.SHIPPING, WISHES)
    with_depot, _ = change_preferences(replace(GROUP, shipping=DEPOT), Role.SHIPPING, WISHES)
    assert with_depot.preferences(Role.SHIPPING) == WISHES
    assert with_depot.preferences(Role.BILLING) == Preferences()
    without, _ = remove_shipping_contact(with_depot)
    assert without == GROUP


def test_the_kinds_of_e_mails_are_those_of_the_contract() -> None:
    assert set(OPTIONAL_EMAILS) == set(EmailWishes().fields)


def test_a_contacts_time_zone_must_exist() -> None:
    with pytest.raises(DomainError, match="invalid_contact") as refused:
        change_preferences(GROUP, Role.BILLING, replace(WISHES, time_zone="Europe/Bielefeld"))
    assert refused.value.params["fields"] == {"time_zone": "unknown_time_zone"}
