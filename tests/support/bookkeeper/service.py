"""The bookkeeper."""

import os
import signal
from contextlib import suppress
from dataclasses import replace

from shared.messaging.entrypoints import on_event, rpc
from shared.messaging.providers import CallContext, Resources, UseCases
from shared.storage import AlreadyExists, Outcome
from tests.support.ledger.accounts import Account, from_document, to_document, view
from tests.support.ledger.contract import bookkeeper


def build(resources: Resources):
    return resources.store.aggregates("booked", to_document, from_document)


class BookkeeperService:
    name = "bookkeeper"
    context = CallContext()
    booked = UseCases(build)

    @rpc(bookkeeper)
    def get_booked(self, *, account):
        found = self.booked.one({"_id": account})
        return view(found.value) if found else {"account": account, "balance": 0}

    @on_event(bookkeeper)
    def book(self, event):
        poison = event["data"]["poison"]
        if poison == "raise":
            raise RuntimeError("poison")
        if poison == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        account, amount = event["subject"], event["data"]["amount"]
        new = Account(account, event["bill_group"], 0)
        with suppress(AlreadyExists):
            self.booked.add(new, handle=account, bill_group=event["bill_group"], context=self.context)
        self.booked.change(
            account,
            bill_group=None,
            context=self.context,
            decide=lambda old: Outcome(replace(old, balance=old.balance + amount)),
            event_id=event["event_id"],
        )
