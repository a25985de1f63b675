"""API keys: made and withdrawn by the merchant's side, checked at each request that comes with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.auth.domain.api_keys import ApiKey, check_expiry
from services.auth.repository import ApiKeys, Staff
from services.auth.secrecy import Secrecy
from services.auth.usecases import paging
from services.auth.usecases.askers import Askers, check_covers
from services.auth.views import api_key_view
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome


class KeyRing:
    """All API keys."""

    def __init__(self, keys: ApiKeys, staff: Staff, secrecy: Secrecy, clock: Clock) -> None:
        self._keys = keys
        self._askers = Askers(staff, keys)
        self._secrecy = secrecy
        self._clock = clock

    def create_api_key(
        self,
        context: Context,
        *,
        name: str,
        scopes: Sequence[str],
        expires_at: datetime | None,
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """A new key with its secret, which stands in the answer and nowhere else.

        The answer that is kept for a repeated request has the secret sealed. Raises DomainError ``not_allowed``,
        ``missing_scope`` and ``invalid_request``.
        """
        require_merchant_side(context)
        now = self._clock.now()
        check_expiry(expires_at, now)
        check_covers(self._askers.scopes(context, now), scopes)
        asking = self._asking(context)
        if asking:
            asking.check_outlives(expires_at)
        handle, secret = self._secrecy.new_api_key()
        made = ApiKey(
            name=name,
            scopes=tuple(sorted(set(scopes))),
            secret_hash=self._secrecy.api_key_hash(secret),
            created_at=now,
            created_by=str(context.principal),
            expires_at=expires_at,
        )
        sealed = {**api_key_view(handle, made, now), "secret": self._secrecy.seal_api_key(secret)}
        # Whoever uses another's idempotency key must not be told the other's secret.
        own_key = replace(key, body_hash=f"{key.body_hash} {context.principal}")
        answer = self._keys.add(handle, made, context, result=sealed, key=own_key)
        answer["secret"] = self._secrecy.unseal_api_key(answer["secret"])
        return answer

    def list_api_keys(self, context: Context, *, limit: int, cursor: str | None) -> dict[str, Any]:
        """A page, the newest first. Raises DomainError ``not_allowed`` and ``invalid_cursor``."""
        require_merchant_side(context)
        now = self._clock.now()
        found = self._keys.page(limit + 1, paging.after(cursor))
        shown = found[:limit]
        return {
            "items": [api_key_view(stored.handle, stored.value, now) for stored in shown],
            "next_cursor": paging.cursor_behind(found, limit),
        }

    def withdraw_api_key(self, context: Context, *, api_key: str, key: IdempotencyKey) -> dict[str, Any]:
        """End a key at once. Raises NotFound, DomainError ``not_allowed`` and ``missing_scope``."""
        require_merchant_side(context)
        now = self._clock.now()
        has = self._askers.scopes(context, now)

        def withdraw(target: ApiKey) -> Outcome[ApiKey]:
            check_covers(has, target.scopes)
            ended, happenings = target.withdrawn(api_key, now)
            return Outcome(ended, happenings, api_key_view(api_key, ended, now))

        return self._keys.change(api_key, context, withdraw, key=key)

    def check_api_key(self, context: Context, *, secret: str) -> dict[str, Any]:
        """What the key may do, which thereby was used. Raises DomainError ``invalid_api_key``."""
        now = self._clock.now()
        handle = self._secrecy.api_key_handle(secret)
        found = self._keys.find(handle) if handle else None
        if handle is None or found is None or not self._secrecy.is_api_key(secret, found.secret_hash):
            raise DomainError("invalid_api_key")
        found.check_active(now)
        if found.wants_used(now):
            self._keys.change(handle, context, lambda used: Outcome(used.used(now)))
        return {"api_key": handle, "scopes": sorted(found.allowed)}

    def _asking(self, context: Context) -> ApiKey | None:
        """The key that asks; None where it is somebody else."""
        if context.principal.kind is not PrincipalKind.API_KEY:
            return None
        return self._keys.find(context.principal.id)
