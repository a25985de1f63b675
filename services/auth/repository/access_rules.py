"""Access rules of bill groups, and who is admitted by them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from services.auth.domain.access_rules import AccessRule, AccessRules, RuleKind
from services.auth.domain.addresses import domain_of
from services.auth.repository.documents import Document
from shared.contracts.customer_people import MOST_ADMITTED
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store


class RuleBook:
    """One document a bill group that has rules or had some, under the bill group's handle."""

    def __init__(self, store: Store) -> None:
        self._books = store.aggregates("access_rules", _from_rules, _to_rules, indexes=[Index(("keys", 1))])

    def of(self, bill_group: str) -> AccessRules:
        """All rules of the bill group."""
        stored = self._books.one({"_id": bill_group, "bill_group": bill_group})
        return AccessRules(bill_group) if stored is None else stored.value

    def begin(self, bill_group: str, context: Context) -> None:
        """Make room for the bill group's rules, where there is none."""
        # Somebody else was quicker, or there is room already.
        with suppress(AlreadyExists):
            self._books.add(
                AccessRules(bill_group), handle=bill_group, bill_group=bill_group, context=context
            )

    def change(
        self,
        bill_group: str,
        context: Context,
        decide: Callable[[AccessRules], Outcome[AccessRules]],
        *,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of the rules; its result. Raises what it raises, and NotFound."""
        changed = self._books.change(
            bill_group, bill_group=bill_group, context=context, decide=decide, key=key
        )
        return changed or {}

    def admitting(self, address: str) -> dict[str, str]:
        """The bill groups that admit a normalised address, with where its owner is written to.

        A rule for the address itself has it as it was entered, which is where staff meant it to go.
        """
        wanted = {"keys": {"$in": [address, domain_of(address)]}}
        return {
            stored.handle: next((rule.value for rule in stored.value.rules if rule.key == address), address)
            for stored in self._books.find(wanted, limit=MOST_ADMITTED)
        }


def _from_rules(rules: AccessRules) -> Document:
    return {
        "rules": [{**asdict(rule), "kind": rule.kind.value} for rule in rules.rules],
        "keys": [rule.key for rule in rules.rules],
    }


def _to_rules(document: Document) -> AccessRules:
    return AccessRules(
        document["_id"],
        tuple(AccessRule(**{**rule, "kind": RuleKind(rule["kind"])}) for rule in document["rules"]),
    )
