from dataclasses import replace

import pytest

from services.customers.domain.merchant import Bank, Company, Merchant
from services.customers.domain.settings import set_merchant
from shared.kernel.errors import DomainError
from tests.unit.customers.examples import BERLIN

COMPANY = Company(name="Acme", address=BERLIN, email="billing@acme.example", website="https://acme.example")


def test_settings_that_changed_are_told_by_name() -> None:
    new = Merchant(company=COMPANY, sign_in_answer="discreet")
    merchant, [happening] = set_merchant(Merchant(), new)
    assert merchant == replace(new, changed_at={"company": 2, "portal": 2})
    assert happening.data["fields_changed"] == ["company", "sign_in_answer"]
    assert {"field": "sign_in_answer", "old": "plain", "new": "discreet"} in happening.data["changes"]
    assert set_merchant(merchant, new) == (merchant, [])


def test_numbers_are_kept_in_their_short_form() -> None:
    bank = Bank(iban="DE89 3704 0044 0532 0130 00", bic="COBADEFF")
    new = Merchant(company=replace(COMPANY, vat_number="DE 136 695 976", bank=bank))
    merchant, _ = set_merchant(Merchant(), new)
    assert merchant.company.vat_number == "DE136695976"
    assert merchant.company.bank.iban == "DE89370400440532013000"


def test_everything_wrong_is_told_at_once() -> None:
    company = Company(
        email="x", website="javascript:alert(1)", vat_number="DE1", bank=Bank(iban="x", bic="x")
    )
    with pytest.raises(DomainError, match="invalid_merchant") as refused:
        set_merchant(Merchant(), Merchant(company=company, terms_url="/terms"))
    assert refused.value.params["fields"] == {
        "company.name": "required",
        "company.address.country": "required",
        "company.email": "invalid_email",
        "company.website": "invalid_url",
        "company.vat_number": "invalid_vat_number",
        "company.bank.iban": "invalid_iban",
        "company.bank.bic": "invalid_bic",
        "terms_url": "invalid_url",
    }


@pytest.mark.parametrize(
    "chosen, kept", [(("link",), ("link",)), (("link", "code", "link"), ("code", "link"))]
)
def test_ways_to_sign_in_are_kept_once_each(chosen: tuple[str, ...], kept: tuple[str, ...]) -> None:
    merchant, [happening] = set_merchant(Merchant(), Merchant(company=COMPANY, sign_in_ways=chosen))
    assert merchant.sign_in_ways == kept
    assert ("sign_in_ways" in happening.data["fields_changed"]) is (kept != ("code", "link"))


def test_somebody_must_be_able_to_sign_in_somehow() -> None:
    with pytest.raises(DomainError, match="invalid_merchant") as refused:
        set_merchant(Merchant(), Merchant(company=COMPANY, sign_in_ways=()))
    assert refused.value.params["fields"] == {"sign_in_ways": "required"}
