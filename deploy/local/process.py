"""A child process with a log file, which can be started again and never outlives this one."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local import tied

# A log that has grown beyond this is put aside at the next start.
LARGEST_LOG = 20 * 1024 * 1024


def tied_command(arguments: Sequence[str]) -> list[str]:
    """The command line that runs this program and ends it with the process (and thread) that started it."""
    return [sys.executable, "-I", "-S", tied.__file__, str(os.getpid()), *arguments]


class Process:
    """One program: `start`, `stop`, `kill`, and `start` again.

    `arguments` is the command line, `env` the whole environment, `log` the file that its output is added to.
    It leads a process group of its own, so that ctrl-c on the console reaches the supervisor only.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.arguments = list(arguments)
        self.env = dict(os.environ if env is None else env)
        self.log = log
        self.cwd = cwd
        self._child: subprocess.Popen[bytes] | None = None
        self._log_began = 0

    @property
    def pid(self) -> int | None:
        """The process id while it runs, else None."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.pid is not None

    @property
    def exit_status(self) -> int | None:
        """How it ended (minus the signal's number when killed by one); None before that."""
        return None if self._child is None else self._child.poll()

    def start(self) -> None:
        """Start the program, from a thread that lives on: the child is killed when that thread ends."""
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self._log_began = log.tell()
            self._child = subprocess.Popen(
                tied_command(self.arguments),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
            )

    def terminate(self) -> None:
        """Ask the program to end (SIGTERM) without waiting for it."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def stop(self, timeout: float = 10) -> None:
        """End the program and its whole group: politely, and by force after `timeout` seconds."""
        if self._child is None:
            return
        self.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """End the program and its whole group at once (SIGKILL), and wait until it is gone."""
        if self._child is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def last_lines(self, count: int = 20) -> str:
        """The last log lines since the last start, for telling people what went wrong."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(self._log_began, log.seek(0, os.SEEK_END) - 64 * 1024))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-count:])
