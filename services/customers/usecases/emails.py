"""Confirming the e-mail address of a billing contact."""

from __future__ import annotations

from services.customers.domain import confirming
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.email_changes import EmailChange, State
from services.customers.links import Links
from services.customers.repository import BillGroups
from services.customers.usecases.changing import Changing
from services.customers.usecases.listing import Listing
from services.customers.views import View
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome, Stored


class EmailChanges:
    """What becomes of an address that a customer has asked for."""

    def __init__(self, bill_groups: BillGroups, changing: Changing, listing: Listing, links: Links) -> None:
        self._bill_groups = bill_groups
        self._changing = changing
        self._listing = listing
        self._links = links

    def resend_email_change(self, context: Context, *, bill_group: str, key: IdempotencyKey) -> View | None:
        """Send another link to the address that waits."""
        self._changing.refuse_unless_may_edit(context)
        link = self._links.new(context)
        return self._changing.change(
            context, bill_group, None, key, lambda group: confirming.resend_email_change(group, link)
        )

    def withdraw_email_change(self, context: Context, *, bill_group: str, key: IdempotencyKey) -> View | None:
        """Let the present address stay."""
        self._changing.refuse_unless_may_edit(context)
        return self._changing.change(context, bill_group, None, key, confirming.withdraw_email_change)

    def get_email_change(self, token: str) -> View:
        """What a link is good for; whose it is, only while it is open. Raises NotFound."""
        _, change = self._of(token)
        state = change.state_at(self._links.clock.now())
        return {"state": state.value, "email": change.email if state is State.OPEN else ""}

    def confirm_email(self, context: Context, *, token: str, key: IdempotencyKey) -> View | None:
        """Let the new address hold. Raises NotFound, DomainError ``link_used`` and ``link_expired``."""
        stored, change = self._of(token)
        taken = self._changing.is_anothers(context, change.email, stored.value)
        now, token_hash = self._links.clock.now(), change.token_hash

        def decide(group: BillGroup) -> Outcome[BillGroup]:
            changed, happenings = confirming.confirm_email(group, token_hash, now=now, taken=taken)
            told = {"email": changed.billing.email, "opens_portal": changed.opens_for(changed.billing.email)}
            return Outcome(changed, happenings, told)

        answer = self._bill_groups.aggregates.change(
            stored.handle, bill_group=stored.handle, context=context, decide=decide, key=key
        )
        self._listing.refresh(stored.value.customer)
        return answer

    def _of(self, token: str) -> tuple[Stored[BillGroup], EmailChange]:
        stored = self._bill_groups.with_email_change(self._links.hash(token))
        if stored is None or stored.value.email_change is None:
            raise NotFound
        return stored, stored.value.email_change
