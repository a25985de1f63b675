"""Work that nobody asks for: every so many seconds, in every process of a service."""

from __future__ import annotations

from typing import Any

from nameko.timer import Timer

from shared.kernel.context import Context, system
from shared.messaging.reporting import report_fault


class Every(Timer):
    """nameko's timer, with a context, and with faults reported. It knows no other process: use a lease for that."""

    def __init__(self, seconds: float, **options: Any) -> None:
        super().__init__(interval=seconds, expected_exceptions=(Exception,), **options)

    def handle_timer_tick(self) -> None:
        """Start a worker."""
        context = Context(principal=system(self.container.service_name))
        self.container.spawn_worker(
            self, (), {}, context_data={"context": context}, handle_result=self.handle_result
        )

    def handle_result(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """The work is done, or failed; the next tick comes anyway."""
        if exc_info is not None:
            context = worker_ctx.data["context"]
            report_fault(self.container.service_name, self.method_name, context, exc_info[1])
        result, exc_info = super().handle_result(worker_ctx, result, exc_info)
        return result, exc_info


every = Every.decorator
