"""Keeps programs running: starts again what dies, after a pause that grows while it keeps dying.

Small and our own: honcho ends everything when one process dies, and knows neither readiness nor an order.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from deploy.local.process import Process
from deploy.local.waiting import NotInTimeError, wait_until

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# Whoever has run this long starts with a short pause again.
CALM_AFTER = 60.0
LINES_SHOWN = 12
# While nothing happens, people are told this often what is waited for.
TELL_EVERY = 10.0
# Whoever dies this often before it was ready once won't get there by itself.
ATTEMPTS_AT_START = 4


class HopelessError(RuntimeError):
    """A program dies each time that it is started; the text shows the end of its log."""


class Startable(Protocol):
    """What can be kept running."""

    @property
    def name(self) -> str: ...
    @property
    def waits_for(self) -> str: ...
    @property
    def process(self) -> Process: ...
    def start(self) -> None: ...
    def is_ready(self) -> bool: ...
    def stop(self, timeout: float) -> None: ...


@dataclass
class _Watched:
    program: Startable
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_again_at: float | None = None
    was_ready: bool = False
    deaths: int = 0


class Supervisor:
    """Starts programs, watches them and ends them. `say` is told what people should know."""

    def __init__(self, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._watched: dict[str, _Watched] = {}

    def start(self, programs: Sequence[Startable]) -> None:
        """Start these programs and watch them from now on."""
        for program in programs:
            self._watched[program.name] = _Watched(program, started_at=self._clock())
            program.start()

    def wait_until_ready(self, programs: Sequence[Startable], timeout: float) -> None:
        """Return when all of these are ready, telling of each.

        NotInTimeError names those that are not, HopelessError the first that dies again and again.
        """
        waiting = list(programs)
        tell_at = self._clock() + TELL_EVERY

        def all_ready() -> bool:
            nonlocal tell_at
            self.look_after()
            for program in list(waiting):
                if program.is_ready():
                    waiting.remove(program)
                    self._watched[program.name].was_ready = True
                    self._say(f"{program.name} is ready")
            if waiting and self._clock() >= tell_at:
                tell_at = self._clock() + TELL_EVERY
                self._say(f"still waiting for {', '.join(map(_described, waiting))}")
            return not waiting

        try:
            wait_until(all_ready, timeout=timeout, what="start", every=0.1)
        except NotInTimeError:
            missing = "\n".join(
                f"{_described(program)} (log: {program.process.log}):\n{program.process.last_lines(LINES_SHOWN)}"
                for program in waiting
            )
            raise NotInTimeError(f"not ready within {timeout:g} s:\n{missing}") from None

    def look_after(self) -> None:
        """Look at every program once; start again what has died, when its pause is over."""
        now = self._clock()
        for watched in self._watched.values():
            if watched.program.process.running:
                continue
            if watched.start_again_at is None:
                self._note_death(watched, now)
            elif now >= watched.start_again_at:
                watched.start_again_at = None
                watched.started_at = now
                self._say(f"starting {watched.program.name} again")
                watched.program.start()

    def _note_death(self, watched: _Watched, now: float) -> None:
        if now - watched.started_at >= CALM_AFTER:
            watched.pause = FIRST_PAUSE
        process = watched.program.process
        what = f"{watched.program.name} has died (status {process.exit_status})"
        log = f"The end of {process.log}:\n{process.last_lines(LINES_SHOWN)}"
        watched.deaths += 1
        if not watched.was_ready and watched.deaths >= ATTEMPTS_AT_START:
            raise HopelessError(f"{what}, and so it did {watched.deaths} times. {log}")
        self._say(f"{what}; it is started again in {watched.pause:g} s. {log}")
        watched.start_again_at = now + watched.pause
        watched.pause = min(watched.pause * 2, LONGEST_PAUSE)

    def stop(self, programs: Sequence[Startable], timeout: float = 10) -> None:
        """End these programs, all at once, by force after `timeout` seconds; watch them no longer."""
        for program in programs:
            self._watched.pop(program.name, None)
            program.process.terminate()
        deadline = time.monotonic() + timeout
        for program in programs:
            program.stop(max(0.0, deadline - time.monotonic()))


def _described(program: Startable) -> str:
    return f"{program.name} ({program.waits_for})" if program.waits_for else program.name
