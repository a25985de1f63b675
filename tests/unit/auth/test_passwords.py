"""Which passwords are good enough, and how they are kept."""

from __future__ import annotations

import pytest

from services.auth.domain.passwords import check_new
from services.auth.passwords import Passwords, at_once
from shared.kernel.errors import DomainError

ABOUT = ("vera.lindt@nordlicht.example", "Vera Lindt")


@pytest.mark.parametrize(
    "password, problem",
    [
        ("", "too_short"),
        ("elf Zeichen", "too_short"),
        ("x" * 129, "too_long"),
        ("aaaaaaaaaaaa", "common"),
        ("123456789012", "common"),
        ("0987654321098", "common"),
        ("abcabcabcabcabc", "common"),
        ("hunter2hunter2", "common"),
        ("Password1234!", "common"),
        ("passwort-2026", "common"),
        ("qwertzuiop123", "common"),
        ("Admin_Admin_2026", "common"),
        ("veralindt2026", "personal"),
        ("Nordlicht!2026", "personal"),
    ],
)
def test_what_others_try_first_is_refused(password: str, problem: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_new(password, ABOUT)
    assert (caught.value.code, caught.value.params) == ("weak_password", {"problem": problem})


@pytest.mark.parametrize(
    "password",
    [
        "zwölf Zeiche",
        "kettle orbit marble fence",
        "mein Passwort ist aus Gras",
        "83650274918365",
        "Vera mag rote Fahrräder",
        "🦊🦊🦉🦉🐢🐢🐙🐙🦀🦀🐳🐳",
        "x7" * 8 + "Zq3-Lm9!",
        "a" * 60 + "bcdefg" * 11,
    ],
)
def test_long_ones_of_any_kind_are_taken(password: str) -> None:
    check_new(password, ABOUT)


def test_a_hash_tells_right_from_wrong() -> None:
    passwords = Passwords(at_once)
    kept = passwords.hashed("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert passwords.is_right("correct horse battery", kept)
    assert not passwords.is_right("Correct horse battery", kept)
    assert not passwords.is_right("correct horse battery", "")
    assert not passwords.is_right("correct horse battery", "no hash at all")
    assert not passwords.is_outdated(kept)
