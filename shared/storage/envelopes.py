"""Wraps what happened into the envelope in which it waits in the outbox and travels to other services."""

from __future__ import annotations

from typing import Any

from shared.contracts.base import Contract
from shared.kernel.clock import utc_now
from shared.kernel.context import Context
from shared.kernel.happening import Happening
from shared.kernel.ids import new_id
from shared.telemetry import traces

Envelope = dict[str, Any]


def wrap(contract: Contract, happening: Happening, context: Context, version: int) -> Envelope:
    """The envelope, in its form for the wire, of a happening that made its subject ``version``.

    An event that is not in the service's contract is a mistake of the service: KeyError.
    """
    event = contract.events[happening.type]
    return {
        "event_id": new_id(),
        "source": contract.name,
        "type": event.name,
        "schema": event.schema,
        "occurred_at": context.business_now.isoformat(),
        "recorded_at": utc_now().isoformat(),
        "subject": happening.subject,
        "subject_version": version,
        "bill_group": happening.bill_group,
        "principal": str(context.principal),
        "request_id": context.request_id,
        "circumstances": {
            "session": context.session,
            "address": context.address,
            "user_agent": context.user_agent,
            "language": context.language,
        },
        "data": event.data().dump(happening.data),
        **traces.headers(),
    }
