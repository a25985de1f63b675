"""Accounts as ledger and bookkeeper keep them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    account: str
    bill_group: str
    balance: int


def to_document(account):
    return {"balance": account.balance, "account": account.account}


def from_document(document):
    return Account(document["account"], document["bill_group"], document["balance"])


def view(account):
    return {"account": account.account, "balance": account.balance}
