import pytest

from services.customers.domain.search import beginnings, search_form, wanted, words

TEXTS = ["Müller & Söhne <GmbH>", "Jane.Roe@mail.Straße.example", "cust-0042", "山田 太郎", "O'Neill"]


@pytest.mark.parametrize(
    "asked",
    [
        "mül", "MULLER", "müller", "sohne", "gmbh", "<gmbh>", "Mü", "jane.roe@mail.", "roe@", "strasse",
        "example", "cust-0042", "0042", "山", "太郎", "o'n", "neill", "(Söhne)", "ｍｕ",
    ],
)  # fmt: skip
def test_what_is_remembered_is_found(asked: str) -> None:
    [beginning] = wanted(asked)
    assert beginning in beginnings(words(TEXTS))


@pytest.mark.parametrize("asked", ["üller", "roemer", "0043", "exampla"])
def test_what_is_not_there_is_not_found(asked: str) -> None:
    [beginning] = wanted(asked)
    assert beginning not in beginnings(words(TEXTS))


@pytest.mark.parametrize("asked", ["", "   ", "& - <>", "_"])
def test_nothing_is_no_beginning(asked: str) -> None:
    assert wanted(asked) == []


def test_the_longest_word_comes_first_and_long_ones_are_cut() -> None:
    assert wanted("a roe gmbh roe") == ["gmbh", "roe", "a"]
    [cut] = wanted("donaudampfschifffahrtsgesellschaft")
    assert cut in beginnings(words(["Donaudampfschifffahrtsgesellschaft"]))


def test_an_address_makes_few_entries() -> None:
    assert words(["jane.roe@roe.example"]) == [
        "example",
        "jane.roe@roe.example",
        "roe.example",
        "roe@roe.example",
    ]
    assert len(beginnings(words(["a" * 250 + "@roe.example"]))) <= 50


def test_forms() -> None:
    assert search_form("ÅSE Straße Ǻ") == "ase strasse a"
