"""Which transactions can be, what they tell, and their use cases."""

from dataclasses import replace
from itertools import product

import pytest

from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState
from services.payments.usecases.transactions import TransactionUseCases
from shared.kernel.context import PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.money import Money
from tests.unit.payments.examples import GROUP, NOW, card
from tests.unit.payments.fakes import FakeCustomers, FakeTransactions, by, key

# The only state of the succeeding ones that a kind can be in, and the event of it.
SUCCESS = {
    TransactionKind.SETTLE: (TransactionState.SETTLED, "payment_settled"),
    TransactionKind.REFUND: (TransactionState.REFUNDED, "payment_refunded"),
    TransactionKind.AUTHORIZATION: (TransactionState.AUTHORIZED, "transaction_imported"),
    TransactionKind.CHARGEBACK: (TransactionState.SETTLED, "payment_charged_back"),
}
SUCCESSES = {TransactionState.SETTLED, TransactionState.REFUNDED, TransactionState.AUTHORIZED}


def transaction(kind: TransactionKind, state: TransactionState, minor: int = 1900) -> Transaction:
    return Transaction("txn-1", GROUP, kind, state, Money(minor, "EUR"), NOW, "inv-1", card())


@pytest.mark.parametrize("kind, state", list(product(TransactionKind, TransactionState)))
def test_every_kind_in_every_state(kind: TransactionKind, state: TransactionState) -> None:
    success, event = SUCCESS[kind]

    if state in SUCCESSES - {success}:
        with pytest.raises(DomainError, match="invalid_transaction"):
            transaction(kind, state)
        return
    made = transaction(kind, state)
    assert made.succeeded == (state is success)
    told = event if made.succeeded else "transaction_imported"
    assert made.happened(imported=True).type == told


@pytest.mark.parametrize("minor", [0, -1])
def test_amount_is_positive(minor: int) -> None:
    with pytest.raises(DomainError, match="invalid_transaction"):
        transaction(TransactionKind.SETTLE, TransactionState.SETTLED, minor)


def test_only_a_refund_refunds() -> None:
    payment = transaction(TransactionKind.SETTLE, TransactionState.SETTLED)
    with pytest.raises(DomainError, match="invalid_transaction"):
        replace(payment, refunds="txn-0")


@pytest.mark.parametrize(
    "kind, state, moved",
    [
        (TransactionKind.SETTLE, TransactionState.SETTLED, 1900),
        (TransactionKind.SETTLE, TransactionState.PROCESSING, 0),
        (TransactionKind.REFUND, TransactionState.REFUNDED, -1900),
        (TransactionKind.CHARGEBACK, TransactionState.SETTLED, -1900),
        (TransactionKind.AUTHORIZATION, TransactionState.AUTHORIZED, 0),
    ],
)
def test_what_the_merchant_has_more_of_it(kind: TransactionKind, state: TransactionState, moved: int) -> None:
    assert transaction(kind, state).moved == moved


IMPORT = {
    "bill_group": GROUP,
    "transaction": "txn-1",
    "kind": "settle",
    "state": "settled",
    "amount": 1900,
    "currency": "EUR",
    "invoice": "inv-1",
    "refunds": None,
    "method": {"kind": "card", "brand": "Visa", "last4": "4242"},
    "reference": "",
    "at": NOW,
}
ANY = {
    "kind": None,
    "state": None,
    "stage": None,
    "at_from": None,
    "at_to": None,
    "sort": "-at",
    "limit": 25,
    "cursor": None,
}


def use_cases(kept: FakeTransactions | None = None) -> TransactionUseCases:
    return TransactionUseCases(kept or FakeTransactions(), FakeCustomers(GROUP))


def test_imported_transaction_is_listed() -> None:
    use = use_cases()

    answer = use.import_transaction(by(PrincipalKind.SYSTEM), **IMPORT, key=key())
    listed = use.list_transactions(by(PrincipalKind.CUSTOMER), bill_group=GROUP, invoice="inv-1", **ANY)

    assert listed == {"items": [answer], "next_cursor": None}
    assert answer == IMPORT == use.get_transaction(bill_group=GROUP, transaction="txn-1")


def test_import_again_with_another_content_is_refused() -> None:
    use = use_cases()
    use.import_transaction(by(PrincipalKind.SYSTEM), **IMPORT, key=key("key-0001"))

    use.import_transaction(by(PrincipalKind.SYSTEM), **IMPORT, key=key("key-0002"))
    with pytest.raises(DomainError, match="already_exists"):
        use.import_transaction(by(PrincipalKind.SYSTEM), **{**IMPORT, "amount": 1}, key=key("key-0003"))


def test_a_transaction_of_nobody_is_not_taken_in() -> None:
    kept = FakeTransactions()
    with pytest.raises(NotFound):
        use_cases(kept).import_transaction(
            by(PrincipalKind.SYSTEM), **{**IMPORT, "bill_group": "bg-of-nobody"}, key=key()
        )
    assert not kept.kept


@pytest.mark.parametrize("kind", [PrincipalKind.ANONYMOUS, PrincipalKind.CUSTOMER])
def test_customers_neither_import_nor_find(kind: PrincipalKind) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        use_cases().import_transaction(by(kind), **IMPORT, key=key())
    with pytest.raises(DomainError, match="not_allowed"):
        use_cases().find_transactions(by(kind), bill_group=None, invoice=None, **ANY)
