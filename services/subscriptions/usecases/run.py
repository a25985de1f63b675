"""The billing run, and everything else that time does to subscriptions."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import timedelta

from services.subscriptions.domain.steps import next_step
from services.subscriptions.domain.subscription import Subscription
from services.subscriptions.repository import Due, Subscriptions
from shared.kernel.clock import Clock
from shared.kernel.context import Context, system
from shared.storage import Outcome
from shared.storage.errors import STORE_AWAY

log = logging.getLogger(__name__)

# So many steps at a time; the next tick goes on.
BATCH = 1000
# Looking for what is due costs the embedded store as much as all that is due, so it is done seldom: what was found is
# worked off before anybody looks again, also over several ticks. What others have done meanwhile costs a read each.
FOUND_AT_ONCE = 20 * BATCH
PUT_OFF = timedelta(minutes=10)


class BillingRun:
    """Takes the steps that are due, one subscription and one step a write.

    Any number of processes may run it at the same time, and die at any point: a step is taken only where it
    is still due in the very version that is written, so each period is billed once. ``mix`` puts what was found
    into an order of this process's own, so that several rarely try the same one.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        clock: Clock,
        mix: Callable[[list[Due]], None] = random.shuffle,
    ) -> None:
        self._subscriptions = subscriptions
        self._clock = clock
        self._mix = mix
        self._found: list[Due] = []

    def take_due_steps(self) -> int:
        """Take steps until none is due, or for ``BATCH`` of them; how many were tried."""
        now = self._clock.now()
        context = Context(principal=system("subscriptions"), chosen_now=now)
        for tried in range(BATCH):
            if not self._found:
                self._found = self._subscriptions.due(now, limit=FOUND_AT_ONCE)
                self._mix(self._found)
            if not self._found:
                return tried
            self._take_step(self._found.pop(), context)
        return BATCH

    def _take_step(self, due: Due, context: Context) -> None:
        def decide(found: Subscription) -> Outcome[Subscription]:
            step = next_step(found, found.today(context.business_now))
            return Outcome(step.subscription, step.happenings) if step else Outcome(found)

        try:
            self._subscriptions.aggregates.change(
                due.handle, bill_group=due.bill_group, context=context, decide=decide
            )
        except STORE_AWAY:
            raise
        except Exception:
            # One that can't be handled must not hold up the others; whoever reads the log has to look at it.
            log.exception("subscription %s is put off: its step failed", due.handle)
            self._subscriptions.put_off(due, context.business_now + PUT_OFF)
