"""Lines, discounts and taxes add up: 0 minor units of drift."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.domain.lines import Discount, Line, TaxRate, discount_of, line_total
from services.invoices.domain.totals import reckon, tax_on
from shared.kernel.errors import DomainError
from tests.unit.invoices.examples import REDUCED, STANDARD, line

RATES = st.sampled_from(
    [STANDARD, REDUCED, TaxRate("S", Decimal("5.5")), TaxRate("AE", Decimal(0), "reverse_charge")]
)
LINES = st.lists(
    st.builds(
        Line,
        description=st.just("x"),
        quantity=st.decimals(0, 1000, places=3),
        unit_amount=st.integers(0, 10_000_000),
        tax_code=st.just("standard"),
        tax=RATES,
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize(
    "quantity, unit_amount, discount, net",
    [
        ("1", 1000, 0, 1000),
        ("2.5", 1999, 0, 4998),  # 4997.5: half up.
        ("0.333", 100, 0, 33),
        ("3", 1000, 500, 2500),
        ("1", -1999, 0, -1999),
        ("0.5", -1999, 0, -1000),  # A half goes away from zero.
    ],
)
def test_a_line_is_rounded_once(quantity: str, unit_amount: int, discount: int, net: int) -> None:
    assert line(unit_amount, quantity=Decimal(quantity), discount=discount).net == net


def test_tax_is_reckoned_on_the_sum_and_not_line_by_line() -> None:
    # 3 × 0.03 would be 3 × 0.01 by line, and is 0.02 on the sum.
    (tax,) = reckon([line(3)] * 3, [])
    assert (tax.base, tax.amount) == (9, 2)


def test_a_discount_is_shared_by_the_rates() -> None:
    taxes = reckon([line(10_000), line(5_000, REDUCED)], [Discount("Welcome", 100)])
    assert [(tax.rate, tax.base) for tax in taxes] == [(STANDARD, 9933), (REDUCED, 4967)]


@pytest.mark.parametrize("amount", [-1, 1001])
def test_a_discount_has_its_limits(amount: int) -> None:
    with pytest.raises(DomainError, match="amounts_do_not_fit"):
        reckon([line(1000)], [Discount("x", amount)])


@pytest.mark.parametrize(
    "amount, percent, came",
    [(250, None, 250), (None, Decimal("12.5"), 125), (None, Decimal("0.05"), 1)],
)
def test_a_discount_is_an_amount_or_a_percentage(
    amount: int | None, percent: Decimal | None, came: int
) -> None:
    assert discount_of("x", 1000, amount=amount, percent=percent).amount == came


@pytest.mark.parametrize("amount, percent", [(None, None), (1, Decimal(1))])
def test_a_discount_is_not_both_and_not_nothing(amount: int | None, percent: Decimal | None) -> None:
    with pytest.raises(DomainError, match="amounts_do_not_fit"):
        discount_of("x", 1000, amount=amount, percent=percent)


@given(LINES, st.lists(st.fractions(0, 1), max_size=3))
def test_bases_add_up_to_lines_less_discounts(lines: list[Line], shares: list[Fraction]) -> None:
    left, discounts = line_total(lines), []
    for share in shares:
        discounts.append(Discount("x", int(left * share)))
        left -= discounts[-1].amount

    taxes = reckon(lines, discounts)

    assert sum(tax.base for tax in taxes) == left
    assert {tax.rate for tax in taxes} == {each.tax for each in lines}
    for tax in taxes:
        assert tax.amount == tax_on(tax.base, tax.rate)
        assert abs(Fraction(tax.rate.rate) * tax.base / 100 - tax.amount) <= Fraction(1, 2)
