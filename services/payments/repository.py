"""Where wallets, setups and transactions are kept: the only file with queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pymongo.collection import Collection

from services.payments import documents
from services.payments.domain.providers import Contact, Provider
from services.payments.domain.setups import Setup
from services.payments.domain.transactions import Transaction, TurnTaken
from services.payments.domain.wallet import Change, Wallet
from services.payments.domain.webhooks import Received, Refused, Tally, begin_of_stretch
from services.payments.pages import Span, Wanted
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store, answers
from shared.storage.errors import DuplicateKeyError

View = dict[str, Any]

_A_DAY = timedelta(days=1)
_COUNTS_KEPT_SECONDS = 2 * 24 * 3600


class StoredWallets:
    """Wallets, one for each bill group, under its handle."""

    def __init__(self, store: Store) -> None:
        self._wallets = store.aggregates("wallets", documents.from_wallet, documents.to_wallet)

    def get(self, bill_group: str) -> Wallet:
        try:
            return self._wallets.get(bill_group, bill_group=bill_group).value
        except NotFound:
            return Wallet(bill_group)

    def change(
        self,
        context: Context,
        bill_group: str,
        decide: Callable[[Wallet], Change],
        answer: Callable[[Wallet], View],
        key: IdempotencyKey | None = None,
    ) -> View:
        def outcome(wallet: Wallet) -> Outcome[Wallet]:
            change = decide(wallet)
            return Outcome(change.wallet, change.happenings, answer(change.wallet))

        def save() -> View | None:
            return self._wallets.change(
                bill_group, bill_group=bill_group, context=context, decide=outcome, key=key
            )

        try:
            return save() or {}
        except NotFound:
            # Either the first change of this bill group, or `decide` missed a method: then it does so again.
            self._keep_empty(context, bill_group)
            return save() or {}

    def with_version(self, bill_group: str) -> tuple[Wallet, int]:
        stored = self._wallets.get(bill_group, bill_group=bill_group)
        return stored.value, stored.version

    def follow(
        self,
        context: Context,
        bill_group: str,
        decide: Callable[[Wallet], Change],
        *,
        version: int,
        event_id: str,
    ) -> None:
        def outcome(wallet: Wallet) -> Outcome[Wallet]:
            change = decide(wallet)
            return Outcome(change.wallet, change.happenings)

        self._wallets.change(
            bill_group,
            bill_group=bill_group,
            context=context,
            decide=outcome,
            event_id=event_id,
            expect_version=version,
        )

    def _keep_empty(self, context: Context, bill_group: str) -> None:
        try:
            self._wallets.add(Wallet(bill_group), handle=bill_group, bill_group=bill_group, context=context)
        except AlreadyExists:
            return


class StoredSetups:
    """The records of what was asked of a provider."""

    def __init__(self, store: Store) -> None:
        self._setups = store.aggregates(
            "setups", documents.from_setup, documents.to_setup, indexes=[Index(("ask_at", 1), sparse=True)]
        )

    def add(self, context: Context, setup: Setup, key: IdempotencyKey) -> str:
        try:
            kept = self._setups.add(
                setup,
                handle=setup.handle,
                bill_group=setup.bill_group,
                context=context,
                # The address is not known before the provider has answered; the record has it then.
                result={"setup": setup.handle, "url": ""},
                key=key,
            )
        except AlreadyExists as error:
            # Handles are random: it is the key of a setup whose answer is not kept any more, after a day.
            raise DomainError("key_used_for_something_else") from error
        return kept["setup"] if kept else setup.handle

    def get(self, bill_group: str, handle: str) -> Setup:
        return self._setups.get(handle, bill_group=bill_group).value

    def find(self, handle: str) -> Setup:
        # No customer is behind this: a provider tells of its setup, and knows of no bill groups.
        return self._setups.get(handle, bill_group=None).value

    def change(self, context: Context, setup: Setup, step: Callable[[Setup], Setup]) -> Setup:
        latest = setup

        def decide(stored: Setup) -> Outcome[Setup]:
            nonlocal latest
            latest = step(stored)
            return Outcome(latest, latest.happenings() if latest.ended and not stored.ended else ())

        self._setups.change(setup.handle, bill_group=setup.bill_group, context=context, decide=decide)
        return latest

    def due(self, now: datetime, limit: int) -> Sequence[Setup]:
        return [stored.value for stored in self._setups.find({"ask_at": {"$lte": now}}, limit=limit)]


class StoredProviders:
    """How providers are set up, and when they were last asked, each under its handle. They belong to no bill group."""

    def __init__(self, store: Store) -> None:
        self._providers = store.aggregates("providers", documents.from_provider, documents.to_provider)
        self._contacts = store.collection("contacts")

    def get(self, handle: str) -> Provider:
        try:
            return self._providers.get(handle, bill_group=None).value
        except NotFound:
            return Provider(handle)

    def change(
        self,
        context: Context,
        handle: str,
        decide: Callable[[Provider], tuple[Provider, list[Happening]]],
        answer: Callable[[Provider], View],
        key: IdempotencyKey,
    ) -> View:
        def outcome(provider: Provider) -> Outcome[Provider]:
            changed, happenings = decide(provider)
            return Outcome(changed, happenings, answer(changed))

        with suppress(AlreadyExists):
            self._providers.add(Provider(handle), handle=handle, bill_group="", context=context)
        return self._providers.change(handle, bill_group=None, context=context, decide=outcome, key=key) or {}

    def contact(self, handle: str) -> Contact | None:
        kept = self._contacts.find_one({"_id": handle})
        return documents.to_contact(kept) if kept else None

    def note_contact(self, handle: str, contact: Contact) -> None:
        _upsert(self._contacts, handle, {"$set": {"at": contact.at, "problem": contact.problem}})


class StoredTallies:
    """How many webhooks came from each provider, counted by stretches of time, and the last ones."""

    def __init__(self, store: Store) -> None:
        self._counts = store.collection(
            "webhook_counts", indexes=[Index(("begins_at", 1), expire_after=_COUNTS_KEPT_SECONDS)]
        )
        self._last = store.collection("webhook_last")

    def note_received(self, provider: str, received: Received, *, known: bool) -> None:
        self._count(provider, received.at, "received" if known else "unrelated")
        self._set_last(provider, "received", asdict(received))

    def note_refused(self, provider: str, refused: Refused) -> None:
        self._count(provider, refused.at, "refused")
        self._set_last(provider, "refused", asdict(refused))

    def tally(self, provider: str, now: datetime) -> Tally:
        last = self._last.find_one({"_id": provider}) or {}
        # By _id, where the stretches of a provider stand in the order of time.
        span = {"$gte": _stretch(provider, now - _A_DAY), "$lte": _stretch(provider, now)}
        counted = list(self._counts.find({"_id": span}))
        return documents.to_tally(last, counted)

    def _count(self, provider: str, at: datetime, what: str) -> None:
        counted = {"$inc": {what: 1}, "$set": {"begins_at": begin_of_stretch(at)}}
        _upsert(self._counts, _stretch(provider, at), counted)

    def _set_last(self, provider: str, what: str, told: dict[str, Any]) -> None:
        _upsert(self._last, provider, {"$set": {what: told}})


def _stretch(provider: str, at: datetime) -> str:
    return f"{provider}/{begin_of_stretch(at).isoformat()}"


def _upsert(collection: Collection[View], handle: str, change: View) -> None:
    try:
        collection.update_one({"_id": handle}, change, upsert=True)
    except DuplicateKeyError:
        # Another process made the document at this moment: now it is there.
        collection.update_one({"_id": handle}, change)


class StoredTransactions:
    """Transactions, of one bill group or of all, in the order of time."""

    def __init__(self, store: Store) -> None:
        newest_first = (("at", -1), ("_id", -1))
        self._transactions = store.aggregates(
            "transactions",
            documents.from_transaction,
            documents.to_transaction,
            indexes=[
                Index(("bill_group", 1), *newest_first),
                Index(("bill_group", 1), ("invoice", 1), *newest_first),
                # Lists of all bill groups: of everything, and of what there is little of.
                Index(*newest_first),
                Index(("kind", 1), *newest_first),
                Index(("state", 1), *newest_first),
                Index(("invoice", 1), *newest_first),
                Index(("refunds", 1), sparse=True),
                # What was decided upon the same past is kept once.
                Index(("turn", 1), unique=True, sparse=True),
            ],
        )

    def get(self, bill_group: str, handle: str) -> Transaction:
        return self._transactions.get(handle, bill_group=bill_group).value

    def add(self, context: Context, transaction: Transaction, key: IdempotencyKey, *, imported: bool) -> View:
        try:
            answer = self._transactions.add(
                transaction,
                handle=transaction.handle,
                bill_group=transaction.bill_group,
                context=context,
                happenings=[transaction.happened(imported=imported)],
                result=transaction.shown(),
                key=key,
            )
        except AlreadyExists as error:
            if not self._is_taken(transaction.handle):
                raise TurnTaken from error
            if not (imported and self._is_kept(transaction)):
                raise DomainError("already_exists") from error
            answer = None
        return transaction.shown() if answer is None else answer

    def answered(self, bill_group: str, handle: str, key: IdempotencyKey) -> View | None:
        wanted = {"_id": handle, "bill_group": bill_group}
        kept = self._transactions.collection.find_one(wanted, {"answers": 1})
        return answers.find(kept["answers"], key) if kept else None

    def page(self, wanted: Wanted, span: Span, limit: int) -> Sequence[Transaction]:
        direction = 1 if wanted.ascending else -1
        order = [("at", direction), ("_id", direction)]
        found = self._transactions.find(wanted.query(span), sort=order, limit=limit)
        return [stored.value for stored in found]

    def of_invoice(self, bill_group: str, invoice: str) -> Sequence[Transaction]:
        found = self._transactions.find({"bill_group": bill_group, "invoice": invoice})
        return [stored.value for stored in found]

    def refunds_of(self, payment: Transaction) -> Sequence[Transaction]:
        found = self._transactions.find({"refunds": payment.handle, "bill_group": payment.bill_group})
        return [stored.value for stored in found]

    def _is_taken(self, handle: str) -> bool:
        return self._transactions.collection.find_one({"_id": handle}, {"_id": 1}) is not None

    def _is_kept(self, transaction: Transaction) -> bool:
        try:
            kept = self.get(transaction.bill_group, transaction.handle)
        except NotFound:
            return False
        return documents.from_transaction(kept) == documents.from_transaction(transaction)
