"""Settings of the suite on one machine: ports, the state directory, generated secrets."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.programs import ROOT
from shared.webhooks import Secret

# Name of the variable, default, and what listens there.
PORTS = {
    "GATEWAY_PORT": (8000, "the portal"),
    "MAILBOX_PORT": (8025, "the mailbox page"),
    "MAILBOX_SMTP_PORT": (8026, "the mailbox's SMTP server"),
    "SANDBOX_PORT": (8030, "the sandbox payment provider"),
    "BROKER_PORT": (5682, "the message broker"),
    "STORE_PORT": (27027, "the store"),
}


class SettingsError(RuntimeError):
    """A variable in the environment has a value that can't be used."""


@dataclass(frozen=True)
class LocalSettings:
    """Where everything is on this machine. `amqp_uri` and `mongo_uri` are set when others run these."""

    state: Path
    ports: Mapping[str, int]
    amqp_uri: str | None
    mongo_uri: str | None
    secret: str
    sandbox_key: str
    sandbox_webhook_secret: str

    @property
    def logs(self) -> Path:
        """The directory of log files."""
        return self.state / "logs"

    @property
    def api_key(self) -> Path:
        """The file with the API key that `make run` makes for itself."""
        return self.state / "api-key"

    def url(self, port: str) -> str:
        """The address of the page behind this port's variable."""
        return f"http://127.0.0.1:{self.ports[port]}"

    def listening(self) -> list[str]:
        """The variables of the ports that we listen on ourselves."""
        others = {"BROKER_PORT": self.amqp_uri, "STORE_PORT": self.mongo_uri}
        return [name for name in PORTS if not others.get(name)]

    def service_environment(self, amqp_uri: str, mongo_uri: str) -> dict[str, str]:
        """What the services, the sandbox and the gateway are told."""
        given = os.environ
        return {
            **given,
            "AMQP_URI": amqp_uri,
            "MONGO_URI": mongo_uri,
            "PORTICO_SECRET": self.secret,
            "SMTP_URI": given.get("SMTP_URI") or f"smtp://127.0.0.1:{self.ports['MAILBOX_SMTP_PORT']}",
            "PUBLIC_URL": given.get("PUBLIC_URL") or self.url("GATEWAY_PORT"),
            "GATEWAY_PORT": str(self.ports["GATEWAY_PORT"]),
            "SANDBOX_PORT": str(self.ports["SANDBOX_PORT"]),
            "SANDBOX_URL": self.url("SANDBOX_PORT"),
            "SANDBOX_KEY": self.sandbox_key,
            "SANDBOX_WEBHOOK_SECRET": self.sandbox_webhook_secret,
            # The sandbox stands beside the gateway, whatever the portal is called outside.
            "SANDBOX_WEBHOOK_URL": f"{self.url('GATEWAY_PORT')}/webhooks/sandbox",
            "DATABASE_PREFIX": given.get("DATABASE_PREFIX", "portico_"),
            # Nobody needs to be kept from crowding out others here, and a first import is soon done.
            "API_REQUESTS_PER_MINUTE": given.get("API_REQUESTS_PER_MINUTE") or "100000",
            "LOG_LEVEL": given.get("LOG_LEVEL", "INFO"),
        }


def load_settings() -> LocalSettings:
    """Read the environment; make the state directory and the secrets in it the first time."""
    state = Path(os.environ.get("PORTICO_STATE") or ROOT / ".portico").absolute()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalSettings(
        state=state,
        ports={name: _port(name, default) for name, (default, _what) in PORTS.items()},
        amqp_uri=os.environ.get("AMQP_URI") or None,
        mongo_uri=os.environ.get("MONGO_URI") or None,
        secret=os.environ.get("PORTICO_SECRET") or _kept_secret(state / "secret"),
        sandbox_key=os.environ.get("SANDBOX_KEY") or _kept_secret(state / "sandbox-key"),
        sandbox_webhook_secret=os.environ.get("SANDBOX_WEBHOOK_SECRET")
        or _kept_secret(state / "sandbox-webhook-secret", Secret.new),
    )


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name}={text}: a port is a number from 1 to 65535")
    return int(text)


def _kept_secret(file: Path, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
    """A random secret, made the first time and the same ever after; the file is for its owner's eyes only."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(make())
    return file.read_text().strip()
