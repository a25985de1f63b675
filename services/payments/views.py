"""What replies tell of wallets, setups and transactions: pure functions to plain dicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.payments.domain.instruments import ExpiryState
from services.payments.domain.providers import Contact, Provider, StoredKey
from services.payments.domain.setups import Setup
from services.payments.domain.wallet import PaymentMethod, Removal, Status, Wallet
from services.payments.domain.webhooks import Tally

View = dict[str, Any]

_ATTENTION_OF_EXPIRY = {ExpiryState.SOON: "method_expires_soon", ExpiryState.EXPIRED: "method_expired"}


def of_method(method: PaymentMethod, wallet: Wallet, now: datetime) -> View:
    """A payment method of ``wallet`` as it is at ``now``."""
    instrument = method.instrument
    expiry, mandate = instrument.expiry, instrument.mandate
    return {
        **instrument.shown(),
        "payment_method": method.handle,
        "expiry": {"month": expiry.month, "year": expiry.year} if expiry else None,
        "expiry_state": instrument.expiry_state(now).value,
        "mandate": asdict(mandate) if mandate else None,
        "status": method.status.value,
        "default": method.handle == wallet.default,
        "created_at": method.created_at,
    }


def of_wallet(wallet: Wallet, now: datetime, *, may_add: bool, may_remove: bool) -> View:
    """All that is shown of a wallet at ``now``, and what who asks may do with it."""
    return {
        "items": [of_method(method, wallet, now) for method in wallet.shown],
        "default": wallet.default,
        "auto_pay": wallet.auto_pay,
        "may_add": may_add,
        "may_remove": may_remove,
    }


def of_summary(wallet: Wallet, now: datetime, *, may_add: bool) -> View:
    """How the bill group pays at ``now``, and what the customer should look at."""
    return {
        "auto_pay": wallet.auto_pay,
        "collects": wallet.collects(now),
        "default": of_method(wallet.get(wallet.default), wallet, now) if wallet.default else None,
        "attention": list(_attention(wallet, now)),
        "may_add": may_add,
    }


def of_setup(setup: Setup, wallet: Wallet, now: datetime) -> View:
    """What became of a setup. A method that was removed since is not shown any more."""
    method = next((known for known in wallet.shown if known.handle == setup.payment_method), None)
    twin = wallet.twin(method.instrument, besides=method.handle) if method else None
    return {
        "state": setup.state.value if setup.ended else "pending",
        "payment_method": of_method(method, wallet, now) if method else None,
        "effect": setup.effect,
        "twin": twin.handle if twin else None,
        "reason": setup.reason,
    }


def of_removal(handle: str, removal: Removal, wallet: Wallet, now: datetime) -> View:
    """What removing the method ``handle`` of ``wallet`` comes to."""
    after = removal.after
    return {
        "payment_method": of_method(wallet.get(handle), wallet, now),
        "possible": not removal.needed_by,
        "needed_by": list(removal.needed_by),
        "subscriptions": [
            {"subscription": one.handle, "product_name": one.product_name} for one in removal.paid
        ],
        "default_after": of_method(after.get(after.default), after, now) if after.default else None,
    }


def of_provider(
    provider: Provider, environment_ending: str | None, contact: Contact | None, *, offered: bool
) -> View:
    """How a provider is set up. ``environment_ending`` is what may be shown of the environment's key, if it has one."""
    return {
        "provider": provider.handle,
        "on": provider.on,
        "key": _of_key(provider.key, environment_ending),
        "offered": offered,
        "last_contact": {"at": contact.at, "ok": contact.ok, "problem": contact.problem} if contact else None,
    }


def of_webhooks(provider: Provider, environment_ending: str | None, tally: Tally, url: str) -> View:
    """The webhooks of a provider, which come to ``url``. ``environment_ending`` as above, of their secret."""
    received, refused = tally.last_received, tally.last_refused
    return {
        "url": url,
        "secret": _of_key(provider.webhook_secret, environment_ending),
        "last_received": asdict(received) if received else None,
        "last_refused": asdict(refused) if refused else None,
        "last_day": {"received": tally.received, "unrelated": tally.unrelated, "refused": tally.refused},
    }


def _of_key(stored: StoredKey | None, environment_ending: str | None) -> View | None:
    if stored is not None:
        return {"source": "stored", "ending": stored.ending, "since": stored.since}
    if environment_ending is not None:
        return {"source": "environment", "ending": environment_ending, "since": None}
    return None


def _attention(wallet: Wallet, now: datetime) -> Iterator[View]:
    if wallet.auto_pay and not any(method.usable(now) for method in wallet.shown):
        yield {"code": "no_usable_method", "payment_method": None, "method": None}
    for method in wallet.shown:
        code = None
        if method.status is Status.FAILED:
            code = "method_failed"
        elif method.status is Status.INACTIVATED:
            code = "method_inactivated"
        elif method.status is Status.ACTIVE:
            code = _ATTENTION_OF_EXPIRY.get(method.instrument.expiry_state(now))
        if code:
            yield {"code": code, "payment_method": method.handle, "method": method.instrument.shown()}
