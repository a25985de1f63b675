"""Rows on their way into a real server, several at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from deploy.importer.api import Api, AwayError, KeyRefusedError
from deploy.importer.folder import Row, Rows
from deploy.importer.importing import Outcome, Result, bring_in, count
from deploy.importer.patience import Patience
from tests.unit.importer.conftest import Answer, Asked, FakeApi, problem

PATIENCE = Patience(seconds=0.5, first_pause=0.01, longest_pause=0.01)


def brought_in(fake_api: FakeApi, rows: dict[str, list[dict[str, Any]]], at_once: int = 8) -> list[Result]:
    told: list[Result] = []
    api = Api(fake_api.url, "the-key", patience=PATIENCE)
    bring_in(api, Rows(rows), told.append, at_once=at_once)
    return told


def plans(count: int) -> list[dict[str, Any]]:
    return [{"plan": f"plan-{number}"} for number in range(1, count + 1)]


def test_stages_wait_for_those_they_need(fake_api: FakeApi) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "subscriptions": [{"subscription": "sub-1"}],
        "transactions": [{"transaction": "txn-1"}],
        "invoices": [{"number": "CN-1", "corrects": "inv-1"}, {"number": "1"}],
        "payment-methods": [{"bill_group": "bg-1", "items": []}],
        "customers": [{"customer": "cust-1"}],
        "plans": plans(1),
        "products": [{"product": "prod-1"}],
        "texts": [{"kind": "invoice_intro", "language": "en", "text": "Hello"}],
        "logo": [{"image": "aWNvbg=="}],
        "merchant": [{"version": 1}],
    }
    told = brought_in(fake_api, rows)
    assert [(each.stage.title, each.outcome) for each in told] == [
        (title, Outcome.TAKEN)
        for title in (
            "merchant",
            "logo",
            "own texts",
            "products",
            "plans",
            "customers",
            "payment methods",
            "invoices",
            "credit notes",
            "transactions",
            "subscriptions",
        )
    ]
    assert [each.path.removeprefix("/imports/") for each in fake_api.posted] == [
        *("merchant", "logo", "texts", "products", "plans", "customers", "payment-methods"),
        *("invoices", "invoices", "transactions", "subscriptions"),
    ]
    assert [each.body for each in fake_api.posted if each.path == "/imports/invoices"] == [
        {"number": "1"},
        {"number": "CN-1", "corrects": "inv-1"},
    ]
    assert count(Rows(rows)) == {each.stage.title: 1 for each in told}


def test_several_are_sent_at_once_and_told_in_the_order_of_the_rows(fake_api: FakeApi) -> None:
    together = threading.Barrier(4)

    def decide(asked: Asked) -> None:
        if asked.verb == "POST":
            together.wait(timeout=10)

    fake_api.decide = decide
    told = brought_in(fake_api, {"plans": plans(200)}, at_once=4)
    assert [each.row.number for each in told] == list(range(1, 201))
    assert {each.outcome for each in told} == {Outcome.TAKEN}


def test_a_refused_row_is_told_with_its_place_and_reason_and_the_rest_goes_in(fake_api: FakeApi) -> None:
    def decide(asked: Asked) -> Answer | None:
        return problem(422, "invalid_plan") if asked.body == {"plan": "plan-2"} else None

    fake_api.decide = decide
    told = brought_in(fake_api, {"plans": plans(3), "customers": [{"customer": "cust-1"}]})
    assert [each.outcome for each in told] == [
        Outcome.TAKEN,
        Outcome.REFUSED,
        Outcome.TAKEN,
        Outcome.TAKEN,
    ]
    assert (told[1].place, told[1].reason) == (
        "plans, row 2 (plan-2)",
        "invalid_plan: About invalid_plan.",
    )


def test_a_row_with_a_flaw_is_refused_once_and_not_sent(fake_api: FakeApi) -> None:
    class Flawed(Rows):
        def rows(self, name: str) -> Any:
            return iter([Row("invoices.jsonl", 7, {}, flaw="no JSON")] if name == "invoices" else [])

    told: list[Result] = []
    bring_in(Api(fake_api.url, "the-key"), Flawed({}), told.append)
    assert [(each.place, each.outcome) for each in told] == [("invoices.jsonl, row 7", Outcome.REFUSED)]
    assert fake_api.posted == []


@pytest.mark.parametrize(
    "row, list_path, listed",
    [
        (("plans", {"plan": "a"}), "/plans", {"plan": "a"}),
        (("customers", {"customer": "a"}), "/customers", {"customer": "a"}),
        (("invoices", {"number": "a"}), "/invoices", {"number": "a"}),
        (
            ("texts", {"kind": "sign_in_page", "language": "en", "text": "a"}),
            "/texts",
            {"kind": "sign_in_page", "language": "en", "text": "b"},
        ),
        (
            ("payment-methods", {"bill_group": "bg-1", "items": [{"payment_method": "a"}]}),
            "/bill-groups/bg-1/payment-methods",
            {"payment_method": "a"},
        ),
    ],
)
def test_what_is_listed_was_there_already(
    fake_api: FakeApi, row: tuple[str, dict[str, Any]], list_path: str, listed: dict[str, str]
) -> None:
    def decide(asked: Asked) -> Answer | None:
        return Answer(200, {"items": [listed], "next_cursor": None}) if asked.path == list_path else None

    fake_api.decide = decide
    (told,) = brought_in(fake_api, {row[0]: [row[1]]})
    assert told.outcome is Outcome.KEPT
    # It is sent all the same: a plan may have another price now, a customer one more bill group.
    assert len(fake_api.posted) == 1


def test_what_is_there_otherwise_stays_and_says_so(fake_api: FakeApi) -> None:
    fake_api.decide = lambda asked: problem(409, "already_exists") if asked.verb == "POST" else None
    (told,) = brought_in(fake_api, {"customers": [{"customer": "cust-1"}]})
    assert (told.outcome, told.reason) == (Outcome.KEPT, "already_exists: About already_exists.")


def test_a_merchant_who_is_set_up_stays(fake_api: FakeApi) -> None:
    fake_api.decide = lambda asked: problem(409, "changed_meanwhile") if asked.verb == "POST" else None
    (told,) = brought_in(fake_api, {"merchant": [{"version": 1}]})
    assert told.outcome is Outcome.KEPT


def test_a_key_that_may_not_read_may_still_bring_in(fake_api: FakeApi) -> None:
    fake_api.decide = lambda asked: problem(403, "missing_scope") if asked.verb == "GET" else None
    rows = {"plans": plans(2), "payment-methods": [{"bill_group": "bg-1", "items": []}]}
    assert {each.outcome for each in brought_in(fake_api, rows)} == {Outcome.TAKEN}


def test_the_same_row_has_the_same_key_ever_after_and_no_other_row_has_it(fake_api: FakeApi) -> None:
    brought_in(fake_api, {"plans": plans(20), "products": plans(1)})
    first = {each.key for each in fake_api.posted}
    assert len(first) == 21
    fake_api.asked.clear()
    brought_in(fake_api, {"plans": plans(20), "products": plans(1)})
    assert {each.key for each in fake_api.posted} == first


@pytest.mark.parametrize("answer", [problem(401, "invalid_api_key"), problem(403, "missing_scope")])
def test_nothing_more_is_sent_with_a_key_that_is_no_good(fake_api: FakeApi, answer: Answer) -> None:
    fake_api.decide = lambda asked: answer if asked.verb == "POST" else None
    with pytest.raises(KeyRefusedError):
        brought_in(fake_api, {"plans": plans(500)}, at_once=1)
    assert len(fake_api.posted) < 500


def test_an_import_ends_when_nobody_answers_any_more(fake_api: FakeApi) -> None:
    def decide(asked: Asked) -> Answer | None:
        return problem(503, "service_away") if asked.path == "/imports/customers" else None

    fake_api.decide = decide
    with pytest.raises(AwayError, match="service_away"):
        brought_in(fake_api, {"plans": plans(3), "customers": [{"customer": "cust-1"}] * 100})
