from dataclasses import replace

import pytest

from services.customers.domain.contacts import Address, Contact, FieldChange, contact_changes
from shared.kernel.errors import DomainError
from tests.unit.customers.examples import BERLIN, JANE

TOKYO = Address(line1="丸の内1-9-1", postal_code="100-0005", city="千代田区", region="東京都", country="JP")
PALO_ALTO = Address(line1="1 Main St", postal_code="94301", city="Palo Alto", region="CA", country="US")


def problems(contact: Contact, *, needs_email: bool = True) -> dict[str, str]:
    with pytest.raises(DomainError) as refused:
        contact.checked(needs_email=needs_email)
    assert refused.value.code == "invalid_contact"
    return refused.value.params["fields"]


@pytest.mark.parametrize(
    "address",
    [
        BERLIN,
        TOKYO,
        PALO_ALTO,
        replace(PALO_ALTO, region="California"),
        Address(
            line1="1 Quay", city="Kowloon", region="Kowloon", country="HK"
        ),  # Hong Kong has no postal codes,
        Address(line1="1 Quay", city="Cork", country="IE"),  # and Ireland does not insist on them.
        Address(line1="Zürcherstr. 1", postal_code="8001", city="Zürich", country="CH"),
        Address(line1="1 Wharf", postal_code="LS1 4DY", city="Leeds", country="GB"),
    ],
)
def test_addresses_of_many_countries(address: Address) -> None:
    contact = replace(JANE, address=address)
    assert contact.checked(needs_email=True) == contact


@pytest.mark.parametrize(
    "address, wrong",
    [
        (Address(), {"address.country": "required"}),
        (replace(BERLIN, country="XX"), {"address.country": "invalid_country"}),
        (replace(BERLIN, postal_code=""), {"address.postal_code": "required"}),
        (replace(BERLIN, postal_code="1011"), {"address.postal_code": "invalid_postal_code"}),
        (replace(BERLIN, line1="", city=""), {"address.line1": "required", "address.city": "required"}),
        (replace(PALO_ALTO, region=""), {"address.region": "required"}),
        (replace(PALO_ALTO, region="Bavaria"), {"address.region": "invalid_region"}),
        (replace(PALO_ALTO, postal_code="10001"), {"address.postal_code": "invalid_postal_code"}),
    ],
)
def test_what_is_wrong_with_an_address(address: Address, wrong: dict[str, str]) -> None:
    assert problems(replace(JANE, address=address)) == wrong


def test_everything_wrong_is_told_at_once() -> None:
    contact = Contact(email="nobody", phone="call me", address=replace(BERLIN, postal_code="x"))
    assert problems(contact) == {
        "name": "required",
        "email": "invalid_email",
        "phone": "invalid_phone",
        "address.postal_code": "invalid_postal_code",
    }


def test_a_company_is_name_enough() -> None:
    contact = replace(JANE, name="")
    assert contact.checked(needs_email=True).shown_name == "Roe GmbH"


def test_only_who_is_billed_needs_an_email_address() -> None:
    contact = replace(JANE, email="")
    assert contact.checked(needs_email=False).email == ""
    assert problems(contact, needs_email=True) == {"email": "required"}


@pytest.mark.parametrize(
    "typed, country, kept",
    [
        ("030 1234567", "DE", "+49 30 1234567"),
        ("+44 (0)20 7946 0958", "DE", "+44 20 7946 0958"),
        ("03-1234-5678", "JP", "+81 3-1234-5678"),
    ],
)
def test_telephone_numbers_get_their_country_code(typed: str, country: str, kept: str) -> None:
    address = {"DE": BERLIN, "JP": TOKYO}[country]
    assert replace(JANE, phone=typed, address=address).checked(needs_email=True).phone == kept


def test_texts_are_tidied_when_a_contact_is_made() -> None:
    contact = Contact.of(
        {
            "name": " 山田  太郎 ",
            "email": " A@B.example",
            "address": {"country": "jp", "postal_code": " ls1 4dy"},
        }
    )
    assert contact == Contact(
        name="山田 太郎", email="A@B.example", address=Address(country="JP", postal_code="LS1 4DY")
    )


def test_changes_are_told_field_by_field() -> None:
    new = replace(JANE, email="billing@roe.example", address=replace(BERLIN, city="Potsdam"))
    assert contact_changes(JANE, new) == [
        FieldChange("email", "jane@roe.example", "billing@roe.example"),
        FieldChange("address.city", "Berlin", "Potsdam"),
    ]
    assert contact_changes(JANE, JANE) == []


def test_a_new_contact_is_a_change_from_nothing() -> None:
    assert FieldChange("name", "", "Jane Roe") in contact_changes(None, JANE)
    assert FieldChange("name", "Jane Roe", "") in contact_changes(JANE, None)
