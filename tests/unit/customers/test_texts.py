import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customers.domain.texts import checked_email, email_key, tidy


@pytest.mark.parametrize(
    "text, tidied",
    [
        ("  Jörg \t Müller\n", "Jörg Müller"),
        ("Jo\u0308rg", "Jörg"),
        ("山田 太郎", "山田 太郎"),
        ("شركة المثال", "شركة المثال"),
        ("<b>Bold & Söhne</b>", "<b>Bold & Söhne</b>"),
        ("", ""),
    ],
)
def test_tidy(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Jane@Example.COM", "jane@example.com"),
        (" jane@example.com ", "jane@example.com"),
        ("jörg@example.com", unicodedata.normalize("NFD", "JÖRG@example.com")),
        ("info@müller.example", "info@xn--mller-kva.example"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
    ],
)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert email_key(one) == email_key(other) is not None


@pytest.mark.parametrize("other", ["jane.roe@example.com", "jane+bills@example.com", "jane@example.org"])
def test_other_addresses_have_other_keys(other: str) -> None:
    assert email_key(other) != email_key("jane@example.com")


@pytest.mark.parametrize(
    "text", ["", "jane", "jane@", "@example.com", "jane@localhost", "a b@example.com", "a@b@c.de"]
)
def test_what_is_no_address(text: str) -> None:
    assert email_key(text) is None
    with pytest.raises(ValueError, match="not an e-mail address"):
        checked_email(text)
