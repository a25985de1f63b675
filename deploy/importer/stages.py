"""What is brought in, in the order in which it is needed by what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deploy.importer.presence import Presence, first_set_up, listed, logo, texts, wallet

Body = dict[str, Any]


def _every(_row: Body) -> bool:
    return True


def _corrects(row: Body) -> bool:
    return "corrects" in row


def _corrects_nothing(row: Body) -> bool:
    return "corrects" not in row


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows that may be sent side by side, once those of the stages before are there.

    ``title`` is for people; ``file`` is the name of the rows' file without its ending; ``path`` is where they are
    posted; ``handle`` is the field that a person knows a row by; ``presence`` tells which are there already, and so
    does the error ``kept_if``; ``picks`` says which rows of the file it takes.
    """

    title: str
    file: str
    path: str
    handle: str
    presence: Presence
    picks: Callable[[Body], bool] = _every
    kept_if: str = "already_exists"


STAGES = (
    Stage("merchant", "merchant", "/imports/merchant", "", first_set_up, kept_if="changed_meanwhile"),
    Stage("logo", "logo", "/imports/logo", "", logo, kept_if="changed_meanwhile"),
    # Before what is billed: documents take them over as they are when they are issued.
    Stage("own texts", "texts", "/imports/texts", "kind", texts, kept_if="changed_meanwhile"),
    Stage("products", "products", "/imports/products", "product", listed("/products", "product")),
    Stage("plans", "plans", "/imports/plans", "plan", listed("/plans", "plan")),
    Stage("customers", "customers", "/imports/customers", "customer", listed("/customers", "customer")),
    Stage("payment methods", "payment-methods", "/imports/payment-methods", "bill_group", wallet),
    Stage(
        "invoices",
        "invoices",
        "/imports/invoices",
        "number",
        listed("/invoices", "number"),
        picks=_corrects_nothing,
    ),
    Stage(
        "credit notes",
        "invoices",
        "/imports/invoices",
        "number",
        listed("/invoices", "number"),
        picks=_corrects,
    ),
    Stage(
        "transactions",
        "transactions",
        "/imports/transactions",
        "transaction",
        listed("/transactions", "transaction"),
    ),
    # They come last: what falls due at once is then numbered behind the documents of the past.
    Stage(
        "subscriptions",
        "subscriptions",
        "/imports/subscriptions",
        "subscription",
        listed("/subscriptions", "subscription"),
    ),
)
