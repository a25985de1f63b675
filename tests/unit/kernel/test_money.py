from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import CurrencyMismatch, Money, allocate, exponent, round_half_up, total


@pytest.mark.parametrize("currency, decimals", [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("CHF", 2)])
def test_exponents_are_those_of_iso_4217(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    "value, rounded",
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.5", -3), ("0.49", 0), ("-0.49", 0), ("7", 7)],
)
def test_a_half_is_rounded_away_from_zero(value, rounded):
    assert round_half_up(Decimal(value)) == rounded


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_rounding_is_off_by_at_most_a_half(value):
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)


@pytest.mark.parametrize(
    "minor, currency, major",
    [(1250, "EUR", "12.50"), (-5, "EUR", "-0.05"), (7, "JPY", "7"), (1, "KWD", "0.001")],
)
def test_major_units(minor, currency, major):
    assert str(Money(minor, currency).major) == major


@pytest.mark.parametrize("wrong", [1.0, "1", True, None])
def test_an_amount_is_an_integer(wrong):
    with pytest.raises(TypeError):
        Money(wrong, "EUR")


@pytest.mark.parametrize("wrong", ["eur", "EURO", "", "É€R"])
def test_a_currency_is_a_code(wrong):
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, wrong)


@pytest.mark.parametrize("operation", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_currencies_do_not_mix(operation):
    with pytest.raises(CurrencyMismatch):
        operation(Money(1, "EUR"), Money(1, "CHF"))


def test_sums():
    assert total([], "EUR") == Money(0, "EUR")
    assert total([Money(1, "EUR"), Money(-3, "EUR")], "EUR") == Money(-2, "EUR")
    assert Money(995, "EUR").times(Decimal("1.5")) == Money(1493, "EUR")
    assert -Money(5, "EUR") == Money(-5, "EUR")


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
)
def test_parts_add_up_and_are_fair(minor, weights):
    parts = allocate(Money(minor, "EUR"), weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_mean_nothing_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights|min"):
        allocate(Money(1, "EUR"), weights)
