"""Services as real processes, each suite with a virtual host and databases of its own."""

import os
import secrets
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from deploy.local.programs import EVERYTHING, Program
from deploy.local.waiting import free_port, wait_until
from shared.webhooks import Secret

START_TIMEOUT = 60
STOP_TIMEOUT = 10


class Suite:
    """Some of Portico's programs, started together.

    `start` and `kill` take service names ("customers", "gateway", "sandbox"); `env` is what they are started
    with and may be handed to code under test in the test's own process. Everything ends with `close()`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        amqp_uri: str,
        mongo_uri: str,
        smtp_uri: str,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory
        gateway_port, sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{gateway_port}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        self.settings = {
            "AMQP_URI": amqp_uri,
            "MONGO_URI": mongo_uri,
            "SMTP_URI": smtp_uri,
            "PORTICO_SECRET": secrets.token_hex(32),
            "SANDBOX_KEY": secrets.token_hex(16),
            "SANDBOX_WEBHOOK_SECRET": Secret.new(),
            "PUBLIC_URL": self.url,
            "GATEWAY_PORT": str(gateway_port),
            "SANDBOX_URL": self.sandbox_url,
            "SANDBOX_PORT": str(sandbox_port),
            "DATABASE_PREFIX": f"t{secrets.token_hex(4)}_",
            "LOG_LEVEL": "INFO",
            "VIES_URL": "off",
            "API_REQUESTS_PER_MINUTE": "100000",
            **(env or {}),
        }
        self.env = {**os.environ, **self.settings}
        self.programs: dict[str, Program] = {}

    def start(self, *services: str, timeout: float = START_TIMEOUT) -> "Suite":
        """Start these services (again) at the same time and return when all are ready.

        "invoices:2" is a second instance of invoices, known by that name from then on.
        """
        for name in services:
            if name not in self.programs:
                self.programs[name] = Program(
                    name.split(":")[0], self.env, self.directory, name=name.replace(":", "-")
                )
            self.programs[name].start()
        for name in services:
            wait_until(partial(self._is_ready, name), timeout=timeout, what=self._what(name))
        return self

    def start_everything(self, timeout: float = START_TIMEOUT) -> "Suite":
        """Start all services, the sandbox provider and the gateway."""
        return self.start(*EVERYTHING, timeout=timeout)

    def pid(self, service: str) -> int | None:
        """The process id of this service while it runs."""
        return self.programs[service].process.pid

    def running(self, service: str) -> bool:
        """Whether this service's process is there."""
        return self.programs[service].process.running

    def kill(self, *services: str) -> None:
        """End these services as a power failure would (SIGKILL), all that were started when none is named."""
        for name in services or tuple(self.programs):
            self.programs[name].process.kill()

    def stop(self, *services: str) -> None:
        """End these services politely (SIGTERM), all that were started when none is named."""
        names = services or tuple(self.programs)
        for name in names:
            self.programs[name].process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT
        for name in names:
            self.programs[name].stop(max(0.0, deadline - time.monotonic()))

    def close(self) -> None:
        """End everything at once."""
        self.kill()

    def log(self, service: str) -> str:
        """All that this service has printed so far."""
        return self.programs[service].process.log.read_text(errors="replace")

    def last_lines(self, count: int = 40) -> dict[str, str]:
        """The last log lines of each service, to be shown with a failed test."""
        return {name: program.process.last_lines(count) for name, program in self.programs.items()}

    def _is_ready(self, name: str) -> bool:
        program = self.programs[name]
        if not program.process.running:
            status = program.process.exit_status
            raise RuntimeError(f"{name} ended with status {status}:\n{program.process.last_lines(40)}")
        return program.is_ready()

    def _what(self, name: str) -> str:
        return f"{name} (log: {self.programs[name].process.log})"
