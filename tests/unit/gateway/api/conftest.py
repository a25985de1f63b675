"""A program with an API key, in front of the gateway on fakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.contracts.scopes import SCOPES
from shared.kernel.errors import DomainError
from tests.unit.gateway.fakes import FakeServices

SECRET = "portico_key1_" + "x" * 43


@dataclass
class Program:
    """What sends requests to the API, with a key."""

    client: FlaskClient

    def send(self, verb: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {SECRET}", **more.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=verb, headers=headers, buffered=True, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.send("POST", path, **more)


def keys(services: FakeServices, *scopes: str) -> None:
    """From now on the one key that there is has these scopes."""

    def check(secret: str) -> dict[str, Any]:
        if secret != SECRET:
            raise DomainError("invalid_api_key")
        return {"api_key": "key-1", "scopes": list(scopes)}

    services.on("auth", "check_api_key", check)


@pytest.fixture
def program(app: Flask, services: FakeServices) -> Program:
    """A program whose key may do all."""
    keys(services, *SCOPES)
    return Program(app.test_client())
