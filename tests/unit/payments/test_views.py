"""What is told of wallets."""

import pytest

from services.payments import views
from services.payments.domain.instruments import Expiry, Instrument, InstrumentKind, Mandate
from services.payments.domain.wallet import PaymentMethod, Status, Wallet
from shared.contracts.payments import contract
from tests.unit.payments.examples import EXPIRED, GROUP, NOW, method, wallet

SOON = Expiry(2026, 7)


@pytest.mark.parametrize(
    "kept, attention",
    [
        (wallet(), [("no_usable_method", None)]),
        (wallet(auto_pay=False), []),
        (wallet(method("pm-1"), default="pm-1"), []),
        (wallet(method("pm-1", expiry=SOON), default="pm-1"), [("method_expires_soon", "pm-1")]),
        (
            wallet(method("pm-1", expiry=EXPIRED), default="pm-1"),
            [("no_usable_method", None), ("method_expired", "pm-1")],
        ),
        (
            wallet(method("pm-1"), method("pm-2", Status.FAILED), default="pm-1"),
            [("method_failed", "pm-2")],
        ),
        (
            wallet(method("pm-1", Status.INACTIVATED, EXPIRED), default="pm-1"),
            [("no_usable_method", None), ("method_inactivated", "pm-1")],
        ),
        (wallet(method("pm-1"), method("pm-2", Status.DELETED, EXPIRED), default="pm-1"), []),
    ],
)
def test_what_the_customer_should_look_at(kept: Wallet, attention: list) -> None:
    summary = views.of_summary(kept, NOW, may_add=True)

    assert [(item["code"], item["payment_method"]) for item in summary["attention"]] == attention
    for item in summary["attention"]:
        shown = {"kind": "card", "brand": "Visa", "last4": "4242"} if item["payment_method"] else None
        assert item["method"] == shown


def test_account_with_its_mandate() -> None:
    account = Instrument(InstrumentKind.SEPA_DEBIT, "DE", "3000", mandate=Mandate("REF-1", NOW))
    kept = Wallet(GROUP, (PaymentMethod("pm-1", account, Status.ACTIVE, NOW),), "pm-1")

    assert views.of_method(kept.methods[0], kept, NOW) == {
        "payment_method": "pm-1",
        "kind": "sepa_debit",
        "brand": "DE",
        "last4": "3000",
        "expiry": None,
        "expiry_state": "ok",
        "mandate": {"reference": "REF-1", "signed_at": NOW, "text": ""},
        "status": "active",
        "default": True,
        "created_at": NOW,
    }


@pytest.mark.parametrize(
    "kept, collects",
    [
        (wallet(method("pm-1"), default="pm-1"), True),
        (wallet(method("pm-1"), default="pm-1", auto_pay=False), False),
        (wallet(method("pm-1", expiry=EXPIRED), method("pm-2"), default="pm-1"), False),
        (wallet(method("pm-1", Status.FAILED), default="pm-1"), False),
        (wallet(method("pm-1")), False),
    ],
)
def test_whether_what_falls_due_is_charged_by_itself(kept: Wallet, collects: bool) -> None:
    assert views.of_summary(kept, NOW, may_add=True)["collects"] is collects


def test_views_fit_the_contract() -> None:
    kept = wallet(method("pm-1"), method("pm-2", Status.DELETED), default="pm-1")

    for name, view in (
        ("list_payment_methods", views.of_wallet(kept, NOW, may_add=True, may_remove=False)),
        ("payment_summary", views.of_summary(kept, NOW, may_add=True)),
    ):
        schema = contract.methods[name].reply()
        assert schema.load(schema.dump(view)) == view


def test_deleted_methods_are_not_shown() -> None:
    kept = wallet(method("pm-1", Status.DELETED))

    assert views.of_wallet(kept, NOW, may_add=True, may_remove=False) == {
        "items": [],
        "default": None,
        "auto_pay": True,
        "may_add": True,
        "may_remove": False,
    }
