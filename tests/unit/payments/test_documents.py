"""Documents of the store give back what they were made of."""

from dataclasses import replace

import pytest

from services.payments import documents
from services.payments.domain.instruments import Instrument, InstrumentKind, Mandate
from services.payments.domain.providers import Provider, StoredKey
from services.payments.domain.setups import Beginner, Setup, start
from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState
from services.payments.domain.wallet import PaymentMethod, Status, Wallet
from services.payments.domain.webhooks import Received, Refused, Tally
from shared.kernel.money import Money
from tests.unit.payments.examples import GROUP, NOW, card, method, wallet

ACCOUNT = Instrument(InstrumentKind.SEPA_DEBIT, "DE", "3000", mandate=Mandate("REF-1", NOW), token="sm_1")
STARTED = start("setup-1", GROUP, "sandbox", "https://portal.test/", "de", "pm-1", NOW)
ANNA = Beginner("customer:cust-1", "ses-1", "192.0.2.7", "Firefox")
BEGUN = replace(STARTED, begun_by=ANNA)


@pytest.mark.parametrize(
    "kept",
    [
        wallet(),
        wallet(method("pm-1"), method("pm-2", Status.DELETED), default="pm-1", auto_pay=False),
        wallet(PaymentMethod("pm-3", ACCOUNT, Status.PENDING, NOW, ("setup-1", "setup-2"))),
    ],
)
def test_wallet(kept: Wallet) -> None:
    document = {"_id": GROUP, "bill_group": GROUP, **documents.from_wallet(kept)}

    assert documents.to_wallet(document) == kept


@pytest.mark.parametrize(
    "kept", [STARTED, BEGUN, STARTED.opened("ss_1", "https://p.test"), STARTED.failed("no")]
)
def test_setup(kept: Setup) -> None:
    document = {"_id": kept.handle, "bill_group": GROUP, **documents.from_setup(kept)}

    assert documents.to_setup(document) == kept
    assert ("ask_at" in document) == (not kept.ended)


def test_setup_of_an_older_version_began_at_the_one_provider_that_there_was() -> None:
    document = {"_id": "setup-1", "bill_group": GROUP, **documents.from_setup(STARTED)}
    del document["provider"]

    assert documents.to_setup(document) == STARTED


PAYMENT = Transaction(
    "txn-1", GROUP, TransactionKind.SETTLE, TransactionState.UNKNOWN, Money(5, "JPY"), NOW, reference="R 7"
)


@pytest.mark.parametrize(
    "kept",
    [
        PAYMENT,
        replace(PAYMENT, invoice="inv-1", instrument=card()),
        replace(PAYMENT, invoice="inv-1", instrument=ACCOUNT),
        replace(PAYMENT, instrument=Instrument(InstrumentKind.CASH, "", "")),
        replace(PAYMENT, kind=TransactionKind.REFUND, refunds="txn-0"),
        replace(PAYMENT, kind=TransactionKind.REFUND, invoice="inv-1", refunds="txn-0", turn=2),
        replace(PAYMENT, invoice="inv-1", turn=12),
    ],
)
def test_transaction(kept: Transaction) -> None:
    document = {"_id": "txn-1", "bill_group": GROUP, **documents.from_transaction(kept)}

    assert documents.to_transaction(document) == kept
    assert ("refunds" in document) == (kept.refunds is not None)
    assert ("turn" in document) == (kept.turn is not None)


def test_documents_of_before_can_be_read() -> None:
    setup = {"_id": "setup-1", "bill_group": GROUP, **documents.from_setup(STARTED)}
    del setup["begun_by"]
    assert documents.to_setup(setup) == STARTED
    assert documents.to_provider({"_id": "sandbox", "on": True, "key": None}) == Provider("sandbox")


@pytest.mark.parametrize(
    "kept", [Provider("sandbox", on=False), Provider("sandbox", webhook_secret=StoredKey("x", "y", NOW))]
)
def test_provider(kept: Provider) -> None:
    assert documents.to_provider({"_id": "sandbox", **documents.from_provider(kept)}) == kept


def test_tally() -> None:
    assert documents.to_tally({}, []) == Tally()
    last = {"_id": "sandbox", "received": {"at": NOW, "type": "method.updated"}}
    counted = [{"_id": "1", "received": 2, "refused": 1}, {"_id": "2", "received": 1, "unrelated": 3}]
    received = Received(NOW, "method.updated")
    assert documents.to_tally(last, counted) == Tally(received, None, received=6, unrelated=3, refused=1)
    last = {"_id": "sandbox", "refused": {"at": NOW, "reason": "too_old"}}
    assert documents.to_tally(last, []) == Tally(last_refused=Refused(NOW, "too_old"))
