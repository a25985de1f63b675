"""Adding a payment method on the provider's pages: begun, finished, and followed up when nobody came back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from services.payments import views
from services.payments.domain import setups as domain
from services.payments.domain.instruments import Instrument
from services.payments.domain.setups import Beginner, Setup
from services.payments.domain.wallet import Change, Wallet
from services.payments.providers.base import (
    Cancelled,
    Failed,
    Open,
    PaymentProvider,
    ProviderAway,
    ProviderNotKnownYet,
    ProviderRefused,
    Succeeded,
)
from services.payments.return_urls import is_under, is_web_address, with_setup
from services.payments.usecases.offering import Offering
from services.payments.usecases.wallets import Wallets
from shared.kernel.access import is_merchant_side, require_known
from shared.kernel.clock import Clock
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle
from shared.storage.errors import STORE_AWAY

log = logging.getLogger(__name__)

View = dict[str, Any]
_FOLLOWED_UP_AT_ONCE = 20


class Setups(Protocol):
    """Where setups are kept."""

    def add(self, context: Context, setup: Setup, key: IdempotencyKey) -> str:
        """Keep a new setup and give its handle: that of the first one when ``key`` has been used before."""
        ...

    def get(self, bill_group: str, handle: str) -> Setup:
        """The setup ``handle`` of ``bill_group``. Raises NotFound."""
        ...

    def find(self, handle: str) -> Setup:
        """The setup ``handle``, for a provider that knows of no bill groups. Raises NotFound."""
        ...

    def change(self, context: Context, setup: Setup, step: Callable[[Setup], Setup]) -> Setup:
        """Save what ``step`` makes of the setup as it is now, and give it."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Setup]:
        """Open setups that are to be asked about by ``now``, at most ``limit``."""
        ...


class AddingUseCases:
    """Use cases around setups. ``providers`` are all that can be asked, by their handles; ``clock`` tells the real
    time, which waiting for a provider goes by."""

    def __init__(
        self,
        setups: Setups,
        wallets: Wallets,
        providers: Mapping[str, PaymentProvider],
        offering: Offering,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._setups = setups
        self._wallets = wallets
        self._providers = providers
        self._offering = offering
        self._clock = clock
        self._public_url = public_url

    def begin(
        self,
        context: Context,
        *,
        bill_group: str,
        return_url: str,
        replaces: str | None,
        key: IdempotencyKey,
    ) -> View:
        """Where to send the browser. The request's record is written before the provider is asked.

        Raises ``switched_off`` and ``no_provider``, ``invalid_return_url``, NotFound for a method to replace that is
        not there, and provider errors.
        """
        require_known(context)
        provider = self._offering.must_add(context)
        # A merchant's own portal sends its customers back to itself; a customer goes back to ours.
        fits = (
            is_web_address(return_url)
            if is_merchant_side(context)
            else is_under(self._public_url, return_url)
        )
        if not fits:
            raise DomainError("invalid_return_url")
        if replaces:
            self._wallets.get(bill_group).get(replaces)
        handle = new_handle("setup")
        address = with_setup(return_url, handle)
        now, by = self._clock.now(), Beginner.of(context)
        new = domain.start(handle, bill_group, provider, address, context.language, replaces, now, by)
        setup = self._setups.get(bill_group, self._setups.add(context, new, key))
        setup = self._open(context, setup)
        if not setup.url:
            raise ProviderRefused(setup.reason or "")
        return {"setup": setup.handle, "url": setup.url}

    def finish(self, context: Context, *, bill_group: str, setup: str) -> View:
        """What became of a setup. Its effect comes once, however often this is asked.

        Raises NotFound and provider errors.
        """
        require_known(context)
        found = self._setups.get(bill_group, setup)
        try:
            ended = self._conclude(context, found)
        except (ProviderAway, ProviderNotKnownYet):
            self._wait(context, found)
            raise
        if not ended.ended:
            self._wait(context, ended)
        return views.of_setup(ended, self._wallets.get(bill_group), context.business_now)

    def told_of(self, context: Context, provider: str, setup: str) -> Setup:
        """A setup that ``provider`` has told something of, and what came of it: the browser need not come back.

        Raises NotFound, for a setup at another provider too, and provider errors.
        """
        found = self._setups.find(setup)
        if found.provider != provider:
            raise NotFound
        return self._conclude(found.in_name_of_beginner(context), found)

    def follow_up(self) -> None:
        """Ask the provider about setups from which no browser has come back. None holds up the others."""
        now = self._clock.now()
        context = Context(principal=system("payments"))
        for setup in self._setups.due(now, _FOLLOWED_UP_AT_ONCE):
            _tried(self._conclude, setup.in_name_of_beginner(context), setup)
            _tried(self._put_off, context, setup, now)

    def _wait(self, context: Context, setup: Setup) -> None:
        now = self._clock.now()
        self._setups.change(context, setup, lambda latest: latest.waited_for(now))

    def _put_off(self, context: Context, setup: Setup, now: datetime) -> None:
        self._setups.change(context, setup, lambda latest: latest.asked_in_vain(now))

    def _open(self, context: Context, setup: Setup) -> Setup:
        """The setup, known to the provider: its handle is the key, so asking again opens no second one."""
        if setup.url or setup.ended:
            return setup
        try:
            theirs = self._provider_of(setup).create_setup(
                reference=setup.handle,
                return_url=setup.return_url,
                language=setup.language,
                key=setup.handle,
            )
        except ProviderNotKnownYet:
            self._setups.change(context, setup, Setup.unanswered)
            raise
        except ProviderRefused as refused:
            reason = refused.params["reason"]
            self._setups.change(context, setup, lambda latest: latest.failed(reason))
            raise
        return self._setups.change(context, setup, lambda latest: latest.opened(theirs.id, theirs.url))

    def _provider_of(self, setup: Setup) -> PaymentProvider:
        """The provider that the setup began with. Raises ProviderAway where this version knows it no more."""
        try:
            return self._providers[setup.provider]
        except KeyError as error:
            raise ProviderAway from error

    def _conclude(self, context: Context, setup: Setup) -> Setup:
        """The setup after the provider was asked what became of it, and after its effect on the wallet."""
        if setup.ended:
            return setup
        opened = self._open(context, setup)
        # That the provider will not tell ends nothing: the customer may have entered a card all the same.
        match self._provider_of(opened).fetch_setup(opened.provider_setup).outcome:
            case Succeeded(instrument):
                method = self._complete(context, opened, instrument)
                return self._setups.change(context, opened, lambda latest: latest.added(method))
            case Cancelled():
                return self._setups.change(context, opened, Setup.cancelled)
            case Failed(reason):
                return self._setups.change(context, opened, lambda latest: latest.failed(reason))
            case Open():
                return opened

    def _complete(self, context: Context, setup: Setup, instrument: Instrument) -> str:
        """The handle of the method that the setup has added or updated in the wallet."""
        now = context.business_now

        def decide(wallet: Wallet) -> Change:
            return wallet.complete(setup, instrument, now)

        def answer(wallet: Wallet) -> View:
            method = wallet.of_setup(setup.handle)
            return {"payment_method": method and method.handle}

        handle: str = self._wallets.change(context, setup.bill_group, decide, answer)["payment_method"]
        return handle


def _tried(do: Callable[..., object], context: Context, setup: Setup, *more: Any) -> None:
    """Do it, if it can be done. What should not happen is reported by its type: its text may hold a name."""
    try:
        do(context, setup, *more)
    except (ProviderAway, ProviderNotKnownYet, ProviderRefused):
        return
    except STORE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001
        log.error("setup %s is put off: %s", setup.handle, type(error).__name__)
