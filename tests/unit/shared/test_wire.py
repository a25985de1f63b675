import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, Kind
from shared.messaging import deadlines, headers, wire


def test_values_have_one_form_on_the_wire():
    body = wire.encode(
        {"day": date(2026, 1, 2), "at": datetime(2026, 1, 2, tzinfo=UTC), "rate": Decimal("7.00")}
    )
    assert json.loads(body) == {"day": "2026-01-02", "at": "2026-01-02T00:00:00+00:00", "rate": "7.00"}


def test_what_has_no_form_is_refused():
    with pytest.raises(TypeError):
        wire.encode({"what": object()})


def test_errors_cross_as_they_are():
    error = DomainError("wrong_code", Kind.RETRY, attempts_left=3)
    crossed = wire.load_error(json.loads(wire.encode(wire.dump_error(error))))
    assert (crossed.code, crossed.kind, crossed.params) == ("wrong_code", Kind.RETRY, {"attempts_left": 3})


def test_an_error_of_nobody_is_internal():
    assert wire.load_error({"exc_type": "KeyError", "value": "secret"}).code == "internal"


def test_a_context_travels():
    context = Context(
        principal=Principal(PrincipalKind.STAFF, "staff-1"),
        session="s1",
        address="192.0.2.1",
        user_agent="Browser ä",
        language="de",
        chosen_now=datetime(2027, 1, 1, tzinfo=UTC),
        read_only=True,
    )
    assert headers.load_context(headers.dump_context(context)) == context


def test_a_call_without_a_context_is_nobodys():
    nobodys = headers.load_context({})
    assert (nobodys.principal.kind, nobodys.read_only) == (PrincipalKind.ANONYMOUS, False)


def test_an_earlier_deadline_wins():
    assert deadlines.remaining(3) == 3
    with deadlines.within(1):
        assert deadlines.remaining(3) <= 1
        with deadlines.within(2):
            assert deadlines.remaining(3) <= 1
    with deadlines.within(-1):
        assert deadlines.remaining(3) == 0
    assert deadlines.remaining(3) == 3
