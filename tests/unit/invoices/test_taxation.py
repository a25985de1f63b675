"""Which tax a thing bears between which parties."""

import pytest

from services.invoices.domain.taxation import TaxPlace, decide
from shared.kernel.errors import DomainError

GERMAN = TaxPlace("DE", "DE811907980")


@pytest.mark.parametrize(
    "seller, buyer, tax_code, category, rate",
    [
        (GERMAN, TaxPlace("DE"), "standard", "S", 19),
        (GERMAN, TaxPlace("DE", "DE136695976"), "standard", "S", 19),
        (GERMAN, TaxPlace("DE"), "reduced", "S", 7),
        (GERMAN, TaxPlace(""), "standard", "S", 19),
        (GERMAN, TaxPlace("FR"), "standard", "S", 19),
        (GERMAN, TaxPlace("FR", "FR40303265045"), "standard", "AE", 0),
        (GERMAN, TaxPlace("GR", "EL094259216"), "reduced", "AE", 0),
        (GERMAN, TaxPlace("FR", "DE136695976"), "standard", "S", 19),
        (GERMAN, TaxPlace("FR", "12345"), "standard", "S", 19),
        (GERMAN, TaxPlace("CH"), "standard", "G", 0),
        (GERMAN, TaxPlace("US", "12-3456789"), "reduced", "G", 0),
        (GERMAN, TaxPlace("DE"), "exempt", "E", 0),
        (GERMAN, TaxPlace("DE"), "zero", "Z", 0),
        (TaxPlace("AT"), TaxPlace("AT"), "standard", "S", 20),
        (TaxPlace("AT"), TaxPlace("DE", "DE136695976"), "standard", "AE", 0),
    ],
)
def test_taxes(seller: TaxPlace, buyer: TaxPlace, tax_code: str, category: str, rate: int) -> None:
    tax = decide(tax_code, seller, buyer)
    assert (tax.category, tax.rate) == (category, rate)


@pytest.mark.parametrize("country, tax_code", [("US", "standard"), ("", "standard"), ("DE", "luxury")])
def test_what_has_no_rule_is_refused(country: str, tax_code: str) -> None:
    with pytest.raises(DomainError, match="no_tax_rule"):
        decide(tax_code, TaxPlace(country), TaxPlace("DE"))
