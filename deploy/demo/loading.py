"""Loads the demo data through the services' import methods, as any other import would."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from deploy.demo import files
from deploy.demo.files import Row
from deploy.demo.rolling import roll_subscription, roll_wallet
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError, Kind

# Not more at once than a service works on, so that nobody else waits.
_AT_ONCE = 8
_TRIES, _SECONDS_BETWEEN_TRIES = 30, 1.0
_THERE_ALREADY = frozenset({"already_exists", "changed_meanwhile"})


class Caller(Protocol):
    """Calls methods of services: ``shared.messaging.client.RpcClient``."""

    def call(self, service: str, method: str, context: Context, /, **arguments: object) -> object: ...


class Outcome(StrEnum):
    """What became of a row."""

    LOADED = "loaded"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Import:
    """One row, and the method that takes it. ``title`` is what to call it."""

    service: str
    method: str
    title: str
    row: Row

    @property
    def key(self) -> str:
        """The same content has the same key: loading it again changes nothing."""
        content = json.dumps([self.method, self.row], sort_keys=True)
        return f"demo-{hashlib.sha256(content.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows that may be loaded side by side, once those of the stages before are there."""

    title: str
    imports: Sequence[Import]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one row of ``stage``: the ``done``-th of all. ``reason`` says why it was refused."""

    stage: Stage
    done: int
    title: str
    outcome: Outcome
    reason: str = ""


def stages(today: date) -> Iterator[Stage]:
    """All demo data as they look ``today``, in the order in which they need each other."""
    as_of, plans, catalogue = files.as_of(), files.plans(), files.read("catalogue")
    documents = files.read("invoices")
    wallets = [roll_wallet(row, as_of=as_of, today=today) for row in files.read("wallets")]
    subscriptions = [
        roll_subscription(row, plans[row["plan"]], as_of=as_of, today=today)
        for row in files.read("subscriptions")["subscriptions"]
    ]
    # Version 1 is the merchant whom nobody has set up: settings made since the first load stay as they are.
    merchant = {**files.read("merchant"), "version": 1}
    yield Stage("merchant", [Import("customers", "set_merchant", "the merchant", merchant)])
    yield _stage("products", "subscriptions", "import_product", "product", catalogue["products"])
    yield _stage("plans", "subscriptions", "import_plan", "plan", catalogue["plans"])
    yield _stage("customers", "customers", "import_customer", "customer", files.read("customers"))
    yield _stage("payment methods", "payments", "import_payment_methods", "bill_group", wallets)
    invoices = [row for row in documents if "corrects" not in row]
    yield _stage("invoices", "invoices", "import_invoice", "number", invoices)
    credit_notes = [row for row in documents if "corrects" in row]
    yield _stage("credit notes", "invoices", "import_invoice", "number", credit_notes)
    transactions = files.read("transactions")
    yield _stage("transactions", "payments", "import_transaction", "transaction", transactions)
    # They come last: what falls due at once is then numbered behind the documents of the past.
    yield _stage("subscriptions", "subscriptions", "import_subscription", "subscription", subscriptions)


def load(caller: Caller, today: date, tell: Callable[[Loaded], None]) -> int:
    """Load everything, telling what became of each row; how many were refused."""
    refused = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for stage in stages(today):
            outcomes = pool.map(lambda each: _load(caller, each), stage.imports)
            for done, (row, (outcome, reason)) in enumerate(
                zip(stage.imports, outcomes, strict=True), start=1
            ):
                refused += outcome is Outcome.REFUSED
                tell(Loaded(stage, done, row.title, outcome, reason))
    return refused


def _stage(title: str, service: str, method: str, handle: str, rows: Sequence[Row]) -> Stage:
    return Stage(title, [Import(service, method, row[handle], row) for row in rows])


def _load(caller: Caller, each: Import) -> tuple[Outcome, str]:
    """Load one row. Where a service does not answer, ask again for half a minute: the key makes it safe."""
    context = Context(principal=system("demo"))
    for tries_left in reversed(range(_TRIES)):
        try:
            caller.call(each.service, each.method, context, key=each.key, **each.row)
        except DomainError as error:
            if error.code in _THERE_ALREADY:
                return Outcome.KEPT, ""
            if error.kind in (Kind.RETRY, Kind.UNKNOWN) and tries_left:
                time.sleep(_SECONDS_BETWEEN_TRIES)
                continue
            return Outcome.REFUSED, f"{error.code} {error.params or ''}".rstrip()
        return Outcome.LOADED, ""
    raise AssertionError("the last try returns")
