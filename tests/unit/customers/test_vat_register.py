"""Noting which VAT numbers invoices bear."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from services.customers.usecases.vat_numbers import VatRegister


class Used:
    """Where it is noted whose VAT numbers are used."""

    def __init__(self) -> None:
        self.bill_groups: list[str] = []

    def mark_used(self, bill_group: str) -> None:
        self.bill_groups.append(bill_group)


@pytest.mark.parametrize(
    "told, number_now, is_used",
    [
        # What the invoice bears counts, whatever has become of the number since.
        ({"bears_vat_number": True}, "", True),
        ({"bears_vat_number": False}, "DE136695976", False),
        # An invoices service of before doesn't say.
        ({}, "DE136695976", True),
        ({}, "", False),
    ],
)
def test_a_number_is_used_when_an_invoice_bears_it(
    told: dict[str, Any], number_now: str, is_used: bool
) -> None:
    groups: Any = SimpleNamespace(get=lambda _: SimpleNamespace(value=SimpleNamespace(vat_number=number_now)))
    used: Any = Used()
    unneeded: Any = None
    VatRegister(groups, used, unneeded, unneeded).note_use({"bill_group": "bg-1", "data": told})
    assert used.bill_groups == (["bg-1"] if is_used else [])
