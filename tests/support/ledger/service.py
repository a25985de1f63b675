"""The ledger."""

import time
from dataclasses import replace

from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening
from shared.messaging.entrypoints import rpc
from shared.messaging.providers import CallContext, Resources, UseCases
from shared.storage import AlreadyExists, Outcome
from tests.support.ledger.accounts import Account, from_document, to_document, view
from tests.support.ledger.contract import contract


def build(resources: Resources):
    return resources.store.aggregates("accounts", to_document, from_document)


class LedgerService:
    name = "ledger"
    context = CallContext()
    accounts = UseCases(build)

    @rpc(contract)
    def open_account(self, *, account, bill_group, key):
        new = Account(account, bill_group, 0)
        try:
            return self.accounts.add(
                new,
                handle=account,
                bill_group=bill_group,
                context=self.context,
                happenings=[Happening("opened", account, bill_group)],
                result=view(new),
                key=key,
            )
        except AlreadyExists:
            raise DomainError("taken") from None

    @rpc(contract)
    def deposit(self, *, account, amount, poison, key):
        def decide(old):
            new = replace(old, balance=old.balance + amount)
            happening = Happening("deposited", account, old.bill_group, {"amount": amount, "poison": poison})
            return Outcome(new, [happening], view(new))

        return self.accounts.change(account, bill_group=None, context=self.context, decide=decide, key=key)

    @rpc(contract)
    def get_account(self, *, account):
        return view(self.accounts.get(account, bill_group=None).value)

    @rpc(contract)
    def echo(self, *, text):
        return {"text": text}

    @rpc(contract)
    def sleep(self, *, seconds):
        time.sleep(seconds)
        return {"seconds": seconds}

    @rpc(contract)
    def draw_lots(self):
        return {"text": "drawn"}

    @rpc(contract)
    def forget(self):
        return {}

    @rpc(contract)
    def fail(self):
        raise RuntimeError("somebody's secret")
