"""An application on fakes, and browsers that are signed in to it or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.gateway import process_memory
from services.gateway.app import create_app
from shared.settings import Settings
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.samples import TOKEN

_TOKENS = re.compile(r'name="(csrf_token|key|version)" value="([^"]*)"')


def settings(**more: str) -> Settings:
    """Settings that lead nowhere."""
    return Settings(
        **{
            "amqp_uri": "amqp://127.0.0.1:1",
            "mongo_uri": "mongodb://127.0.0.1:1",
            "portico_secret": "s" * 40,
            "public_url": "http://localhost",
            **more,
        }
    )


@dataclass
class Browser:
    """A browser without JavaScript: it keeps cookies and sends the hidden fields of the form that it saw."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        # Read at once: an answer that is a file would stay open.
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, seen: str | None = None, **fields: str | list[str]) -> TestResponse:
        """Send a form that stands on the page ``seen``, ``path`` itself if not given."""
        page = self.client.get(seen or path).text
        hidden = dict(_TOKENS.findall(page[page.index("<main") :]))
        return self.client.post(path, data=hidden | fields)


@pytest.fixture
def services() -> FakeServices:
    """The services as the application sees them."""
    return FakeServices()


@pytest.fixture(scope="session")
def made_app() -> Flask:
    """A gateway for all tests: making one and compiling its templates takes longer than most of them."""
    return create_app(settings(), FakeServices())


@pytest.fixture
def app(made_app: Flask, services: FakeServices) -> Flask:
    """The gateway on fakes, as after its start. A test that adds routes asks for a ``new_app``."""
    process_memory.forget_all(made_app)
    made_app.extensions["portico_client"] = services
    return made_app


@pytest.fixture
def new_app(services: FakeServices) -> Flask:
    """A gateway on fakes that nobody has asked for anything yet."""
    return create_app(settings(), services)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that is not signed in."""
    return Browser(app.test_client())


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser in which Anna Berg is signed in."""
    client = app.test_client()
    client.set_cookie("session", TOKEN)
    return Browser(client)
