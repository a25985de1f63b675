"""Where wallets, setups and transactions are kept: the only file with queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.payments import documents
from services.payments.domain.setups import Setup
from services.payments.domain.transactions import Page, Transaction
from services.payments.domain.wallet import Change, Wallet
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store

View = dict[str, Any]


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


class StoredTransactions:
    """Transactions, paged from the newest."""

    def __init__(self, store: Store) -> None:
        newest_first = (("at", -1), ("_id", -1))
        self._transactions = store.aggregates(
            "transactions",
            documents.from_transaction,
            documents.to_transaction,
            indexes=[
                Index(("bill_group", 1), *newest_first),
                Index(("bill_group", 1), ("invoice", 1), *newest_first),
            ],
        )

    def add_imported(self, context: Context, transaction: Transaction, key: IdempotencyKey) -> None:
        try:
            self._transactions.add(
                transaction,
                handle=transaction.handle,
                bill_group=transaction.bill_group,
                context=context,
                happenings=[transaction.imported()],
                result=transaction.shown(),
                key=key,
            )
        except AlreadyExists as error:
            if not self._is_kept(transaction):
                raise DomainError("already_exists") from error

    def page(self, bill_group: str, invoice: str | None, limit: int, cursor: str | None) -> Page:
        wanted: dict[str, Any] = {"bill_group": bill_group}
        if invoice:
            wanted["invoice"] = invoice
        if cursor:
            at, handle = _read_cursor(cursor)
            # The first condition bounds the range of the index; the second leaves out what was shown.
            wanted["at"] = {"$lte": at}
            wanted["$or"] = [{"at": {"$lt": at}}, {"_id": {"$lt": handle}}]
        found = self._transactions.find(wanted, sort=[("at", -1), ("_id", -1)], limit=limit + 1)
        items = [stored.value for stored in found[:limit]]
        return Page(items, _cursor(items[-1]) if len(found) > limit else None)

    def _is_kept(self, transaction: Transaction) -> bool:
        try:
            kept = self._transactions.get(transaction.handle, bill_group=transaction.bill_group)
        except NotFound:
            return False
        return documents.from_transaction(kept.value) == documents.from_transaction(transaction)


def _cursor(last: Transaction) -> str:
    return f"{last.at.isoformat()}~{last.handle}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    moment, _, handle = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not handle:
        raise DomainError("invalid_request", fields={"cursor": ["unknown"]})
    return at, handle
