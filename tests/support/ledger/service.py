"""The ledger. The event ``deposited`` is booked by the same service, in a collection of its own, by whichever copy."""

import os
import signal
import time
from dataclasses import dataclass, replace

from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening
from shared.messaging.entrypoints import on_event, rpc
from shared.messaging.providers import CallContext, Resources, UseCases
from shared.storage import AlreadyExists, Outcome
from tests.support.ledger.contract import contract


@dataclass(frozen=True)
class Account:
    account: str
    bill_group: str
    balance: int


def to_document(account):
    return {"balance": account.balance, "account": account.account}


def from_document(document):
    return Account(document["account"], document["bill_group"], document["balance"])


class Ledger:
    def __init__(self, resources: Resources):
        self.accounts = resources.store.aggregates("accounts", to_document, from_document)
        self.booked = resources.store.aggregates("booked", to_document, from_document)

    def view(self, account):
        return {"account": account.account, "balance": account.balance}


class LedgerService:
    name = "ledger"
    context = CallContext()
    use = UseCases(Ledger)

    @rpc(contract)
    def open_account(self, *, account, bill_group, key):
        new = Account(account, bill_group, 0)
        self.use.booked.add(
            new, handle=account, bill_group=bill_group, context=self.context, key=key, result={}
        )
        try:
            return self.use.accounts.add(
                new,
                handle=account,
                bill_group=bill_group,
                context=self.context,
                happenings=[Happening("opened", account, bill_group)],
                result=self.use.view(new),
                key=key,
            )
        except AlreadyExists:
            raise DomainError("taken") from None

    @rpc(contract)
    def deposit(self, *, account, amount, poison, key):
        def decide(old):
            new = replace(old, balance=old.balance + amount)
            happening = Happening("deposited", account, old.bill_group, {"amount": amount, "poison": poison})
            return Outcome(new, [happening], self.use.view(new))

        return self.use.accounts.change(
            account, bill_group=None, context=self.context, decide=decide, key=key
        )

    @rpc(contract)
    def get_account(self, *, account):
        return self.use.view(self.use.accounts.get(account, bill_group=None).value)

    @rpc(contract)
    def get_booked(self, *, account):
        return self.use.view(self.use.booked.get(account, bill_group=None).value)

    @rpc(contract)
    def echo(self, *, text):
        return {"text": text}

    @rpc(contract)
    def sleep(self, *, seconds):
        time.sleep(seconds)
        return {"seconds": seconds}

    @rpc(contract)
    def fail(self):
        raise RuntimeError("somebody's secret")

    @on_event(contract)
    def book(self, event):
        data = event["data"]
        if data["poison"] == "raise":
            raise RuntimeError("poison")
        if data["poison"] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)

        def decide(old):
            return Outcome(replace(old, balance=old.balance + data["amount"]))

        self.use.booked.change(
            event["subject"], bill_group=None, context=self.context, decide=decide, event_id=event["event_id"]
        )
