"""Who may change a wallet, and with what the wallet is asked."""

import pytest

from services.payments.domain.wallet import RunningSubscription
from services.payments.merchant import MerchantSettings
from services.payments.usecases.wallets import WalletUseCases
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError
from tests.unit.payments.examples import GROUP, NOW, method, wallet
from tests.unit.payments.fakes import FakeWallets, by, key

IMPORTED = {
    "payment_method": "pm-9",
    "kind": "card",
    "brand": "Visa",
    "last4": "4242",
    "expiry": {"year": 2029, "month": 12},
    "mandate": None,
    "status": "active",
    "created_at": NOW,
    "token": "",
}
CHANGES = {
    "make_default": {"payment_method": "pm-2"},
    "remove_payment_method": {"payment_method": "pm-2"},
    "set_auto_pay": {"auto_pay": False},
    "import_payment_methods": {"items": [IMPORTED], "default": None, "auto_pay": True},
}
OF_THE_HOUSE = (PrincipalKind.STAFF, PrincipalKind.API_KEY, PrincipalKind.SYSTEM)
MAY = {
    "make_default": (PrincipalKind.CUSTOMER, *OF_THE_HOUSE),
    "remove_payment_method": (PrincipalKind.CUSTOMER, *OF_THE_HOUSE),
    "set_auto_pay": (PrincipalKind.CUSTOMER, *OF_THE_HOUSE),
    "import_payment_methods": OF_THE_HOUSE,
}


def running(context: Context, bill_group: str) -> list[RunningSubscription]:
    return [RunningSubscription("sub-1", None)] if bill_group == GROUP else []


class FakeMerchant:
    def __init__(self, leaves_auto_pay: bool) -> None:
        self._leaves_auto_pay = leaves_auto_pay

    def leaves_auto_pay(self, context: Context) -> bool:
        return self._leaves_auto_pay


def use_cases(leaves_auto_pay: bool = True) -> WalletUseCases:
    kept = FakeWallets(wallet(method("pm-1"), method("pm-2"), default="pm-1"))
    return WalletUseCases(kept, running, FakeMerchant(leaves_auto_pay))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", PrincipalKind)
def test_who_may_do_what(change: str, kind: PrincipalKind) -> None:
    call = getattr(use_cases(), change)

    if kind in MAY[change]:
        assert call(by(kind), bill_group=GROUP, **CHANGES[change], key=key())["items"]
    else:
        with pytest.raises(DomainError, match="not_allowed"):
            call(by(kind), bill_group=GROUP, **CHANGES[change], key=key())


def test_removal_heeds_running_subscriptions() -> None:
    use, customer = use_cases(), by(PrincipalKind.CUSTOMER)
    use.remove_payment_method(customer, bill_group=GROUP, payment_method="pm-1", key=key("key-0001"))

    with pytest.raises(DomainError) as refused:
        use.remove_payment_method(customer, bill_group=GROUP, payment_method="pm-2", key=key("key-0002"))

    assert (refused.value.code, refused.value.params) == ("method_needed", {"subscriptions": ["sub-1"]})


def test_another_bill_groups_methods_are_not_found() -> None:
    with pytest.raises(DomainError, match="not_found"):
        use_cases().make_default(
            by(PrincipalKind.CUSTOMER), bill_group="bg-0002", payment_method="pm-1", key=key()
        )


def test_bill_group_without_a_wallet_has_an_empty_one() -> None:
    answer = use_cases().list_payment_methods(by(PrincipalKind.CUSTOMER), bill_group="bg-0002")

    assert answer == {"items": [], "default": None, "auto_pay": True}


@pytest.mark.parametrize("kind", [PrincipalKind.CUSTOMER, *OF_THE_HOUSE])
def test_only_the_merchants_side_turns_automatic_payment_where_that_is_not_left_to_customers(
    kind: PrincipalKind,
) -> None:
    use = use_cases(leaves_auto_pay=False)
    if kind is PrincipalKind.CUSTOMER:
        with pytest.raises(DomainError, match="switched_off"):
            use.set_auto_pay(by(kind), bill_group=GROUP, auto_pay=False, key=key())
    else:
        assert not use.set_auto_pay(by(kind), bill_group=GROUP, auto_pay=False, key=key())["auto_pay"]


def test_the_preview_of_a_removal_and_the_removal_agree() -> None:
    use, customer = use_cases(), by(PrincipalKind.CUSTOMER)

    planned = use.preview_removal(customer, bill_group=GROUP, payment_method="pm-1")

    assert planned["possible"]
    assert [one["subscription"] for one in planned["subscriptions"]] == ["sub-1"]
    done = use.remove_payment_method(customer, bill_group=GROUP, payment_method="pm-1", key=key())
    assert planned["default_after"] == done["items"][0]
    last = use.preview_removal(customer, bill_group=GROUP, payment_method="pm-2")
    assert (last["possible"], last["needed_by"], last["default_after"]) == (False, ["sub-1"], None)
    with pytest.raises(DomainError, match="not_found"):
        use.preview_removal(customer, bill_group="bg-0002", payment_method="pm-2")


def test_the_merchants_switch_is_asked_for_once_a_second() -> None:
    class Customers:
        asked = 0

        def get_merchant(self, context: Context) -> dict[str, bool]:
            self.asked += 1
            return {"customers_auto_pay": self.asked == 1}

    class Calls:
        customers = Customers()

    moments = iter((10.0, 10.0, 10.5, 11.0, 11.0))
    merchant = MerchantSettings(Calls(), lambda: next(moments))
    context = by(PrincipalKind.CUSTOMER)
    assert [merchant.leaves_auto_pay(context) for _ in range(3)] == [True, True, False]
