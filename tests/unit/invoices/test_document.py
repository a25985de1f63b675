"""The life of a document."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.invoices.domain.document import Document, Kind, Payment, Status
from services.invoices.domain.parties import Address
from services.invoices.domain.summary import Summary
from shared.kernel.errors import DomainError
from tests.unit.invoices.examples import BUYER, DAY, INVOICES, NOW, PARTIES, draft, issued, line

NUMBER = INVOICES.number_on(DAY, 1)


def payment(amount: int, transaction: str = "txn-1", kind: str = "settle") -> Payment:
    return Payment(transaction, kind, amount, "settled", NOW)


def in_state(status: Status) -> Document:
    return draft() if status is Status.DRAFT else replace(issued(), status=status)


def test_a_draft_is_known_by_its_id_and_an_invoice_by_its_number() -> None:
    assert draft().handle == "draft-1"
    assert draft().issued(NUMBER, DAY, PARTIES).handle == "inv-2026-00001"


def test_issuing_freezes_parties_and_dates_and_taxes_anew() -> None:
    in_france = replace(BUYER, address=Address(country="FR"), vat_number="FR40303265045")
    invoice = draft(line(1000)).issued(NUMBER, DAY, replace(PARTIES, buyer=in_france))
    assert invoice.issue is not None
    assert invoice.issue.due_on == DAY + timedelta(days=14)
    assert invoice.issue.buyer == in_france
    assert (invoice.total, invoice.taxes[0].rate.reason) == (1000, "reverse_charge")


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DRAFT])
def test_an_issued_document_is_not_edited(status: Status) -> None:
    document = in_state(status)
    with pytest.raises(DomainError, match="document_issued"):
        document.revised(lines=(), discounts=(), note="", due_days=1)
    with pytest.raises(DomainError, match="document_issued"):
        document.issued(NUMBER, DAY, PARTIES)
    with pytest.raises(DomainError, match="document_issued"):
        document.frozen(NUMBER, DAY, PARTIES)
    with pytest.raises(FrozenInstanceError):
        document.note = "other"  # type: ignore[misc]


def test_a_revised_draft_counts_its_revisions() -> None:
    revised = draft().revised(lines=draft(line(50)).lines, discounts=(), note="new", due_days=30)
    assert (revised.net_total, revised.revision, revised.note) == (50, 2, "new")


@pytest.mark.parametrize(
    "before, amount, after",
    [
        (Status.PENDING, 1190, Status.SETTLED),
        (Status.DUNNING, 1190, Status.SETTLED),
        (Status.FAILED, 1190, Status.SETTLED),
        (Status.PENDING, 1189, Status.PENDING),
        (Status.DUNNING, 1189, Status.DUNNING),
        (Status.FAILED, 1189, Status.FAILED),
        (Status.PENDING, 1191, Status.SETTLED),
        (Status.CANCELLED, 1190, Status.CANCELLED),
    ],
)
def test_payments_settle(before: Status, amount: int, after: Status) -> None:
    paid = in_state(before).with_payment(payment(amount), "EUR")
    assert paid.status is after
    assert paid.paid == amount
    assert paid.due == (max(1190 - amount, 0) if after is not Status.CANCELLED else 0)


def test_a_payment_counts_once() -> None:
    paid = issued().with_payment(payment(500), "EUR")
    assert paid.with_payment(payment(500), "EUR") is paid
    assert paid.with_payment(payment(500, "txn-2"), "EUR").paid == 1000


def test_money_that_goes_back_is_due_again() -> None:
    settled = issued().with_payment(payment(1190), "EUR")
    back = settled.with_payment(payment(1190, "txn-2", "chargeback"), "EUR")
    assert (back.paid, back.due, back.status) == (0, 1190, Status.PENDING)


def test_too_much_is_overpaid() -> None:
    paid = issued().with_payment(payment(2000), "EUR")
    assert (paid.due, paid.overpaid) == (0, 810)


def test_what_can_not_be_paid() -> None:
    with pytest.raises(DomainError, match="not_issued"):
        draft().with_payment(payment(1), "EUR")
    with pytest.raises(DomainError, match="currency_differs"):
        issued().with_payment(payment(1), "JPY")
    with pytest.raises(DomainError, match="not_issued"):
        replace(issued(), kind=Kind.CREDIT_NOTE).with_payment(payment(1), "EUR")


def test_nothing_to_pay_is_settled_at_once() -> None:
    assert issued(line(0)).status is Status.SETTLED


def test_a_negative_total_is_refused() -> None:
    with pytest.raises(DomainError, match="amounts_do_not_fit"):
        draft(line(100), line(-101))


@pytest.mark.parametrize(
    "moment, overdue",
    [
        # Due on 5 December, which ends in Berlin an hour before it does in UTC.
        (datetime(2026, 12, 5, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 5, 23, 0, tzinfo=UTC), True),
    ],
)
def test_overdue_begins_where_the_bill_group_is(moment: datetime, overdue: bool) -> None:
    assert Summary.of(issued()).is_overdue(moment) is overdue
    paid = issued().with_payment(payment(1190), "EUR")
    assert Summary.of(paid).is_overdue(moment) is False


def test_drafts_are_never_overdue() -> None:
    assert not Summary.of(draft()).is_overdue(datetime(2030, 1, 1, tzinfo=UTC))


def test_the_subscriptions_of_a_document() -> None:
    lines = [line(subscription="sub-2"), line(), line(subscription="sub-1"), line(subscription="sub-2")]
    assert draft(*lines).subscriptions == ("sub-2", "sub-1")


@pytest.mark.parametrize("quantity, unit_amount", [(Decimal(2), 2**53), (Decimal("1e11"), 10**9)])
def test_amounts_that_nobody_can_write_down_are_refused(quantity: Decimal, unit_amount: int) -> None:
    huge = line(quantity=quantity, unit_amount=unit_amount)
    for lines in ((huge,), (huge, replace(huge, unit_amount=-unit_amount))):
        with pytest.raises(DomainError, match="amounts_do_not_fit"):
            draft(*lines)
