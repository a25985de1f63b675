from dataclasses import replace

import pytest

from services.customers import documents
from services.customers.domain.contacts import Address, Contact
from shared.kernel.search import beginnings, search_form, wanted, words
from shared.storage import Stored
from tests.unit.customers.examples import JANE, bill_group, customer

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


@pytest.mark.parametrize(
    "asked",
    ["Name of", "cust-1", "bg-1", "roe gmbh", "torstr", "10119", "berlin", "DE136695976", "136695976", "PO 77", "PO77",
     "HRB1234", "1234 b", "+49 30 5550", "lager", "hamburg"],
)  # fmt: skip
def test_a_customer_is_found_by_names_addresses_and_numbers(asked: str) -> None:
    group = bill_group(
        po_number="PO 77",
        vat_number="DE136695976",
        registration_number="HRB 1234 B",
        billing=replace(JANE, phone="+49 30 5550100"),
        shipping=Contact(name="Lager", address=Address(line1="Kai 3", city="Hamburg", country="DE")),
    )
    listed = documents.listed(Stored("cust-1", customer(), 1), [Stored("bg-1", group, 1)])
    assert set(wanted(asked)) <= set(listed["beginnings"])


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
