from datetime import UTC, date, datetime

import pytest

from shared.kernel.clock import as_utc, local_date, utc_now
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from shared.kernel.ids import handle_from_number, is_handle, new_handle, new_id, new_token


@pytest.mark.parametrize("text", ["cust-0001", "a", "A_b@c-9", "x" * 255])
def test_handles(text):
    assert is_handle(text)


@pytest.mark.parametrize("text", ["", "a b", "ä", "a/b", "a\n", "x" * 256, "a.b"])
def test_what_is_no_handle(text):
    assert not is_handle(text)


def test_a_number_becomes_a_handle():
    assert handle_from_number("inv", "2026/00.12 ä") == "inv-2026-00-12--"
    assert is_handle(handle_from_number("inv", "2026/00.12 ä"))


def test_new_ids_differ():
    for make in (new_id, new_token, lambda: new_handle("pm")):
        assert make() != make()
    assert is_handle(new_handle("pm"))


def test_now_has_the_precision_of_the_store():
    assert utc_now().tzinfo is UTC
    assert utc_now().microsecond % 1000 == 0


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="zone"):
        as_utc(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_day_depends_on_the_place():
    moment = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert local_date(moment, "Europe/Berlin") == date(2026, 4, 1)
    assert local_date(moment, "America/New_York") == date(2026, 3, 31)


@pytest.mark.parametrize(
    "principal", [ANONYMOUS, system("demo"), Principal(PrincipalKind.CUSTOMER, "cust-1")]
)
def test_principals_as_text_and_back(principal):
    assert Principal.parse(str(principal)) == principal


def test_a_principal_of_no_kind_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        Principal.parse("nobody:1")


def test_business_time_can_be_chosen():
    chosen = datetime(2027, 1, 1, tzinfo=UTC)
    assert Context(chosen_now=chosen).business_now == chosen
    assert Context().business_now.year >= 2026
