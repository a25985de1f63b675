"""User names and passwords of customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.domain.credentials import Credentials
from services.auth.repository.documents import reader
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import AlreadyExists, Index, Outcome, Store
from shared.storage.errors import DuplicateKeyError

_read = reader(Credentials)


class CredentialsBook:
    """Credentials: one document for each customer that has or had some, under the customer's handle."""

    def __init__(self, store: Store) -> None:
        self._credentials = store.aggregates(
            "credentials", asdict, _read, indexes=[Index(("user_name", 1), unique=True)]
        )

    def of(self, customer: str) -> Credentials | None:
        """The customer's, or None where there never were any."""
        stored = self._credentials.one({"_id": customer})
        return None if stored is None else stored.value

    def with_user_name(self, user_name: str) -> Credentials | None:
        """Those of this user name, or None."""
        stored = self._credentials.one({"user_name": user_name})
        return None if stored is None else stored.value

    def put(self, new: Credentials, context: Context, *, result: dict[str, Any], key: IdempotencyKey) -> None:
        """Make ``new`` the customer's, in place of those before. Raises DomainError ``user_name_taken``."""

        def replace_with(_before: Credentials) -> Outcome[Credentials]:
            return Outcome(new, [new.handed_out(again=True)], result)

        try:
            self.change(new.customer, context, replace_with, key=key)
        except NotFound:
            self._add(new, context, result, key)

    def change(
        self,
        customer: str,
        context: Context,
        decide: Callable[[Credentials], Outcome[Credentials]],
        *,
        key: IdempotencyKey | None = None,
    ) -> dict[str, Any]:
        """Let ``decide`` say what becomes of them; its result.

        Raises what it raises, NotFound, and DomainError ``user_name_taken``.
        """
        try:
            return (
                self._credentials.change(customer, bill_group=None, context=context, decide=decide, key=key)
                or {}
            )
        except DuplicateKeyError as error:
            raise DomainError("user_name_taken") from error

    def note_used(self, used: Credentials, now: datetime) -> bool:
        """Write down that this very password was used, so that it is no initial one any more; False if it changed."""
        same = {"_id": used.customer, "password_hash": used.password_hash}
        noted = {"$set": {"last_used_at": now, "initial": ""}, "$inc": {"version": 1}}
        return self._credentials.collection.update_one(same, noted).matched_count == 1

    def _add(self, new: Credentials, context: Context, result: dict[str, Any], key: IdempotencyKey) -> None:
        try:
            self._credentials.add(
                new,
                handle=new.customer,
                bill_group="",
                context=context,
                happenings=[new.handed_out(again=False)],
                result=result,
                key=key,
            )
        except AlreadyExists as error:
            # Another customer has the name; or somebody else has just made the first ones of this customer.
            raise DomainError("user_name_taken") from error
