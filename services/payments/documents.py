"""Wallets, setups and transactions as documents of the store, and back: pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from services.payments.domain.instruments import Expiry, Instrument, InstrumentKind, Mandate
from services.payments.domain.providers import Contact, Provider, StoredKey
from services.payments.domain.setups import Beginner, Setup, SetupState
from services.payments.domain.transactions import Transaction, TransactionKind, TransactionState
from services.payments.domain.wallet import PaymentMethod, Status, Wallet
from services.payments.domain.webhooks import Received, Refused, Tally
from shared.kernel.money import Money

Document = dict[str, Any]


def from_wallet(wallet: Wallet) -> Document:
    return {
        "methods": [_from_method(method) for method in wallet.methods],
        "default": wallet.default,
        "auto_pay": wallet.auto_pay,
    }


def to_wallet(document: Document) -> Wallet:
    return Wallet(
        bill_group=document["bill_group"],
        methods=tuple(_to_method(method) for method in document["methods"]),
        default=document["default"],
        auto_pay=document["auto_pay"],
    )


def from_provider(provider: Provider) -> Document:
    key, secret = provider.key, provider.webhook_secret
    return {
        "on": provider.on,
        "key": asdict(key) if key else None,
        "webhook_secret": asdict(secret) if secret else None,
    }


def to_provider(document: Document) -> Provider:
    key, secret = document["key"], document.get("webhook_secret")
    return Provider(
        document["_id"],
        document["on"],
        StoredKey(**key) if key else None,
        StoredKey(**secret) if secret else None,
    )


def to_contact(document: Document) -> Contact:
    return Contact(document["at"], document["problem"])


def to_tally(last: Document, counted: Iterable[Document]) -> Tally:
    """``last`` has what came last, ``counted`` how many came in each stretch of the time."""
    received, refused = last.get("received"), last.get("refused")
    sums: Counter[str] = Counter()
    for stretch in counted:
        sums.update({name: stretch.get(name, 0) for name in ("received", "unrelated", "refused")})
    return Tally(
        last_received=Received(**received) if received else None,
        last_refused=Refused(**refused) if refused else None,
        received=sums["received"] + sums["unrelated"],
        unrelated=sums["unrelated"],
        refused=sums["refused"],
    )


def from_setup(setup: Setup) -> Document:
    document = {
        "provider": setup.provider,
        "return_url": setup.return_url,
        "language": setup.language,
        "started_at": setup.started_at,
        "replaces": setup.replaces,
        "state": setup.state.value,
        "provider_setup": setup.provider_setup,
        "url": setup.url,
        "payment_method": setup.payment_method,
        "reason": setup.reason,
        "back_at": setup.back_at,
        "begun_by": asdict(setup.begun_by) if setup.begun_by else None,
    }
    # Only setups that wait have the moment, so that the index over it holds no others.
    return document if setup.ask_at is None else {**document, "ask_at": setup.ask_at}


def to_setup(document: Document) -> Setup:
    begun_by = document.get("begun_by")
    return Setup(
        handle=document["_id"],
        bill_group=document["bill_group"],
        # What an older version wrote knew of one provider only.
        provider=document.get("provider", "sandbox"),
        return_url=document["return_url"],
        language=document["language"],
        started_at=document["started_at"],
        ask_at=document.get("ask_at"),
        replaces=document["replaces"],
        state=SetupState(document["state"]),
        provider_setup=document["provider_setup"],
        url=document["url"],
        payment_method=document["payment_method"],
        reason=document["reason"],
        back_at=document.get("back_at"),
        begun_by=Beginner(**begun_by) if begun_by else None,
    )


def from_transaction(transaction: Transaction) -> Document:
    document = {
        "kind": transaction.kind.value,
        "state": transaction.state.value,
        "amount": transaction.amount.minor,
        "currency": transaction.amount.currency,
        "at": transaction.at,
        "invoice": transaction.invoice,
        "instrument": _from_instrument(transaction.instrument) if transaction.instrument else None,
        "reference": transaction.reference,
    }
    # Only some have these, so that the indexes over them hold no others.
    if transaction.refunds is not None:
        document["refunds"] = transaction.refunds
    if transaction.turn is not None:
        document["turn"] = f"{transaction.refunds or transaction.invoice}/{transaction.turn}"
    return document


def to_transaction(document: Document) -> Transaction:
    instrument = document["instrument"]
    return Transaction(
        handle=document["_id"],
        bill_group=document["bill_group"],
        kind=TransactionKind(document["kind"]),
        state=TransactionState(document["state"]),
        amount=Money(document["amount"], document["currency"]),
        at=document["at"],
        invoice=document["invoice"],
        instrument=_to_instrument(instrument) if instrument else None,
        refunds=document.get("refunds"),
        reference=document.get("reference", ""),
        turn=int(document["turn"].rpartition("/")[2]) if "turn" in document else None,
    )


def _from_method(method: PaymentMethod) -> Document:
    return {
        "handle": method.handle,
        "instrument": _from_instrument(method.instrument),
        "status": method.status.value,
        "created_at": method.created_at,
        "setups": list(method.setups),
    }


def _to_method(document: Document) -> PaymentMethod:
    return PaymentMethod(
        handle=document["handle"],
        instrument=_to_instrument(document["instrument"]),
        status=Status(document["status"]),
        created_at=document["created_at"],
        setups=tuple(document["setups"]),
    )


def _from_instrument(instrument: Instrument) -> Document:
    expiry, mandate = instrument.expiry, instrument.mandate
    return {
        "kind": instrument.kind.value,
        "brand": instrument.brand,
        "last4": instrument.last4,
        "expiry": {"year": expiry.year, "month": expiry.month} if expiry else None,
        "mandate": asdict(mandate) if mandate else None,
        "provider": instrument.provider,
        "token": instrument.token,
        "fingerprint": instrument.fingerprint,
    }


def _to_instrument(document: Document) -> Instrument:
    expiry, mandate = document["expiry"], document["mandate"]
    return Instrument(
        kind=InstrumentKind(document["kind"]),
        brand=document["brand"],
        last4=document["last4"],
        expiry=Expiry(expiry["year"], expiry["month"]) if expiry else None,
        mandate=Mandate(**mandate) if mandate else None,
        provider=document["provider"],
        token=document["token"],
        fingerprint=document.get("fingerprint", ""),
    )
