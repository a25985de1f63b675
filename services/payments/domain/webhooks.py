"""What is remembered of a provider's webhooks, for people: how many came, and what the last ones were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_STRETCH_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook that was believed; ``type`` is the provider's word."""

    at: datetime
    type: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A webhook that was not believed, for ``reason``, a code."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The last ones, and how many of the last 24 hours were ``received``, how many of these were
    ``unrelated`` to anything here, and how many were ``refused``."""

    last_received: Received | None = None
    last_refused: Refused | None = None
    received: int = 0
    unrelated: int = 0
    refused: int = 0


def begin_of_stretch(at: datetime) -> datetime:
    """When the ten minutes began that ``at`` lies in: so finely webhooks are counted."""
    return at.replace(minute=at.minute - at.minute % _STRETCH_MINUTES, second=0, microsecond=0)
