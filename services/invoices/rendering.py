"""PDFs are made in processes of their own: reportlab keeps no event loop waiting, and its memory is theirs.

A process is started when it is first needed. It gets documents and gives PDFs over its pipes; waiting for a pipe
lets other calls of a service go on. It ends with ours, because then its input ends. One that dies is replaced, and
what it was making is tried once more.
"""

from __future__ import annotations

import json
import queue
import struct
import subprocess
import sys
from contextlib import suppress
from typing import Any

from services.invoices.pdf import TEMPLATE_VERSION

View = dict[str, Any]

_LENGTH = struct.Struct(">I")
_TRIES = 2


class RendererDied(RuntimeError):
    """The rendering process ended before it had made the PDF; what it had to say is in the log."""


class RenderingProcesses:
    """Up to ``processes`` rendering processes; who comes when all are busy waits."""

    version = TEMPLATE_VERSION

    def __init__(self, processes: int = 2) -> None:
        self._idle: queue.LifoQueue[_Process] = queue.LifoQueue()
        for _ in range(processes):
            self._idle.put(_Process())

    def render(self, document: View, logo: str | None = None) -> bytes:
        """The PDF of a document in its form for the wire. Raises RendererDied when it can't be made.

        ``logo``: the picture of the logo that it names, a PNG as base64.
        """
        process = self._idle.get()
        try:
            return process.render(json.dumps({"document": document, "logo": logo}).encode())
        finally:
            self._idle.put(process)

    def pids(self) -> list[int]:
        """The ids of the processes that run and are idle."""
        return [process.pid for process in self._idle.queue if process.pid is not None]

    def close(self) -> None:
        """End the processes that are idle."""
        while not self._idle.empty():
            self._idle.get().end()


class _Process:
    """One rendering process, started when it is asked for something."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._running.pid if self._running else None

    def render(self, order: bytes) -> bytes:
        """The PDF of a document with its logo, as JSON. Raises RendererDied after two tries."""
        for left in reversed(range(_TRIES)):
            try:
                return _exchange(self._start(), order)
            except (OSError, EOFError) as error:
                self.end()
                if not left:
                    raise RendererDied from error
            except BaseException:
                # What it still answers must not be taken for the next document.
                self.end()
                raise
        raise AssertionError("unreachable")

    def end(self) -> None:
        """Kill the process."""
        if self._running is not None:
            # What was not yet written when it died can't be written any more.
            with suppress(BrokenPipeError), self._running as process:
                process.kill()
            self._running = None

    def _start(self) -> subprocess.Popen[bytes]:
        if self._running is None:
            program = [sys.executable, "-m", "services.invoices.pdf.worker"]
            self._running = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._running


def _exchange(process: subprocess.Popen[bytes], message: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_LENGTH.pack(len(message)) + message)
    process.stdin.flush()
    (length,) = _LENGTH.unpack(_read(process.stdout, _LENGTH.size))
    return _read(process.stdout, length)


def _read(pipe: Any, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        # In a service the pipe is a green one, which gives what is there: seldom more than 64 KiB at once.
        piece = pipe.read(length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
