import pytest

from services.customers.domain.numbers import checked_bic, checked_iban, checked_vat_number


@pytest.mark.parametrize(
    "typed, country, kept",
    [
        ("DE 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("ATU57194903", "AT", "ATU57194903"),
        ("ATU57194903", "DE", "ATU57194903"),  # Registered elsewhere than where the bills go.
        ("EL 094259216", "GR", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("980 7806 84", "GB", "GB980780684"),
        ("GB980780684", "GB", "GB980780684"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("CHE-107.787.577", "CH", "CHE107787577"),
        ("T7000012050002", "JP", "T7000012050002"),
        ("what they call it", "US", "WHATTHEYCALLIT"),
        ("", "DE", ""),
    ],
)
def test_vat_numbers(typed: str, country: str, kept: str) -> None:
    assert checked_vat_number(typed, country) == kept


@pytest.mark.parametrize(
    "typed, country",
    [
        ("DE136695977", "DE"),
        ("DE1", "DE"),
        ("12345", "AT"),
        ("GB123456789", "GB"),
        ("T1", "JP"),
        ("CHE1", "CH"),
    ],
)
def test_wrong_vat_numbers(typed: str, country: str) -> None:
    with pytest.raises(ValueError, match=typed):
        checked_vat_number(typed, country)


def test_bank_numbers() -> None:
    assert checked_iban("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert checked_bic("cobadeff") == "COBADEFF"
    with pytest.raises(ValueError, match="DE88"):
        checked_iban("DE88 3704 0044 0532 0130 00")
    with pytest.raises(ValueError, match="nobic"):
        checked_bic("nobic")
