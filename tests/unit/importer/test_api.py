"""What the client makes of the answers of a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from deploy.importer.api import Api, ApiError, AwayError, KeyRefusedError, RefusedError
from deploy.importer.patience import Patience, StoppedError, seconds_to_wait
from deploy.local.waiting import free_port, wait_until
from tests.unit.importer.conftest import Answer, Asked, FakeApi, problem

QUICK = Patience(seconds=5, first_pause=0.01, longest_pause=0.02)
IMPATIENT = Patience(seconds=0.05, first_pause=0.01, longest_pause=0.01)


@pytest.fixture
def api(fake_api: FakeApi) -> Api:
    return Api(fake_api.url + "/", "the-key", patience=QUICK)


def answering(fake_api: FakeApi, *answers: Answer) -> None:
    """Answer with these, one after the other, and then as always."""
    left: Iterator[Answer] = iter(answers)
    fake_api.decide = lambda _asked: next(left, None)


def test_a_row_is_posted_with_both_keys(fake_api: FakeApi, api: Api) -> None:
    api.post("/imports/plans", {"plan": "plan-1", "names": {"de": "Größe"}}, "key-0001")
    assert fake_api.asked == [
        Asked(
            "POST",
            "/imports/plans",
            "key-0001",
            "Bearer the-key",
            {"plan": "plan-1", "names": {"de": "Größe"}},
        )
    ]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_was_not_done_is_sent_again_with_the_same_key(fake_api: FakeApi, api: Api, status: int) -> None:
    answering(fake_api, problem(status, "busy", retry_after="0"), problem(status, "busy"))
    api.post("/imports/plans", {"plan": "plan-1"}, "key-0001")
    assert [each.key for each in fake_api.asked] == ["key-0001"] * 3
    assert len({str(each.body) for each in fake_api.asked}) == 1


def test_a_proxy_that_answers_for_the_api_is_no_refusal(fake_api: FakeApi, api: Api) -> None:
    answering(fake_api, Answer(502, "<h1>Bad Gateway</h1>", {"Content-Type": "text/html"}))
    api.post("/imports/plans", {}, "key-0001")
    assert len(fake_api.asked) == 2


def test_all_requests_hold_back_for_as_long_as_the_api_says(fake_api: FakeApi) -> None:
    told: list[str] = []
    api = Api(fake_api.url, "the-key", patience=IMPATIENT, tell=told.append)
    answering(fake_api, problem(429, "too_many_requests", retry_after="1"))
    began = time.monotonic()
    first = threading.Thread(target=api.post, args=("/imports/plans", {"plan": "first"}, "key-0001"))
    first.start()
    wait_until(lambda: told, timeout=5, what="being asked to wait")

    api.post("/imports/plans", {"plan": "second"}, "key-0002")
    first.join()

    # The wait is longer than the patience: being asked to wait is no failure.
    assert time.monotonic() - began >= 1
    assert [each.key for each in fake_api.asked].count("key-0001") == 2
    assert told == ["the API asks to wait 1 s"]


def test_who_can_not_be_reached_is_given_up() -> None:
    api = Api(f"http://127.0.0.1:{free_port()}", "the-key", patience=IMPATIENT)
    with pytest.raises(AwayError, match="can't be reached"):
        api.get("/settings")


def test_who_never_answers_is_given_up(fake_api: FakeApi) -> None:
    api = Api(fake_api.url, "the-key", patience=Patience(seconds=0.5, first_pause=0.01, longest_pause=0.01))
    fake_api.decide = lambda _asked: problem(503, "service_away")
    with pytest.raises(AwayError, match="service_away: About"):
        api.post("/imports/plans", {}, "key-0001")
    assert len(fake_api.asked) >= 2


def test_where_others_have_success_only_the_one_request_is_given_up(fake_api: FakeApi) -> None:
    api = Api(fake_api.url, "the-key", patience=IMPATIENT)

    def decide(asked: Asked) -> Answer | None:
        if asked.key == "key-slow":
            api.post("/imports/plans", {}, "key-quick")
            return problem(504, "no_answer")
        return None

    fake_api.decide = decide
    with pytest.raises(RefusedError, match="no_answer"):
        api.post("/imports/plans", {}, "key-slow")


def test_a_fault_is_tried_a_few_times_only(fake_api: FakeApi, api: Api) -> None:
    fake_api.decide = lambda _asked: problem(500, "internal")
    with pytest.raises(RefusedError, match="internal"):
        api.post("/imports/plans", {}, "key-0001")
    assert len(fake_api.asked) == 4


def test_a_refusal_says_what_is_wrong_with_which_field(fake_api: FakeApi, api: Api) -> None:
    errors = [{"pointer": "#/prices/0/currency", "detail": "Missing."}]
    answering(fake_api, problem(422, "invalid_request", errors=errors))
    with pytest.raises(RefusedError) as refused:
        api.post("/imports/plans", {}, "key-0001")
    assert str(refused.value) == ("invalid_request: About invalid_request. (prices/0/currency: Missing.)")
    assert len(fake_api.asked) == 1


@pytest.mark.parametrize("answer", [problem(401, "invalid_api_key"), problem(403, "missing_scope")])
def test_a_key_that_is_no_good_is_told_from_a_row_that_is_none(
    fake_api: FakeApi, api: Api, answer: Answer
) -> None:
    answering(fake_api, answer)
    with pytest.raises(KeyRefusedError):
        api.post("/imports/plans", {}, "key-0001")


def test_the_address_of_something_else_is_noticed(fake_api: FakeApi, api: Api) -> None:
    answering(fake_api, Answer(200, "<h1>Welcome</h1>", {"Content-Type": "text/html"}))
    with pytest.raises(ApiError, match="is no Portico"):
        api.get("/settings")


def test_a_request_does_not_follow_to_another_address(fake_api: FakeApi, api: Api) -> None:
    answering(fake_api, Answer(301, "", {"Location": "https://billing.example/api/v1/imports/plans"}))
    with pytest.raises(ApiError, match=r"leads on to https://billing\.example: use that address"):
        api.post("/imports/plans", {}, "key-0001")
    assert len(fake_api.asked) == 1


def test_a_list_is_read_to_its_end(fake_api: FakeApi, api: Api) -> None:
    answering(
        fake_api,
        Answer(200, {"items": [{"plan": "a"}], "next_cursor": "further"}),
        Answer(200, {"items": [{"plan": "b"}], "next_cursor": None}),
    )
    assert [each["plan"] for each in api.items("/plans")] == ["a", "b"]


def test_nobody_waits_any_longer_once_it_is_stopped(fake_api: FakeApi) -> None:
    told: list[str] = []
    api = Api(fake_api.url, "the-key", tell=told.append)
    answering(fake_api, problem(429, "too_many_requests", retry_after="600"))
    stopping = threading.Thread(
        target=lambda: (wait_until(lambda: told, timeout=5, what="being asked to wait"), api.stop())
    )
    stopping.start()
    with pytest.raises(StoppedError):
        api.get("/settings")
    stopping.join()


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    assert seconds_to_wait({"Retry-After": "7"}) == 7
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < (seconds_to_wait({"Retry-After": later}) or 0) <= 60
    assert seconds_to_wait({"Retry-After": "soon"}) is None
    assert seconds_to_wait({}) is None
