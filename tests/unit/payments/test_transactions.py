"""Which transactions can be, what they tell, and their use cases."""

from itertools import product

import pytest

from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState
from services.payments.usecases.transactions import TransactionUseCases
from shared.kernel.context import PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.money import Money
from tests.unit.payments.examples import GROUP, NOW, card
from tests.unit.payments.fakes import FakeTransactions, by, key

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
    assert made.imported().type == (event if made.succeeded else "transaction_imported")


@pytest.mark.parametrize("minor", [0, -1])
def test_amount_is_positive(minor: int) -> None:
    with pytest.raises(DomainError, match="invalid_transaction"):
        transaction(TransactionKind.SETTLE, TransactionState.SETTLED, minor)


IMPORT = {
    "bill_group": GROUP,
    "transaction": "txn-1",
    "kind": "settle",
    "state": "settled",
    "amount": 1900,
    "currency": "EUR",
    "invoice": "inv-1",
    "method": {"kind": "card", "brand": "Visa", "last4": "4242"},
    "at": NOW,
}


def test_imported_transaction_is_listed() -> None:
    use = TransactionUseCases(FakeTransactions())

    answer = use.import_transaction(by(PrincipalKind.SYSTEM), **IMPORT, key=key())
    listed = use.list_transactions(bill_group=GROUP, invoice="inv-1", limit=25, cursor=None)

    assert listed == {"items": [answer], "next_cursor": None}
    assert answer == {name: value for name, value in IMPORT.items() if name != "bill_group"}


def test_import_again_with_another_content_is_refused() -> None:
    use = TransactionUseCases(FakeTransactions())
    use.import_transaction(by(PrincipalKind.SYSTEM), **IMPORT, key=key("key-0001"))

    use.import_transaction(by(PrincipalKind.SYSTEM), **IMPORT, key=key("key-0002"))
    with pytest.raises(DomainError, match="already_exists"):
        use.import_transaction(by(PrincipalKind.SYSTEM), **{**IMPORT, "amount": 1}, key=key("key-0003"))


@pytest.mark.parametrize("kind", [PrincipalKind.ANONYMOUS, PrincipalKind.CUSTOMER])
def test_customers_do_not_import(kind: PrincipalKind) -> None:
    with pytest.raises(DomainError, match="not_allowed"):
        TransactionUseCases(FakeTransactions()).import_transaction(by(kind), **IMPORT, key=key())
