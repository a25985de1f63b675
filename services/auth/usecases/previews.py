"""Previews: staff look at the portal as a bill group's billing contact sees it.

A preview is no session: it stands in a collection of its own, so that customers see nothing of it in theirs, and it
runs whether anybody may enter or not. What keeps it from changing anything is that all it asks for is asked with
``Context.read_only``, which every service looks at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from services.auth.customers import Customers
from services.auth.domain.previews import Preview
from services.auth.repository import Previews
from services.auth.secrecy import Secrecy
from services.auth.views import preview_view
from shared.kernel.clock import Clock
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_handle, new_token

_PURPOSE = "auth preview token"


class Previewing:
    """Starting previews, looking them up, ending them.

    ``name_of`` says how to call somebody of the staff, ``has_left`` whether they are of the staff no more.
    """

    def __init__(
        self,
        previews: Previews,
        customers: Customers,
        secrecy: Secrecy,
        clock: Clock,
        name_of: Callable[[Principal], str],
        has_left: Callable[[Principal], bool],
    ) -> None:
        self._previews = previews
        self._customers = customers
        self._secrecy = secrecy
        self._clock = clock
        self._name_of = name_of
        self._has_left = has_left

    def start_preview(self, context: Context, *, bill_group: str, key: IdempotencyKey) -> dict[str, Any]:
        """A new preview with its token, which stands in the answer and nowhere else.

        Raises NotFound, and DomainError ``not_allowed`` for all but staff.
        """
        if context.principal.kind is not PrincipalKind.STAFF:
            raise DomainError("not_allowed")
        contact = self._customers.way_into(context, bill_group)
        if contact is None:
            raise NotFound
        token = new_token()
        preview = Preview(
            id=new_handle("preview"),
            customer=contact.customer,
            bill_group=bill_group,
            contact_role=contact.contact_role,
            email=contact.email,
            name=contact.name,
            language=contact.language,
            started_by=str(context.principal),
            created_at=self._clock.now(),
        )
        sealed = {**self._view(preview), "token": self._secrecy.seal(_PURPOSE, token)}
        # Whoever uses another's idempotency key must not be told the other's token.
        own_key = replace(key, body_hash=f"{key.body_hash} {context.principal}")
        answer = self._previews.add(self._handle(token), preview, context, result=sealed, key=own_key)
        answer["token"] = self._secrecy.unseal(_PURPOSE, answer["token"])
        return answer

    def get_preview(self, *, token: str) -> dict[str, Any]:
        """The preview that ``token`` shows. Raises DomainError ``no_preview``."""
        preview = self._previews.find(self._handle(token))
        if preview is None:
            raise DomainError("no_preview")
        preview.check_runs(self._clock.now())
        if self._has_left(Principal.parse(preview.started_by)):
            raise DomainError("no_preview")
        return self._view(preview)

    def end_preview(self, *, token: str) -> dict[str, Any]:
        """End it. Of none at all there is nothing to end, which is as good."""
        self._previews.end(self._handle(token), self._clock.now())
        return {}

    def _handle(self, token: str) -> str:
        return self._secrecy.keyed_hash(_PURPOSE, token)

    def _view(self, preview: Preview) -> dict[str, Any]:
        return preview_view(preview, self._name_of(Principal.parse(preview.started_by)))
