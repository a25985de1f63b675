import pytest

from services.auth.domain.addresses import network_of, normalised
from shared.kernel.errors import DomainError


@pytest.mark.parametrize(
    "typed",
    ["ada@example.com", "  ada@example.com\n", "ADA@Example.COM", "Ada@EXAMPLE.com"],
)
def test_spellings_of_one_address_are_one(typed: str) -> None:
    assert normalised(typed) == "ada@example.com"


def test_composed_and_decomposed_letters_are_one() -> None:
    assert normalised("zoe\u0308@example.com") == normalised("zo\u00eb@example.com")


def test_a_domain_in_its_own_script_and_in_ascii_are_one() -> None:
    assert normalised("ada@bücher.example") == normalised("ada@xn--bcher-kva.example")


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.de"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="invalid_email"):
        normalised(typed)


@pytest.mark.parametrize(
    "address, network",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_whom_a_limit_per_network_address_counts(address: str, network: str) -> None:
    assert network_of(address) == network
