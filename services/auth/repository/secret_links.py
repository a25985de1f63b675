"""Secret links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.secret_links import SecretLink
from services.auth.repository.documents import reader
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store

_read = reader(SecretLink)


class SecretLinks:
    """Secret links: one document for each customer that has or had one, under the customer's handle."""

    def __init__(self, store: Store) -> None:
        self._links = store.aggregates("secret_links", asdict, _read, indexes=[Index(("secret_hash", 1))])

    def of(self, customer: str) -> SecretLink | None:
        """The customer's link, or None where there never was one."""
        stored = self._links.one({"_id": customer})
        return None if stored is None else stored.value

    def with_hash(self, secret_hash: str) -> SecretLink | None:
        """The link of this secret, or None."""
        stored = self._links.one({"secret_hash": secret_hash})
        return None if stored is None else stored.value

    def put(self, link: SecretLink, context: Context, *, result: dict[str, Any], key: IdempotencyKey) -> None:
        """Make ``link`` the customer's, in place of the one before if there was one."""

        def replace_with(_before: SecretLink) -> Outcome[SecretLink]:
            return Outcome(link, [link.made(again=True)], result)

        try:
            self.change(link.customer, context, replace_with, key=key)
        except NotFound:
            try:
                self._links.add(
                    link,
                    handle=link.customer,
                    bill_group="",
                    context=context,
                    happenings=[link.made(again=False)],
                    result=result,
                    key=key,
                )
            except AlreadyExists:
                # Somebody else has just made the first one.
                self.change(link.customer, context, replace_with, key=key)

    def change(
        self,
        customer: str,
        context: Context,
        decide: Callable[[SecretLink], Outcome[SecretLink]],
        *,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of the customer's link; its result. Raises NotFound."""
        return self._links.change(customer, bill_group=None, context=context, decide=decide, key=key) or {}

    def note_used(self, link: SecretLink, now: datetime) -> bool:
        """Write down that this very link was used at ``now``; False where it is not the customer's any more."""
        same = {"_id": link.customer, "secret_hash": link.secret_hash}
        return self._links.collection.update_one(same, {"$set": {"last_used_at": now}}).matched_count == 1
