"""What a list asks the store for: each form begins with the fields of an index."""

from typing import Any

import pytest

from services.invoices.domain.summary import Summary
from services.invoices.pages import EVERYWHERE, Order
from services.invoices.repository import Wanted
from tests.unit.invoices.examples import draft, issued, line

NEWEST, LATEST_DUE = Order.parse("-created"), Order.parse("-due")
DAYS = ("2026-01-01", "2026-01-31}")


@pytest.mark.parametrize(
    "wanted, query",
    [
        (Wanted(None), {"listed.as": "all"}),
        (Wanted("bg-1", "open"), {"bill_group": "bg-1", "listed.as": "open"}),
        (Wanted(None, "draft", kind="invoice"), {"listed.as": "draft"}),
        (Wanted(None, kind="credit_note"), {"listed.as": "credit notes"}),
        (
            Wanted("bg-1", "issued", customer="cust-1"),
            {"bill_group": "bg-1", "listed.as": "to cust-1"},
        ),
        (
            Wanted(None, "failed", subscription="sub-1", customer="cust-1"),
            {"listed.as": "of sub-1"},
        ),
        (Wanted(None, "overdue"), {"listed.as": "open"}),
        (Wanted(None, search="2026-00"), {"listed.found": "202600"}),
    ],
)
def test_it_follows_what_the_fewest_documents_have(wanted: Wanted, query: dict[str, Any]) -> None:
    assert wanted.query(NEWEST, EVERYWHERE) == query


def test_days_bound_the_order_that_they_belong_to() -> None:
    wanted = Wanted(None, created=DAYS)
    bounds = {"$gt": "2026-01-01", "$lt": "2026-01-31}"}
    assert wanted.query(LATEST_DUE, (None, "2026-03"))["listed.by.created"] == bounds
    assert wanted.query(LATEST_DUE, (None, "2026-03"))["listed.by.due"] == {"$lt": "2026-03"}
    assert wanted.query(NEWEST, ("2026-01-20", None))["listed.by.created"] == {
        "$gt": "2026-01-20",
        "$lt": "2026-01-31}",
    }


@pytest.mark.parametrize(
    "wanted, shown",
    [
        (Wanted("bg-1"), True),
        (Wanted("bg-1", "pending"), True),
        (Wanted("bg-1", "open"), True),
        (Wanted("bg-1", "overdue"), True),
        (Wanted("bg-1", "issued"), True),
        (Wanted("bg-1", "settled"), False),
        (Wanted("bg-1", kind="invoice"), True),
        (Wanted("bg-1", kind="credit_note"), False),
        (Wanted("bg-1", customer="cust-0001"), True),
        (Wanted("bg-1", customer="cust-2"), False),
        (Wanted("bg-1", subscription="sub-1"), True),
        (Wanted("bg-1", subscription="sub-2"), False),
        (Wanted("bg-1", "draft", subscription="sub-1"), False),
    ],
)
def test_what_the_few_have_besides_is_looked_at(wanted: Wanted, shown: bool) -> None:
    assert wanted.shows(Summary.of(issued(line(subscription="sub-1")))) is shown


def test_drafts_are_not_among_what_is_issued() -> None:
    assert not Wanted("bg-1", "issued").shows(Summary.of(draft()))
    assert Wanted("bg-1", "all").shows(Summary.of(draft()))
