"""Bill groups are asked for at the customers service, and those that are there only once."""

from typing import Any

import pytest

from services.payments import customers
from services.payments.customers import CustomersService
from shared.kernel.context import PrincipalKind
from shared.kernel.errors import NotFound
from tests.unit.payments.fakes import by

STAFF = by(PrincipalKind.STAFF)


class Calls:
    """Knows the bill groups that begin with ``bg-0``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.customers = self

    def get_bill_group(self, _context: Any, *, bill_group: str) -> dict[str, Any]:
        self.asked.append(bill_group)
        if not bill_group.startswith("bg-0"):
            raise NotFound
        return {"bill_group": bill_group}


def test_one_that_is_there_is_asked_for_once() -> None:
    calls = Calls()
    service = CustomersService(calls)
    for _ in range(3):
        service.must_know(STAFF, "bg-01")
    assert calls.asked == ["bg-01"]


def test_one_that_is_not_there_is_asked_for_each_time() -> None:
    calls = Calls()
    service = CustomersService(calls)
    for _ in range(2):
        with pytest.raises(NotFound):
            service.must_know(STAFF, "bg-1")
    assert calls.asked == ["bg-1", "bg-1"]


def test_not_more_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customers, "_MOST_REMEMBERED", 2)
    calls = Calls()
    service = CustomersService(calls)
    for bill_group in ("bg-01", "bg-02", "bg-03", "bg-03", "bg-01"):
        service.must_know(STAFF, bill_group)
    assert calls.asked == ["bg-01", "bg-02", "bg-03", "bg-01"]
