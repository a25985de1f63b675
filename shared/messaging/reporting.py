"""What is logged of calls and faults: names, durations, outcomes and the request id; no arguments and no messages.

The text of an exception may hold an address or a name (a driver quotes the document that it refused), so a fault is
logged by its type and the places it came through.
"""

from __future__ import annotations

import logging
import time
import traceback

from shared.contracts.base import Method
from shared.kernel.context import Context
from shared.logging import get_logger
from shared.telemetry.metrics import EVENTS, answered

log = get_logger("portico")
_root = logging.getLogger()


def report_call(service: str, method: Method, context: Context, outcome: str, started: float) -> None:
    """Count a call and log it: changes and refusals as info, other reads as debug.

    ``started`` is a monotonic moment.
    """
    took = time.monotonic() - started
    answered(service, method.name, outcome).observe(took)
    is_remarkable = method.changes or outcome != "ok"
    if not (is_remarkable or _root.isEnabledFor(logging.DEBUG)):
        # Most calls: gathering what would not be written takes longer than counting it.
        return
    write = log.info if is_remarkable else log.debug
    write(
        "call",
        service=service,
        method=method.name,
        outcome=outcome,
        milliseconds=round(took * 1000, 1),
        request_id=context.request_id,
        principal=context.principal.kind.value,
    )


def report_fault(service: str, where: str, context: Context, error: BaseException) -> None:
    """Something that should not happen."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "fault",
        service=service,
        where=where,
        request_id=context.request_id,
        error=type(error).__name__,
        trace=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )


def report_event(service: str, handler: str, request_id: str, outcome: str, attempts: int) -> None:
    """Count an event, and log one that was not simply done."""
    EVENTS.labels(service, handler, outcome, str(attempts)).inc()
    if outcome == "done":
        return
    log.warning(
        "event", service=service, handler=handler, request_id=request_id, outcome=outcome, attempts=attempts
    )
