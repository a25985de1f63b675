"""API keys: which there are, new ones, and withdrawing them."""

from __future__ import annotations

from services.gateway.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = ()
