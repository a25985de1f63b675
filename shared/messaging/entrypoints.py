"""The decorators that make methods of a service class reachable: ``rpc``, ``on_event``, ``every``."""

from shared.messaging.events import on_event
from shared.messaging.rpc import rpc
from shared.messaging.timers import every

__all__ = ["every", "on_event", "rpc"]
