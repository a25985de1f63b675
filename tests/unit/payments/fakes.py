"""Stands-in for what the use cases work on: in memory, with the promises of the real ones."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.payments.domain.payable import Payable
from services.payments.domain.setups import Setup
from services.payments.domain.transactions import Transaction, TurnTaken
from services.payments.domain.wallet import Change, Wallet
from services.payments.domain.webhooks import Received, Refused, Tally
from services.payments.pages import Span, Wanted
from services.payments.providers.base import Open, ProviderMethod, ProviderSetup
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound, Stale
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
        self.contexts: list[Context] = []
        self.versions: Counter[str] = Counter()
        self.seen: set[str] = set()

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
        return answer(self._save(context, bill_group, decide(self.get(bill_group))))

    def with_version(self, bill_group: str) -> tuple[Wallet, int]:
        if bill_group not in self.kept:
            raise NotFound
        return self.kept[bill_group], self.versions[bill_group]

    def follow(
        self,
        context: Context,
        bill_group: str,
        decide: Callable[[Wallet], Change],
        *,
        version: int,
        event_id: str,
    ) -> None:
        if event_id in self.seen:
            return
        if version != self.versions[bill_group]:
            raise Stale
        self._save(context, bill_group, decide(self.kept[bill_group]))
        self.seen.add(event_id)

    def _save(self, context: Context, bill_group: str, change: Change) -> Wallet:
        self.kept[bill_group] = change.wallet
        self.versions[bill_group] += 1
        self.happenings.extend(change.happenings)
        self.contexts.extend([context] * len(change.happenings))
        return change.wallet

    @property
    def happened(self) -> list[str]:
        return [happening.type for happening in self.happenings]


class FakeCustomers:
    """Knows these bill groups."""

    def __init__(self, *bill_groups: str) -> None:
        self.known = bill_groups

    def must_know(self, context: Context, bill_group: str) -> None:
        if bill_group not in self.known:
            raise NotFound


class FakeMerchant:
    """Leaves everything to customers but what is ``off``."""

    def __init__(self, *off: str) -> None:
        self.off = set(off)

    def leaves(self, context: Context, switch: str) -> bool:
        return switch not in self.off


class FakeProviders:
    """Offers the provider ``now``, if any."""

    def __init__(self, now: str | None = "sandbox") -> None:
        self.now = now

    def offered(self) -> str | None:
        return self.now


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

    def find(self, handle: str) -> Setup:
        if handle not in self.kept:
            raise NotFound
        return self.kept[handle]

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
    def __init__(self, *transactions: Transaction) -> None:
        self.kept = {transaction.handle: transaction for transaction in transactions}
        self.happened: list[str] = []
        self._made_by: dict[str, str] = {}

    def get(self, bill_group: str, handle: str) -> Transaction:
        transaction = self.kept.get(handle)
        if transaction is None or transaction.bill_group != bill_group:
            raise NotFound
        return transaction

    def add(
        self, context: Context, transaction: Transaction, key: IdempotencyKey, *, imported: bool
    ) -> dict[str, Any]:
        there = self.kept.get(transaction.handle)
        if there is not None and not (imported and there == transaction):
            raise DomainError("already_exists")
        if transaction.turn and _turn(transaction) in map(_turn, self.kept.values()):
            raise TurnTaken
        self.kept[transaction.handle] = transaction
        self._made_by[transaction.handle] = key.value
        self.happened.append(transaction.happened(imported=imported).type)
        return transaction.shown()

    def answered(self, bill_group: str, handle: str, key: IdempotencyKey) -> dict[str, Any] | None:
        return self.get(bill_group, handle).shown() if self._made_by.get(handle) == key.value else None

    def page(self, wanted: Wanted, span: Span, limit: int) -> Sequence[Transaction]:
        start, end = span
        found = [
            kept
            for kept in self.of_invoice(wanted.bill_group or "", wanted.invoice or "")
            if (start is None or start <= kept.at) and (end is None or kept.at <= end)
        ]
        return found[:limit]

    def of_invoice(self, bill_group: str, invoice: str) -> Sequence[Transaction]:
        return [
            kept for kept in self.kept.values() if (kept.bill_group, kept.invoice) == (bill_group, invoice)
        ]

    def refunds_of(self, payment: Transaction) -> Sequence[Transaction]:
        return [kept for kept in self.kept.values() if kept.refunds == payment.handle]


class FakeTallies:
    def __init__(self) -> None:
        self.kept = Tally()

    def note_received(self, provider: str, received: Received, *, known: bool) -> None:
        self.kept = replace(
            self.kept,
            last_received=received,
            received=self.kept.received + 1,
            unrelated=self.kept.unrelated + (not known),
        )

    def note_refused(self, provider: str, refused: Refused) -> None:
        self.kept = replace(self.kept, last_refused=refused, refused=self.kept.refused + 1)

    def tally(self, provider: str, now: datetime) -> Tally:
        return self.kept


def _turn(transaction: Transaction) -> tuple[str | None, int | None]:
    return transaction.refunds or transaction.invoice, transaction.turn


class FakeInvoices:
    """Knows one invoice."""

    def __init__(self, payable: Payable) -> None:
        self.known = payable

    def payable(self, context: Context, bill_group: str, invoice: str) -> Payable:
        if invoice != self.known.handle:
            raise NotFound
        return self.known


class FakeProvider:
    """Knows setups by the key that they were created with. ``fails`` is raised by the next call, once."""

    def __init__(self) -> None:
        self.created: dict[str, ProviderSetup] = {}
        self.outcomes: dict[str, Any] = {}
        self.methods: dict[str, ProviderMethod] = {}
        # What happens meanwhile, when it is asked about a method; once.
        self.meanwhile: Callable[[], object] | None = None
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

    def fetch_method(self, token: str) -> ProviderMethod:
        self.asked += 1
        self._fail()
        present = self.methods[token]
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        return present

    def _fail(self) -> None:
        if self.fails:
            error, self.fails = self.fails, None
            raise error
