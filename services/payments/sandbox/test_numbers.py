"""The numbers that the sandbox takes, and what each of them does. No real card or account is among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """What happens when a number is entered. All but the first two refuse it, for that reason."""

    ACCEPTED = "accepted"
    CHALLENGED = "challenged"
    CARD_DECLINED = "card_declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    ACCOUNT_CLOSED = "account_closed"


@dataclass(frozen=True, slots=True)
class TestNumber:
    """A card's or an account's number; ``brand`` is a card's brand or an account's country."""

    __test__ = False  # The name is no test's.

    number: str
    brand: str
    behaviour: Behaviour

    @property
    def grouped(self) -> str:
        """The number in groups of four, as it is printed."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


CARDS = (
    TestNumber("4242424242424242", "Visa", Behaviour.ACCEPTED),
    TestNumber("5555555555554444", "Mastercard", Behaviour.ACCEPTED),
    TestNumber("378282246310005", "American Express", Behaviour.ACCEPTED),
    TestNumber("4000002500003155", "Visa", Behaviour.CHALLENGED),
    TestNumber("4000000000000002", "Visa", Behaviour.CARD_DECLINED),
    TestNumber("4000000000009995", "Visa", Behaviour.INSUFFICIENT_FUNDS),
    TestNumber("4000000000000069", "Visa", Behaviour.EXPIRED_CARD),
)

IBANS = (
    TestNumber("DE89370400440532013000", "DE", Behaviour.ACCEPTED),
    TestNumber("AT611904300234573201", "AT", Behaviour.ACCEPTED),
    TestNumber("NL91ABNA0417164300", "NL", Behaviour.ACCEPTED),
    TestNumber("DE62370400440532013001", "DE", Behaviour.ACCOUNT_CLOSED),
)


def find(numbers: tuple[TestNumber, ...], number: str) -> TestNumber | None:
    """The test number that is ``number``, or None."""
    return next((known for known in numbers if known.number == number), None)
