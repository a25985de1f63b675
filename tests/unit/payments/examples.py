"""Payment methods and wallets to test with."""

from datetime import UTC, datetime

from services.payments.domain.instruments import Expiry, Instrument, InstrumentKind
from services.payments.domain.wallet import PaymentMethod, Status, Wallet

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
GROUP = "bg-0001"
VALID = Expiry(2029, 12)
EXPIRED = Expiry(2026, 5)


def card(last4: str = "4242", expiry: Expiry = VALID) -> Instrument:
    return Instrument(
        InstrumentKind.CARD, "Visa", last4, expiry=expiry, provider="sandbox", token=f"sm_{last4}"
    )


def method(handle: str, status: Status = Status.ACTIVE, expiry: Expiry = VALID) -> PaymentMethod:
    return PaymentMethod(handle, card(expiry=expiry), status, NOW)


def wallet(*methods: PaymentMethod, default: str | None = None, auto_pay: bool = True) -> Wallet:
    return Wallet(GROUP, methods, default, auto_pay)
