"""Credits never take back more than was billed, and in full exactly that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.domain.credits import Credit, Credited
from services.invoices.domain.document import Document, Status
from services.invoices.domain.lines import Discount
from shared.kernel.errors import DomainError
from tests.unit.invoices.examples import DAY, REDUCED, issued, line


def credited(invoice: Document) -> Credited:
    return Credited(invoice.lines, invoice.discounts, invoice.taxes, invoice.credits)


def with_part(invoice: Document, nets: dict[int, int]) -> Document:
    lines, taxes = credited(invoice).parts(nets)
    return invoice.with_credit(Credit(f"draft-c{len(invoice.credits)}", DAY, lines, (), taxes))


def with_rest(invoice: Document) -> Document:
    lines, discounts, taxes = credited(invoice).rest("the rest")
    return invoice.with_credit(Credit("draft-rest", DAY, lines, discounts, taxes))


def test_a_full_credit_mirrors_the_invoice() -> None:
    invoice = issued(line(999), line(333, REDUCED, tax_code="reduced"), discounts=(Discount("x", 100),))
    after = with_rest(invoice)
    (credit,) = after.credits
    assert (credit.lines, credit.discounts, credit.taxes) == (invoice.lines, invoice.discounts, invoice.taxes)
    assert (after.credited, after.due, after.status) == (invoice.total, 0, Status.CANCELLED)


def test_a_credited_invoice_that_was_paid_stays_settled_and_is_overpaid() -> None:
    after = with_part(issued(line(1000)), {1: 500})
    assert (after.credited, after.due, after.status) == (595, 595, Status.PENDING)


@pytest.mark.parametrize("nets", [{1: 1001}, {1: -1}, {1: 0}, {2: 1}, {0: 1}])
def test_what_was_not_billed_is_not_credited(nets: dict[int, int]) -> None:
    with pytest.raises(DomainError, match="credit_too_large"):
        with_part(issued(line(1000)), nets)


def test_nothing_is_credited_twice() -> None:
    all_of_it = with_rest(issued(line(1000)))
    with pytest.raises(DomainError, match="credit_too_large"):
        with_rest(all_of_it)
    assert all_of_it.with_credit(all_of_it.credits[0]) is all_of_it


@given(
    st.lists(
        st.tuples(st.integers(1, 100_000), st.sampled_from(["standard", "reduced"])), min_size=1, max_size=6
    ),
    st.lists(st.tuples(st.integers(0, 5), st.fractions(0, 1)), max_size=8),
)
def test_the_parts_and_the_rest_come_to_the_invoice(
    billed: list[tuple[int, str]], parts: list[tuple[int, float]]
) -> None:
    invoice = issued(*(line(net, tax_code=code) for net, code in billed))
    left = [net for net, _ in billed]
    for place, share in parts:
        index = place % len(left)
        net = int(left[index] * share)
        left[index] -= net
        if net:
            invoice = with_part(invoice, {index + 1: net})
    if any(left):
        invoice = with_rest(invoice)

    assert invoice.credited == invoice.total
    for tax in invoice.taxes:
        notes = [each for credit in invoice.credits for each in credit.taxes if each.rate == tax.rate]
        assert sum(note.base for note in notes) == tax.base
        assert sum(note.amount for note in notes) == tax.amount
