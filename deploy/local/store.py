"""The embedded store: SecantusDB, which speaks MongoDB's protocol, as a process of its own.

For a quick start and for tests. Production uses MongoDB.
"""

import sys
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.process import Process
from deploy.local.waiting import NotInTimeError, free_port, wait_until


class StoreError(RuntimeError):
    """The store does not start."""


class Store:
    """One store process with its files below `directory`.

    After `start()` it answers at `uri`; `kill()` is a power failure, after which `start()` finds every
    acknowledged change again.
    """

    def __init__(self, directory: Path, port: int | None = None, *, log: Path | None = None) -> None:
        self.directory = directory.absolute()
        self.port = port or free_port()
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.process = Process(
            "store",
            [
                str(Path(sys.executable).with_name("secantusd-py")),
                *("--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(data)),
                # Without it a kill -9 loses acknowledged changes.
                "--sync-on-commit",
                # Nobody reads the change log here; its defaults keep an hour of changes on disk.
                *("--oplog-retention-seconds", "60", "--oplog-max-entries", "1000"),
                *("--cache-size", "256M", "--log-level", "WARNING"),
            ],
            log=log or self.directory / "store.log",
            # It would otherwise take up a configuration file from wherever we were started.
            cwd=self.directory,
        )

    @property
    def uri(self) -> str:
        """Where the store answers; retried writes are off because they slow each of its writes tenfold."""
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true&retryWrites=false"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process.running

    @property
    def log(self) -> Path:
        """What the store prints."""
        return self.process.log

    def launch(self) -> None:
        """Start the process without waiting for it."""
        self.process.start()

    def is_ready(self) -> bool:
        """Whether it answers a ping now; StoreError when the process has died."""
        if not self.process.running:
            raise StoreError(f"The store did not start:\n{self.process.last_lines()}")
        return answers(self.uri)

    def start(self, timeout: float = 60) -> None:
        """Start the process and return when clients can connect."""
        if self.running:
            return
        self.launch()
        try:
            wait_until(self.is_ready, timeout=timeout, what="The store")
        except (NotInTimeError, StoreError):
            self.kill()
            raise

    def stop(self, timeout: float = 20) -> None:
        """Shut down in good order."""
        self.process.stop(timeout)

    def kill(self) -> None:
        """End the process as a power failure would."""
        self.process.kill()

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.stop()
        self.start()


def answers(uri: str) -> bool:
    """Whether a MongoDB-compatible store answers at this address now."""
    client: MongoClient[dict[str, object]] = MongoClient(
        uri, serverSelectionTimeoutMS=500, connectTimeoutMS=500
    )
    try:
        client.admin.command("ping")
    except PyMongoError:
        return False
    finally:
        client.close()
    return True
