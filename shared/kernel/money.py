"""Money in minor units: cents for EUR, yen for JPY, fils for KWD."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# ISO 4217 gives most currencies two decimals; these are the active ones that have another number.
_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were put together."""


def exponent(currency: str) -> int:
    """Decimals of a currency (ISO 4217): ``EUR`` 2, ``JPY`` 0, ``KWD`` 3."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(value: Fraction | Decimal) -> int:
    """The nearest integer; a half goes away from zero, as commerce and EN 16931 round amounts."""
    exact = Fraction(value)
    # In whole numbers, which is much faster than with fractions.
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of ``minor`` units of ``currency`` (ISO 4217 code). Never a float."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError(f"an amount is an int of minor units, not {type(self.minor).__name__}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency code: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in ``currency``."""
        return cls(0, currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def times(self, factor: int | Decimal | Fraction) -> Money:
        """The amount times ``factor`` (a quantity, a rate), rounded half up to a minor unit."""
        return Money(round_half_up(Fraction(self.minor) * Fraction(factor)), self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of ``amounts``, all in ``currency``; zero where there are none."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def allocate(amount: Money, weights: list[int]) -> list[Money]:
    """Split ``amount`` in proportion to ``weights`` so that the parts add up to it exactly.

    The minor units that rounding leaves over go to the parts with the largest remainders, earlier ones first.
    ``weights`` are not negative and not all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are not negative and not all zero")
    sign = -1 if amount.minor < 0 else 1
    exact = [Fraction(abs(amount.minor) * weight, whole) for weight in weights]
    parts = [int(share) for share in exact]
    left_over = abs(amount.minor) - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:left_over]:
        parts[i] += 1
    return [Money(sign * part, amount.currency) for part in parts]
