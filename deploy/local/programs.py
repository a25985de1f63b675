"""Which programs the suite consists of, how each is started and how one sees that it is ready."""

import json
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from deploy.local.process import Process

SERVICES = ("auth", "customers", "subscriptions", "invoices", "payments", "notifications")
SANDBOX = "sandbox"
GATEWAY = "gateway"
EVERYTHING = (*SERVICES, SANDBOX, GATEWAY)

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """One of Portico's own programs as a child process.

    `service` is a name out of EVERYTHING, `env` its settings, `directory` the place for its log and its ready
    file. `name` tells several instances of a service apart; `waits_for` says what it lacks to be ready, as far
    as it tells.
    """

    def __init__(
        self, service: str, env: Mapping[str, str], directory: Path, name: str | None = None
    ) -> None:
        self.service = service
        self.name = name or service
        self.waits_for = ""
        self._ready_file = directory / f"{self.name}.ready"
        self._env = env
        self.process = Process(
            self.name,
            command(service, env),
            env={**env, "PYTHONUNBUFFERED": "1", "READY_FILE": str(self._ready_file)},
            log=directory / f"{self.name}.log",
            cwd=ROOT,
        )

    def start(self) -> None:
        """Start the program without waiting for it; nothing happens where it runs already."""
        if self.process.running:
            return
        self._ready_file.parent.mkdir(parents=True, exist_ok=True)
        self._ready_file.unlink(missing_ok=True)
        self.process.start()

    def stop(self, timeout: float = 10) -> None:
        """End the program, by force after `timeout` seconds."""
        self.process.stop(timeout)

    def is_ready(self) -> bool:
        """Whether it does its work now: queues consumed, or pages served with all services there."""
        if not self.process.running:
            return False
        if self.service == GATEWAY:
            self.waits_for = _missing_behind(f"http://127.0.0.1:{self._env['GATEWAY_PORT']}/readyz")
            return not self.waits_for
        return self._ready_file.exists()


def command(service: str, env: Mapping[str, str]) -> list[str]:
    """The command line that starts this service with these settings."""
    if service == GATEWAY:
        return [
            *(sys.executable, "-m", "gunicorn", "services.gateway.app:create_app()"),
            *("--config", "services/gateway/gunicorn.conf.py"),
            *("--bind", f"127.0.0.1:{env['GATEWAY_PORT']}", "--log-level", "warning"),
        ]
    if service == SANDBOX:
        return [sys.executable, "-m", "services.payments.sandbox"]
    if service in SERVICES:
        return [sys.executable, "-m", f"services.{service}"]
    if "." in service:
        return [sys.executable, "-m", service]  # A service that only tests have.
    raise ValueError(f"{service}: not a program of the suite ({', '.join(EVERYTHING)})")


def _missing_behind(url: str) -> str:
    """What a readiness page says is missing; empty when all is there."""
    try:
        # Not through a proxy that the environment may name: the address is this machine's own.
        with build_opener(ProxyHandler({})).open(url, timeout=5) as answer:
            return "" if answer.status == HTTPStatus.OK else f"answers {answer.status}"
    except HTTPError as error:
        with error:
            return _services_away(error.read()) or f"answers {error.code}"
    except (URLError, OSError):
        return "does not answer"


def _services_away(body: bytes) -> str:
    try:
        services: dict[str, str] = json.loads(body)["services"]
    except (ValueError, KeyError, TypeError):
        return ""
    return ", ".join(f"{name}: {state}" for name, state in services.items() if state != "ok")
