"""Texts with placeholders: parsed, checked and filled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.placeholders.fields import FIELDS
from shared.placeholders.template import (
    Part,
    Placeholder,
    Unfillable,
    fill,
    fill_some,
    parse,
    plain,
    problems,
    used,
)

ALLOWED = ("Client.name", "Client.number", "Client.customerportal_url", "Invoice.total")
VALUES = {"Client.name": "Jana", "Client.number": "[[cust]-1", "Client.customerportal_url": "https://p/s/x"}

# Texts as people might write them, with brackets wherever they like.
_TEXTS = st.lists(
    st.one_of(st.text(), st.sampled_from(["[", "]", "[[", "\n", *(f"[{name}]" for name in ALLOWED)]))
).map("".join)


def test_a_text_without_brackets_is_itself() -> None:
    assert parse("Hello,\nyou.") == ("Hello,\nyou.",)
    assert parse("") == ()


def test_placeholders_are_found_with_their_places() -> None:
    text = "Hi [Client.name], [[no] [Client.number]"
    assert parse(text) == (
        "Hi ",
        Placeholder("Client.name", 3),
        ", [no] ",
        Placeholder("Client.number", text.index("[Client.number")),
    )
    assert used(text) == {"Client.name", "Client.number"}


def test_filling_puts_values_into_their_places_and_knows_links() -> None:
    parts = fill("Hi [Client.name]! [[Open] [Client.customerportal_url]", VALUES)
    assert parts == (
        Part("Hi "),
        Part("Jana", is_value=True),
        Part("! [Open] "),
        Part("https://p/s/x", is_value=True, is_link=True),
    )
    assert plain(parts) == "Hi Jana! [Open] https://p/s/x"


@pytest.mark.parametrize("text", ["[Client.nmae]", "[Client.name", "[]", "a [b] c", "[Invoice.total]"])
def test_what_has_no_value_never_goes_out(text: str) -> None:
    with pytest.raises(Unfillable):
        fill(text, VALUES)
    with pytest.raises(Unfillable):
        fill_some(text, VALUES, left=())


@pytest.mark.parametrize(
    "text,code,suggestion",
    [
        ("[Client.nmae]", "unknown_placeholder", "[Client.name]"),
        ("[client.name]", "unknown_placeholder", "[Client.name]"),
        ("[Client name]", "unknown_placeholder", "[Client.name]"),
        ("[ Client.name ]", "unknown_placeholder", "[Client.name]"),
        ("[Client.customerportal-url]", "unknown_placeholder", "[Client.customerportal_url]"),
        ("[Kunde]", "unknown_placeholder", ""),
        ("[]", "unknown_placeholder", ""),
        ("[Company.name]", "placeholder_not_here", ""),
        ("[Client.name", "unclosed_placeholder", ""),
        ("[Client.\nname]", "unclosed_placeholder", ""),
    ],
)
def test_mistakes_are_found_with_a_suggestion(text: str, code: str, suggestion: str) -> None:
    (problem,) = problems(text, ALLOWED)
    assert (problem.code, problem.suggestion) == (code, suggestion)


def test_mistakes_are_found_where_they_stand() -> None:
    text = "Dear [Client.name],\nyour [[thing] is [Thing.number]."
    (problem,) = problems(text, ALLOWED)
    assert text[problem.position :].startswith(problem.placeholder)
    assert (problem.line, problem.column) == (2, 18)


def test_filling_some_leaves_the_others() -> None:
    some = fill_some("[Client.number]: [[x] [Client.name]", VALUES, left={"Client.name"})
    assert used(some) == {"Client.name"}
    assert plain(fill(some, VALUES)) == "[[cust]-1: [x] Jana"


@given(_TEXTS)
def test_filling_a_text_with_its_own_placeholders_keeps_all_else(text: str) -> None:
    if problems(text, ALLOWED):
        return
    filled = plain(fill(text, {name: f"[{name}]" for name in ALLOWED}))
    assert filled == text.replace("[[", "[")


@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    assert plain(fill(text.replace("[", "[["), {})) == text


@given(_TEXTS, st.dictionaries(st.sampled_from(ALLOWED), st.text()), st.sets(st.sampled_from(ALLOWED)))
def test_filling_in_two_steps_is_filling_at_once(text: str, values: dict[str, str], left: set[str]) -> None:
    values = dict.fromkeys(ALLOWED, "") | values
    if problems(text, ALLOWED):
        return
    assert plain(fill(fill_some(text, values, left=left), values)) == plain(fill(text, values))


@given(_TEXTS)
def test_a_text_without_problems_can_be_filled_and_no_other(text: str) -> None:
    values = dict.fromkeys(ALLOWED, "x")
    if problems(text, ALLOWED):
        with pytest.raises(Unfillable):
            fill(text, values)
    else:
        fill(text, values)


@given(st.sampled_from(sorted(FIELDS)))
def test_every_field_is_its_own_suggestion(name: str) -> None:
    assert problems(f"[{name}]", FIELDS) == []
    (problem,) = problems(f"[{name.lower()}_]", FIELDS)
    assert problem.suggestion == f"[{name}]"
