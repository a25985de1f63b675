"""The whole suite as `make run` starts it, with its demo data, on ports and in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.local.process import tied_command
from deploy.local.programs import ROOT
from deploy.local.settings import PORTS
from deploy.local.waiting import free_port
from tests.support.mailbox import Mailbox

READY = "Portico is ready."
# All processes together, in seconds of processor time a second, when there is nothing to do but to look for work.
_QUIET = 0.2
_QUIET_SECONDS = 3
_MOST_SECONDS = 180


class Local:
    """Started again with the data of the time before."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.ports = {name: free_port() for name in PORTS}
        self.url = f"http://127.0.0.1:{self.ports['GATEWAY_PORT']}"
        self.mailbox = LocalMailbox(f"http://127.0.0.1:{self.ports['MAILBOX_PORT']}")
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Seconds until everything is ready."""
        began = time.monotonic()
        ports = {name: str(port) for name, port in self.ports.items()}
        self._process = subprocess.Popen(
            tied_command([sys.executable, "-u", "-m", "deploy.local.run"]),
            env={**os.environ, "PORTICO_STATE": str(self.state), **ports},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if READY in line:
                return time.monotonic() - began
        raise RuntimeError(f"make run ended:\n{''.join(said)}")

    def stop(self) -> None:
        """As ctrl-c does."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=60)
        self._process = None

    def settle(self) -> float:
        """Wait until what the start left to do is done: events go on for a while. How many seconds that took.

        Whatever is measured first would share the machine with it.
        """
        began = time.monotonic()
        quiet = 0
        while quiet < _QUIET_SECONDS:
            if time.monotonic() - began > _MOST_SECONDS:
                raise RuntimeError("still busy with what nobody asked for")
            before = self._processor_time()
            time.sleep(1)
            quiet = quiet + 1 if self._processor_time() - before < _QUIET else 0
        return time.monotonic() - began

    def environment(self) -> dict[str, str]:
        """What the gateway was told."""
        assert self._process is not None
        gateway = next(pid for pid, name in self._programs().items() if name == "gateway")
        given = Path(f"/proc/{gateway}/environ").read_text().split("\0")
        return dict(variable.split("=", 1) for variable in given if "=" in variable)

    def memory(self) -> dict[str, float]:
        """Megabytes (proportional set size) of each program with its children."""
        megabytes: dict[str, float] = defaultdict(float)
        for pid, name in self._programs().items():
            megabytes[name] += _megabytes(pid)
        return dict(megabytes)

    def _processor_time(self) -> float:
        """Seconds of processor time that all our processes have taken so far."""
        ticks = 0
        for pid in self._programs():
            with suppress(OSError):
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                # Its own in user and system mode, then that of its children that have ended.
                ticks += sum(int(state[field]) for field in range(11, 15))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _programs(self) -> dict[int, str]:
        """Our processes and whose they are; a child without a name of its own is its parent's."""
        assert self._process is not None
        found: dict[int, str] = {}
        children = _children()
        waiting = [(self._process.pid, "make run")]
        while waiting:
            pid, name = waiting.pop()
            found[pid] = name
            waiting += [(child, _name(child) or name) for child in children[pid]]
        return found


class LocalMailbox(Mailbox):
    """The mailbox page of `make run`."""

    def __init__(self, url: str) -> None:
        self.url = url


_NAMES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("services.gateway.app", lambda _: "gateway"),
    ("services.payments.sandbox", lambda _: "sandbox"),
    ("-m services.", lambda line: line.split("-m services.")[1].split()[0]),
    ("deploy.local.mailbox", lambda _: "mailbox"),
    ("secantus", lambda _: "store"),
    ("beam", lambda _: "broker"),
)


def _name(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
    return next((name(line) for mark, name in _NAMES if mark in line), "")


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children[parent].append(int(process.name))
    return children


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
