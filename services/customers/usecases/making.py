"""What making customers and bill groups has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.contacts import Contact
from shared.kernel.happening import IdempotencyKey


def handle_by_key(prefix: str, key: IdempotencyKey, *more: str) -> str:
    """A handle that the same request gets again, so that asking twice finds what was made the first time.

    Whoever asks: the key is what makes two requests one, and an integration may change its API key in between.
    """
    asked = "\n".join((key.method, key.value, *more))
    return f"{prefix}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"


def bill_group_of(customer: str, values: Mapping[str, Any]) -> BillGroup:
    """The bill group of ``customer`` in a request's ``values``."""
    shipping = values["contacts"]["shipping"]
    return BillGroup(
        handle=values["bill_group"],
        customer=customer,
        currency=values["currency"],
        time_zone=values["time_zone"],
        language=values["language"],
        billing=Contact.of(values["contacts"]["billing"]),
        shipping=Contact.of(shipping) if shipping else None,
        open=values["access"] == "on",
        po_number=values["po_number"],
        vat_number=values["vat_number"],
        registration_number=values["registration_number"],
    )
