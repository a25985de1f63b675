"""The merchant's settings as services read them."""

from typing import Any

from shared.kernel.context import Context
from shared.merchant import MerchantSettings

CONTEXT = Context()


class Calls:
    """A customers service that turns off pausing when it is asked for the second time."""

    def __init__(self) -> None:
        self.customers = self
        self.asked = 0

    def get_merchant(self, context: Context) -> dict[str, Any]:
        self.asked += 1
        return {"customers_pause": self.asked == 1}


def test_they_are_asked_for_once_a_second() -> None:
    now = [10.0]
    calls = Calls()
    merchant = MerchantSettings(calls, lambda: now[0])
    leaves = []
    for now[0] in (10.0, 10.9, 11.0, 11.5):
        leaves.append(merchant.leaves(CONTEXT, "customers_pause"))
    assert leaves == [True, True, False, False]
    assert calls.asked == 2


def test_a_switch_that_is_not_known_yet_leaves_it_to_customers() -> None:
    assert MerchantSettings(Calls()).leaves(CONTEXT, "customers_fly")
