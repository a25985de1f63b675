"""Who may change a wallet, and with what the wallet is asked."""

import pytest

from services.payments.domain.wallet import RunningSubscription
from services.payments.usecases.offering import Offering
from services.payments.usecases.wallets import WalletUseCases
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError
from tests.unit.payments.examples import GROUP, NOW, method, wallet
from tests.unit.payments.fakes import FakeCustomers, FakeMerchant, FakeProviders, FakeWallets, by, key

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


def use_cases(*off: str, offered: bool = True) -> WalletUseCases:
    kept = FakeWallets(wallet(method("pm-1"), method("pm-2"), default="pm-1"))
    offering = Offering(FakeMerchant(*off), FakeProviders("sandbox" if offered else None))
    return WalletUseCases(kept, running, offering, FakeCustomers(GROUP))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", PrincipalKind)
def test_who_may_do_what(change: str, kind: PrincipalKind) -> None:
    call = getattr(use_cases(), change)

    if kind in MAY[change]:
        assert call(by(kind), bill_group=GROUP, **CHANGES[change], key=key())["items"]
    else:
        with pytest.raises(DomainError, match="not_allowed"):
            call(by(kind), bill_group=GROUP, **CHANGES[change], key=key())


def test_methods_of_nobody_are_not_taken_in() -> None:
    wallets = FakeWallets()
    use = WalletUseCases(wallets, running, Offering(FakeMerchant(), FakeProviders()), FakeCustomers(GROUP))
    with pytest.raises(DomainError, match="not_found"):
        use.import_payment_methods(
            by(PrincipalKind.SYSTEM),
            bill_group="bg-of-nobody",
            **CHANGES["import_payment_methods"],
            key=key(),
        )
    assert not wallets.kept


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

    assert answer == {"items": [], "default": None, "auto_pay": True, "may_add": True, "may_remove": True}


@pytest.mark.parametrize("kind", [PrincipalKind.CUSTOMER, *OF_THE_HOUSE])
def test_only_the_merchants_side_turns_automatic_payment_where_that_is_not_left_to_customers(
    kind: PrincipalKind,
) -> None:
    use = use_cases("customers_auto_pay")
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


@pytest.mark.parametrize("kind", [PrincipalKind.CUSTOMER, *OF_THE_HOUSE])
def test_only_the_merchants_side_removes_methods_where_that_is_not_left_to_customers(
    kind: PrincipalKind,
) -> None:
    use = use_cases("customers_remove_methods")
    for call, more in ((use.preview_removal, {}), (use.remove_payment_method, {"key": key()})):
        if kind is PrincipalKind.CUSTOMER:
            with pytest.raises(DomainError, match="switched_off"):
                call(by(kind), bill_group=GROUP, payment_method="pm-2", **more)
        else:
            assert call(by(kind), bill_group=GROUP, payment_method="pm-2", **more)


@pytest.mark.parametrize(
    "off, offered, may",
    [
        ((), True, (True, True)),
        (("customers_add_methods",), True, (False, True)),
        (("customers_remove_methods",), True, (True, False)),
        ((), False, (False, True)),
    ],
)
def test_pages_learn_what_may_be_done(off: tuple[str, ...], offered: bool, may: tuple[bool, bool]) -> None:
    use, customer = use_cases(*off, offered=offered), by(PrincipalKind.CUSTOMER)
    shown = use.list_payment_methods(customer, bill_group=GROUP)
    assert (shown["may_add"], shown["may_remove"]) == may
    assert use.payment_summary(customer, bill_group=GROUP)["may_add"] is may[0]
    staff = use.list_payment_methods(by(PrincipalKind.STAFF), bill_group=GROUP)
    assert (staff["may_add"], staff["may_remove"]) == (offered, True)
