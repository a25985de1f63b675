"""Addresses and secrets, from the environment. What a merchant configures is not here: customers keeps that."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from pydantic import AnyUrl, Field, SecretStr, TypeAdapter
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One process's settings. Each may also be a file of its name in the folder that SECRETS_DIR names."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    amqp_uri: SecretStr = Field(description="RabbitMQ: amqp://user:password@host:port/vhost")
    mongo_uri: SecretStr = Field(description="MongoDB: mongodb://…")
    portico_secret: SecretStr = Field(
        min_length=32, description="The key that all other keys are derived from"
    )
    smtp_uri: SecretStr = Field(
        default=SecretStr("smtp://127.0.0.1:8026"), description="Where e-mails go out"
    )
    mail_from: str = Field(default="billing@portico.example", description="The sender of e-mails")
    public_url: str = Field(default="http://127.0.0.1:8000", description="The portal's address for customers")
    sandbox_url: str = Field(
        default="http://127.0.0.1:8030", description="The sandbox payment provider, as browsers reach it"
    )
    sandbox_api_url: str = Field(
        default="", description="The same as payments reaches it; empty: under SANDBOX_URL"
    )
    sandbox_bind: str = Field(
        default="", description="host:port where the sandbox listens; empty: those of SANDBOX_URL"
    )
    sandbox_key: SecretStr = Field(
        default=SecretStr(""), description="The key for the sandbox provider's API"
    )
    sandbox_webhook_url: str = Field(
        default="",
        description="Where the sandbox sends its webhooks; empty: /webhooks/sandbox under PUBLIC_URL",
    )
    sandbox_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="What the sandbox signs them with: whsec_…; empty: it sends none"
    )
    database_prefix: str = Field(
        default="portico_", description="Each service's database is this and its name"
    )
    vies_url: str = Field(
        default="https://ec.europa.eu/taxation_customs/vies/rest-api",
        description="Where VAT numbers of the EU are looked up; off: nowhere",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    workers: int = Field(
        default=16, ge=1, le=200, description="Calls that a service process works on at once"
    )
    api_requests_per_minute: int = Field(
        default=600, ge=1, description="Requests a minute that an API key has at each gateway process"
    )
    retry_waits: tuple[float, ...] = Field(
        default=(1, 5, 30, 120, 600),
        min_length=1,
        description="Seconds before an event is tried again, as JSON",
    )
    ready_file: Path | None = Field(
        default=None, description="A file that is written when the process is ready"
    )
    operations_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Where a service answers /healthz, /readyz and /metrics; none by default",
    )
    operations_host: str = Field(default="127.0.0.1", description="The address it listens on there")
    otel_exporter_otlp_endpoint: str = Field(
        default="", description="Where traces go by OTLP over HTTP; none are made without it"
    )

    @property
    def secret(self) -> bytes:
        """The secret that all keys are derived from, never used as it is."""
        return self.portico_secret.get_secret_value().encode()

    @property
    def sandbox_api(self) -> str:
        """Where payments asks the sandbox provider. Browsers and containers may need different addresses."""
        return self.sandbox_api_url or self.sandbox_url

    @property
    def sandbox_webhooks(self) -> str:
        """Where the sandbox provider sends its webhooks. It may not reach the gateway as browsers do."""
        return self.sandbox_webhook_url or f"{self.public_url.rstrip('/')}/webhooks/sandbox"

    @property
    def public_is_https(self) -> bool:
        """Whether customers come over HTTPS."""
        return TypeAdapter(AnyUrl).validate_python(self.public_url).scheme == "https"


@cache
def load_settings() -> Settings:
    """The settings of this process; pydantic's ValidationError names what is missing or wrong."""
    return Settings(_secrets_dir=os.environ.get("SECRETS_DIR"))  # type: ignore[call-arg]
