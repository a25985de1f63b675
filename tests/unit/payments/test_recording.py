"""Money that is recorded by hand: how much of it fits, and that it counts once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.payments.domain.payable import Payable
from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState, TurnTaken
from services.payments.usecases.recording import RecordingUseCases
from shared.kernel.context import PrincipalKind
from shared.kernel.errors import DomainError, Kind
from shared.kernel.money import Money
from tests.unit.payments.examples import GROUP, NOW, card
from tests.unit.payments.fakes import FakeInvoices, FakeTransactions, by, key

INVOICE = Payable("inv-1", issued=True, balance=1900, currency="EUR", counted=frozenset())
STAFF = by(PrincipalKind.STAFF)


def moved(handle: str, amount: int, kind: TransactionKind = TransactionKind.SETTLE) -> Transaction:
    refund = kind is TransactionKind.REFUND
    state = TransactionState.REFUNDED if refund else TransactionState.SETTLED
    return Transaction(handle, GROUP, kind, state, Money(amount, "EUR"), NOW, "inv-1", card())


def recorded(
    transactions: FakeTransactions | None = None, payable: Payable = INVOICE, **asked: Any
) -> dict[str, Any]:
    given = {
        "bill_group": GROUP,
        "invoice": "inv-1",
        "amount": None,
        "currency": None,
        "overpay": False,
        "paid_with": "transfer",
        "reference": "",
        "at": None,
        "transaction": None,
        "key": key(),
        **asked,
    }
    use = RecordingUseCases(transactions or FakeTransactions(), FakeInvoices(payable))
    return use.record_payment(given.pop("context", STAFF), **given)


def refunded(transactions: FakeTransactions, **asked: Any) -> dict[str, Any]:
    given = {
        "bill_group": GROUP,
        "transaction": "txn-1",
        "amount": None,
        "paid_with": "transfer",
        "reference": "",
        "at": None,
        "refund": None,
        "key": key(),
        **asked,
    }
    use = RecordingUseCases(transactions, FakeInvoices(INVOICE))
    return use.record_refund(given.pop("context", STAFF), **given)


def test_all_that_is_due_is_settled_by_hand() -> None:
    transactions = FakeTransactions()
    made = recorded(transactions, reference="Statement 7", paid_with="cash", at=NOW - timedelta(days=2))
    assert (made["amount"], made["currency"], made["state"]) == (1900, "EUR", "settled")
    assert made["method"] == {"kind": "cash", "brand": "", "last4": ""}
    assert (made["reference"], made["at"]) == ("Statement 7", NOW - timedelta(days=2))
    assert transactions.happened == ["payment_settled"]


@pytest.mark.parametrize(
    "payable, asked, code",
    [
        (replace(INVOICE, issued=False), {}, "not_issued"),
        (INVOICE, {"currency": "CHF"}, "currency_differs"),
        (replace(INVOICE, balance=0), {}, "nothing_due"),
        (replace(INVOICE, balance=-500), {}, "nothing_due"),
        (INVOICE, {"amount": 1901}, "more_than_due"),
        (INVOICE, {"at": NOW + timedelta(seconds=1)}, "invalid_transaction"),
        (INVOICE, {"invoice": "inv-2"}, "not_found"),
        (INVOICE, {"context": by(PrincipalKind.CUSTOMER)}, "not_allowed"),
        (INVOICE, {"context": by(PrincipalKind.ANONYMOUS)}, "not_allowed"),
    ],
)
def test_what_does_not_fit_is_refused(payable: Payable, asked: dict[str, Any], code: str) -> None:
    transactions = FakeTransactions()
    with pytest.raises(DomainError, match=code):
        recorded(transactions, payable, **asked)
    assert not transactions.kept


@pytest.mark.parametrize("amount", [1, 1900])
def test_up_to_what_is_due_is_taken(amount: int) -> None:
    assert recorded(amount=amount, currency="EUR")["amount"] == amount


@pytest.mark.parametrize("balance", [1900, 0, -500])
def test_more_is_taken_where_it_is_said_to_have_come(balance: int) -> None:
    assert recorded(payable=replace(INVOICE, balance=balance), amount=5000, overpay=True)["amount"] == 5000


def test_what_the_invoice_has_not_heard_of_counts() -> None:
    known = FakeTransactions(
        moved("txn-1", 1000), moved("txn-2", 300, TransactionKind.REFUND), moved("txn-3", 400)
    )
    heard_of_the_last = replace(INVOICE, balance=1500, counted=frozenset({"txn-3"}))
    assert recorded(known, heard_of_the_last)["amount"] == 1500 - 1000 + 300


def test_one_key_records_one_payment_though_nothing_is_due_by_then() -> None:
    transactions = FakeTransactions()
    first = recorded(transactions)
    settled = replace(INVOICE, balance=0, counted=frozenset(transactions.kept))
    assert recorded(transactions, settled) == first
    with pytest.raises(DomainError, match="nothing_due"):
        recorded(transactions, settled, key=key("key-0002"))
    assert len(transactions.kept) == 1


def test_of_two_requests_at_once_the_slower_one_gets_the_answer_of_the_quicker() -> None:
    class Raced(FakeTransactions):
        """Another process records the same payment just after we have looked for it."""

        def of_invoice(self, bill_group: str, invoice: str) -> Sequence[Transaction]:
            if not self.kept:
                self.kept["txn-9"] = moved("txn-9", 1900)
                self._made_by["txn-9"] = key().value
            return super().of_invoice(bill_group, invoice)

    assert recorded(Raced(), transaction="txn-9")["amount"] == 1900


def test_of_two_payments_at_once_the_slower_one_is_held_against_what_is_left_then() -> None:
    class Raced(FakeTransactions):
        """Another process records another payment just after we have looked."""

        def of_invoice(self, bill_group: str, invoice: str) -> Sequence[Transaction]:
            known = super().of_invoice(bill_group, invoice)
            if not self.kept:
                self.kept["txn-9"] = replace(moved("txn-9", 1500), turn=1)
            return known

    transactions = Raced()
    with pytest.raises(DomainError, match="more_than_due") as refused:
        recorded(transactions, amount=500)
    assert refused.value.params == {"due": 400, "currency": "EUR"}
    assert recorded(transactions)["amount"] == 400
    assert sum(one.moved for one in transactions.kept.values()) == 1900


def test_of_two_refunds_at_once_the_slower_one_is_held_against_what_is_left_then() -> None:
    class Raced(FakeTransactions):
        """Another process refunds a part just after we have looked."""

        def refunds_of(self, payment: Transaction) -> Sequence[Transaction]:
            known = super().refunds_of(payment)
            if "txn-9" not in self.kept:
                self.kept["txn-9"] = replace(
                    moved("txn-9", 1500, TransactionKind.REFUND), refunds="txn-1", turn=1
                )
            return known

    transactions = Raced(moved("txn-1", 1900))
    assert refunded(transactions)["amount"] == 400


def test_somebody_who_is_never_quick_enough_is_told_to_try_again() -> None:
    class Crowded(FakeTransactions):
        """Whatever is recorded, somebody else has just had that turn."""

        def add(self, *_: object, **__: object) -> dict[str, Any]:
            raise TurnTaken

    with pytest.raises(DomainError, match="busy") as refused:
        recorded(Crowded())
    assert refused.value.kind is Kind.RETRY


def test_a_handle_that_is_taken_is_refused() -> None:
    with pytest.raises(DomainError, match="already_exists"):
        recorded(FakeTransactions(moved("txn-1", 100)), transaction="txn-1")


def test_a_payment_goes_back_in_parts() -> None:
    transactions = FakeTransactions(moved("txn-1", 1900))
    part = refunded(transactions, amount=500, refund="txn-2")
    assert (part["kind"], part["state"], part["refunds"], part["invoice"]) == (
        "refund",
        "refunded",
        "txn-1",
        "inv-1",
    )
    with pytest.raises(DomainError, match="more_than_paid") as refused:
        refunded(transactions, amount=1401, key=key("key-0002"))
    assert refused.value.params == {"left": 1400, "currency": "EUR"}
    assert refunded(transactions, key=key("key-0003"))["amount"] == 1400
    assert refunded(transactions, key=key("key-0003"))["amount"] == 1400
    with pytest.raises(DomainError, match="not_refundable"):
        refunded(transactions, key=key("key-0004"))
    assert transactions.happened == ["payment_refunded", "payment_refunded"]


@pytest.mark.parametrize(
    "payment",
    [
        moved("txn-1", 100, TransactionKind.REFUND),
        replace(moved("txn-1", 100), state=TransactionState.PROCESSING),
        replace(moved("txn-1", 100), kind=TransactionKind.CHARGEBACK),
    ],
)
def test_only_money_that_came_goes_back(payment: Transaction) -> None:
    with pytest.raises(DomainError, match="not_refundable"):
        refunded(FakeTransactions(payment))


def test_customers_refund_nothing() -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        refunded(FakeTransactions(moved("txn-1", 100)), context=by(PrincipalKind.CUSTOMER))
