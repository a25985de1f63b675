"""Seeing and changing contacts and numbers."""

from typing import Any

import pytest

from shared.kernel.errors import DomainError, Kind, Stale
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

CONTACT = {
    "name": "Anna Berg",
    "company": "",
    "email": "anna@new.example",
    "phone": "",
    "line1": "Neue Straße 1",
    "line2": "",
    "postal_code": "20095",
    "city": "Hamburg",
    "region": "",
    "country": "DE",
}


def test_both_contacts_and_the_numbers_are_shown(visitor: Browser) -> None:
    page = visitor.get("/details").text
    for text in ("Lange Reihe 12", "Wandsbeker Chaussee 200", "Germany", "PO-4711", "DE136695976"):
        assert text in page


def test_the_whole_contact_is_sent_with_version_and_key(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "change_contact", samples.BILL_GROUP)
    answer = visitor.post("/details/shipping", **CONTACT)
    assert answer.location == "/details"
    (call,) = services.asked("change_contact")
    assert call.arguments["bill_group"] == "bg-0001"
    assert call.arguments["role"] == "shipping"
    assert call.arguments["version"] == 7
    assert call.arguments["contact"]["address"]["city"] == "Hamburg"
    assert "Your details are saved." in visitor.get("/details").text


def test_errors_stand_next_to_their_fields_and_on_top_and_nothing_is_lost(
    visitor: Browser, services: FakeServices
) -> None:
    problems = {"email": "invalid_email", "address.postal_code": "invalid_postal_code"}
    services.on("customers", "change_contact", DomainError("invalid_contact", fields=problems))
    answer = visitor.post("/details/billing", **CONTACT | {"email": "anna@", "postal_code": "9"})
    assert answer.status_code == 422
    assert "There are 2 problems" in answer.text
    assert '<a href="#email">E-mail address: Please enter an e-mail address' in answer.text
    assert 'id="postal_code-error">This postal code does not fit the country.' in answer.text
    assert 'value="anna@"' in answer.text
    assert 'value="Neue Straße 1"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2


def test_what_is_too_long_is_said_before_anybody_is_asked(visitor: Browser, services: FakeServices) -> None:
    answer = visitor.post("/details/billing", **CONTACT | {"city": "x" * 101})
    assert answer.status_code == 422
    assert "City: This is too long." in answer.text
    assert not services.asked("change_contact")


def test_what_changed_meanwhile_is_shown_beside_what_was_typed(
    visitor: Browser, services: FakeServices
) -> None:
    moved = {**samples.BILLING_CONTACT, "address": {**samples.BILLING_CONTACT["address"], "city": "Kiel"}}
    current: dict[str, Any] = {
        **samples.BILL_GROUP,
        "version": 8,
        "contacts": {"billing": moved, "shipping": None},
    }
    services.on("customers", "change_contact", Stale(current=current))
    answer = visitor.post("/details/billing", **CONTACT)
    assert answer.status_code == 409
    assert "This was changed meanwhile." in answer.text
    assert "Saved meanwhile: Kiel" in answer.text
    assert 'value="anna@new.example"' in answer.text
    assert 'name="version" value="8"' in answer.text


@pytest.mark.parametrize(
    "code, kind, status", [("service_away", Kind.RETRY, 503), ("not_known_yet", Kind.UNKNOWN, 504)]
)
def test_the_same_key_goes_out_again_where_nobody_knows(
    visitor: Browser, services: FakeServices, code: str, kind: Kind, status: int
) -> None:
    services.on("customers", "change_contact", DomainError(code, kind))
    answer = visitor.post("/details/billing", **CONTACT, key="the-key-of-this-form")
    assert answer.status_code == status
    assert 'name="key" value="the-key-of-this-form"' in answer.text
    assert 'value="Neue Straße 1"' in answer.text


def test_numbers_can_be_changed(visitor: Browser, services: FakeServices) -> None:
    error = DomainError("invalid_numbers", fields={"vat_number": "invalid_vat_number"})
    services.on("customers", "change_numbers", error)
    answer = visitor.post("/details/numbers", po_number="PO-1", vat_number="DE1", registration_number="")
    assert answer.status_code == 422
    assert 'id="vat_number-error"' in answer.text
    services.on("customers", "change_numbers", samples.BILL_GROUP)
    assert visitor.post("/details/numbers", po_number="PO-1").location == "/details"
    assert services.asked("change_numbers")[-1].arguments["vat_number"] == ""


def test_removing_the_shipping_contact_is_asked_first(visitor: Browser, services: FakeServices) -> None:
    assert "deliveries go to the billing contact" in visitor.get("/details/shipping/remove").text
    assert not services.asked("remove_shipping_contact")
    services.on("customers", "remove_shipping_contact", samples.BILL_GROUP)
    assert visitor.post("/details/shipping/remove").location == "/details"
    (call,) = services.asked("remove_shipping_contact")
    assert call.arguments["version"] == 7


def test_there_is_no_other_contact(visitor: Browser) -> None:
    assert visitor.get("/details/owner").status_code == 404


def test_without_leave_to_edit_nothing_offers_it(visitor: Browser, services: FakeServices) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"customers_edit": False})
    assert "/details/billing" not in visitor.get("/details").text


def order(page: str, *names: str) -> list[int]:
    """Where these fields stand on the page."""
    return [page.index(f'id="{name}"') for name in names]


def test_the_fields_are_those_of_the_country_in_its_order(visitor: Browser) -> None:
    german = visitor.get("/details/billing").text
    assert order(german, "country", "line1", "postal_code", "city") == sorted(
        order(german, "country", "line1", "postal_code", "city")
    )
    assert 'id="region"' not in german


def test_choosing_a_country_shows_its_fields_and_loses_nothing(
    visitor: Browser, services: FakeServices
) -> None:
    answer = visitor.post("/details/billing", **CONTACT | {"country": "US", "name": "Typed"}, show="fields")
    assert answer.status_code == 200
    assert order(answer.text, "city", "region", "postal_code") == sorted(
        order(answer.text, "city", "region", "postal_code")
    )
    assert '<label for="postal_code">ZIP code</label>' in answer.text
    assert '<option value="AL">Alabama</option>' in answer.text
    assert '<label for="line2">Address line 2 <span class="optional">' in answer.text
    assert 'value="Typed"' in answer.text
    assert 'value="Neue Straße 1"' in answer.text
    assert "autofocus" in answer.text
    assert not services.asked("change_contact")
    # A region that the next country has no place for stays until it is emptied.
    answer = visitor.post("/details/billing", **CONTACT | {"region": "AL"}, show="fields")
    assert 'value="AL"' in answer.text


def test_a_region_is_chosen_by_whatever_name_it_was_saved(visitor: Browser, services: FakeServices) -> None:
    def living_in(region: str) -> str:
        address = {**samples.BILLING_CONTACT["address"], "country": "US", "region": region}
        contact = {**samples.BILLING_CONTACT, "address": address}
        group = {**samples.BILL_GROUP, "contacts": {"billing": contact, "shipping": None}}
        services.on("customers", "get_bill_group", group)
        return visitor.get("/details/billing").text

    assert '<option selected value="CA">California</option>' in living_in("california")
    assert '<option selected value="Elsewhere">Elsewhere</option>' in living_in("Elsewhere")


@pytest.mark.parametrize("text", ["Anna\x00", "\x1b[31m", "\ufffd"])
def test_what_cannot_be_kept_is_said_next_to_its_field(
    visitor: Browser, services: FakeServices, text: str
) -> None:
    answer = visitor.post("/details/billing", **CONTACT | {"name": text})
    assert answer.status_code == 422
    assert 'id="name-error">There are characters in this' in answer.text
    assert not services.asked("change_contact")


def test_names_of_all_scripts_are_shown_as_they_are(visitor: Browser, services: FakeServices) -> None:
    names = {"name": "<b>שלום</b>", "company": "山田商店 & Söhne"}
    contact = {**samples.BILLING_CONTACT, **names}
    group = {**samples.BILL_GROUP, "contacts": {"billing": contact, "shipping": None}}
    services.on("customers", "get_bill_group", group)
    page = visitor.get("/details").text
    assert "<bdi>&lt;b&gt;שלום&lt;/b&gt;</bdi>" in page
    assert "<bdi>山田商店 &amp; Söhne</bdi>" in page


def test_a_vat_number_that_is_in_use_says_why_it_stays(visitor: Browser, services: FakeServices) -> None:
    error = DomainError("invalid_numbers", fields={"vat_number": "vat_number_in_use"})
    services.on("customers", "change_numbers", error)
    answer = visitor.post("/details/numbers", po_number="", vat_number="", registration_number="")
    assert answer.status_code == 422
    assert 'id="vat_number-error">There are invoices with your VAT number' in answer.text


@pytest.mark.parametrize(
    "state, text",
    [
        ("valid", "Confirmed by VIES, the EU's register, on November 20, 2026."),
        ("invalid", "doesn't know this number"),
        ("unknown", None),
    ],
)
def test_what_vies_says_stands_beside_the_number(
    visitor: Browser, services: FakeServices, state: str, text: str | None
) -> None:
    check = {"state": state, "at": "2026-11-20T12:00:00+00:00"}
    services.on("customers", "get_bill_group", samples.BILL_GROUP | {"vat_check": check})
    page = visitor.get("/details").text
    assert text in page if text else "VIES" not in page


@pytest.mark.parametrize("path", ["billing", "shipping", "shipping/remove", "numbers"])
def test_where_customers_may_not_edit_no_form_is_offered(
    visitor: Browser, services: FakeServices, path: str
) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"customers_edit": False})
    page = visitor.get("/details").text
    assert f'href="/details/{path}"' not in page
    assert visitor.get(f"/details/{path}").location == "/details"
    assert "be done here" in visitor.get("/details").text
