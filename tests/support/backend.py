"""One broker for a whole test session, shared by pytest-xdist's workers.

The session's first process (the only one without xdist) owns it and starts it when somebody asks. Asking and
answering go through files in the session's directory, so that it is the same from every worker.
"""

import json
import shutil
import tempfile
import threading
from pathlib import Path

from deploy.local.broker import Broker
from deploy.local.waiting import wait_until

START_TIMEOUT = 120


class BackendOwner:
    """Starts what is asked for in its directory, from one thread that lives until `close()`."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="portico-tests-"))
        self._started: dict[str, Broker] = {}
        self._closing = threading.Event()
        # The processes are tied to the thread that starts them: it must outlive them.
        self._thread = threading.Thread(target=self._serve, name="test-backend", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._closing.wait(0.05):
            if "broker" not in self._started and (self.directory / "broker.wanted").exists():
                self._start("broker", Broker(self.directory / "broker"))
        for backend in self._started.values():
            backend.kill()

    def _start(self, kind: str, backend: Broker) -> None:
        self._started[kind] = backend
        try:
            backend.start()
            answer: dict[str, object] = {"port": backend.port}
        except RuntimeError as error:
            answer = {"error": str(error)}
        draft = self.directory / f"{kind}.draft"
        draft.write_text(json.dumps(answer))
        draft.rename(self.directory / f"{kind}.answer")

    def close(self) -> None:
        """End it and remove its files."""
        self._closing.set()
        self._thread.join()
        shutil.rmtree(self.directory, ignore_errors=True)


def ask(directory: Path, kind: str) -> int:
    """Have the owner start the `broker`; its port when it is ready."""
    (directory / f"{kind}.wanted").touch()
    answer_file = directory / f"{kind}.answer"
    wait_until(answer_file.exists, timeout=START_TIMEOUT, what=f"the session's {kind}")
    answer = json.loads(answer_file.read_text())
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return int(answer["port"])
