"""Stands-in for what the use cases work on: in memory, with the promises of the real ones."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.payments.domain.setups import Setup
from services.payments.domain.transactions import Page, Transaction
from services.payments.domain.wallet import Change, Wallet
from services.payments.providers.base import Open, ProviderSetup
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from tests.unit.payments.examples import NOW


def by(kind: PrincipalKind) -> Context:
    """A call at NOW by somebody of this kind."""
    return Context(principal=Principal(kind, "one"), chosen_now=NOW)


def key(value: str = "key-0001") -> IdempotencyKey:
    return IdempotencyKey(value, "hash")


class FixedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


class FakeWallets:
    def __init__(self, *wallets: Wallet) -> None:
        self.kept = {wallet.bill_group: wallet for wallet in wallets}
        self.happenings: list[Happening] = []

    def get(self, bill_group: str) -> Wallet:
        return self.kept.get(bill_group, Wallet(bill_group))

    def change(
        self,
        context: Context,
        bill_group: str,
        decide: Callable[[Wallet], Change],
        answer: Callable[[Wallet], dict[str, Any]],
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        change = decide(self.get(bill_group))
        self.kept[bill_group] = change.wallet
        self.happenings.extend(change.happenings)
        return answer(change.wallet)

    @property
    def happened(self) -> list[str]:
        return [happening.type for happening in self.happenings]


class FakeSetups:
    def __init__(self, *setups: Setup) -> None:
        self.kept = {setup.handle: setup for setup in setups}
        self._by_key: dict[str, str] = {}
        self.happenings: list[Happening] = []

    def add(self, context: Context, setup: Setup, key: IdempotencyKey) -> str:
        first = self._by_key.setdefault(key.value, setup.handle)
        if first == setup.handle:
            self.kept[setup.handle] = setup
        return first

    def get(self, bill_group: str, handle: str) -> Setup:
        setup = self.kept.get(handle)
        if setup is None or setup.bill_group != bill_group:
            raise NotFound
        return setup

    def change(self, context: Context, setup: Setup, step: Callable[[Setup], Setup]) -> Setup:
        before = self.kept[setup.handle]
        after = step(before)
        self.kept[setup.handle] = after
        if after.ended and not before.ended:
            self.happenings.extend(after.happenings())
        return after

    def due(self, now: datetime, limit: int) -> Sequence[Setup]:
        return [setup for setup in self.kept.values() if setup.ask_at and setup.ask_at <= now][:limit]


class FakeTransactions:
    def __init__(self) -> None:
        self.kept: dict[str, Transaction] = {}

    def add_imported(self, context: Context, transaction: Transaction, key: IdempotencyKey) -> None:
        if self.kept.setdefault(transaction.handle, transaction) != transaction:
            raise DomainError("already_exists")

    def page(self, bill_group: str, invoice: str | None, limit: int, cursor: str | None) -> Page:
        found = [
            kept
            for kept in self.kept.values()
            if kept.bill_group == bill_group and invoice in (None, kept.invoice)
        ]
        return Page(found[:limit], None)


class FakeProvider:
    """Knows setups by the key that they were created with. ``fails`` is raised by the next call, once."""

    def __init__(self) -> None:
        self.created: dict[str, ProviderSetup] = {}
        self.outcomes: dict[str, Any] = {}
        self.fails: Exception | None = None
        self.asked = 0

    def create_setup(self, *, reference: str, return_url: str, language: str, key: str) -> ProviderSetup:
        made = ProviderSetup(f"ss_{reference}", f"https://provider.test/{reference}", Open())
        # As with a real one, what it has done stays done when its answer is lost.
        self.created.setdefault(key, made)
        self._fail()
        return self.created[key]

    def fetch_setup(self, setup: str) -> ProviderSetup:
        self.asked += 1
        self._fail()
        found = next(made for made in self.created.values() if made.id == setup)
        return ProviderSetup(found.id, found.url, self.outcomes.get(setup, Open()))

    def _fail(self) -> None:
        if self.fails:
            error, self.fails = self.fails, None
            raise error
