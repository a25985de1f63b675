"""What ledger and bookkeeper promise. Importing this adds them to the contracts of the process."""

from marshmallow import fields

from shared.contracts.base import Change, Contract, EventType, Hears, Message, Method, Nothing, Request
from shared.contracts.registry import CONTRACTS


class Account(Message):
    account = fields.String(required=True)
    balance = fields.Integer(required=True)


class OfAccount(Request):
    account = fields.String(required=True)


class Open(Change):
    account = fields.String(required=True)
    bill_group = fields.String(required=True)


class Deposit(Change):
    account = fields.String(required=True)
    amount = fields.Integer(required=True, strict=True)
    poison = fields.String(load_default="")


class Echo(Request):
    text = fields.String(required=True)


class Slow(Request):
    seconds = fields.Float(required=True)


class Deposited(Message):
    amount = fields.Integer(required=True)
    poison = fields.String(required=True)


contract = Contract.of(
    "ledger",
    methods=[
        Method("open_account", Open, Account),
        Method("deposit", Deposit, Account),
        Method("get_account", OfAccount, Account),
        Method("echo", Echo, Echo),
        Method("sleep", Slow, Slow),
        Method("fail", Request, Account),
        Method("draw_lots", Request, Echo, once=True),
        Method("forget", Request, Nothing, writes=True),
    ],
    events=[EventType("deposited", Deposited), EventType("opened")],
)
bookkeeper = Contract.of(
    "bookkeeper",
    methods=[Method("get_booked", OfAccount, Account)],
    hears=[Hears("book", ("ledger.deposited",))],
)
CONTRACTS["ledger"] = contract
CONTRACTS["bookkeeper"] = bookkeeper
