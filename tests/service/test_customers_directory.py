"""The list of customers on a real store: copies that come late, out of order and at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from services.customers.repository import Directory, Wanted
from shared.contracts.customers import contract
from shared.storage import Store, Stored, connect
from tests.support.fixtures import SharedStore
from tests.unit.customers.examples import bill_group, customer


@pytest.fixture
def directory(store: SharedStore, database_prefix: str) -> Iterator[Directory]:
    with connect(store.uri) as client:
        yield Directory(Store(client[f"{database_prefix}customers"], contract))


def put(directory: Directory, name: str, *, version: int, group_version: int = 1) -> None:
    """List the customer as they were in these versions."""
    listed = Stored("cust-1", replace(customer(), name=name), version)
    directory.put(listed, [Stored("bg-1", bill_group(), group_version)])


def names(directory: Directory, text: str = "") -> list[str]:
    found, _ = directory.page(Wanted(text=text), limit=10, after=None)
    return [each["name"] for each in found]


def test_what_comes_late_changes_nothing(directory: Directory) -> None:
    put(directory, "New", version=2)
    put(directory, "Old", version=1)
    assert names(directory) == ["New"]
    assert names(directory, "old") == []
    put(directory, "Newer", version=2, group_version=2)
    assert names(directory) == names(directory, "newer") == ["Newer"]


def test_of_copies_made_at_once_the_latest_stays(directory: Directory) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda version: put(directory, f"Name {version}", version=version), range(1, 17)))
    assert names(directory) == ["Name 16"]


def test_words_that_mean_something_to_a_pattern_are_but_words(directory: Directory) -> None:
    put(directory, "C++ (.*) Company [x]", version=1)
    assert names(directory, "company c++") == names(directory, "x] company") == ["C++ (.*) Company [x]"]
    assert names(directory, "company c++ z.*") == names(directory, ".+y comp") == []
