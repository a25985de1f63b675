"""All that HTTP can do wrong becomes one of the provider errors."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deploy.local.waiting import free_port
from services.payments.domain.instruments import Expiry
from services.payments.providers.base import (
    Cancelled,
    Failed,
    Open,
    ProviderAway,
    ProviderNotKnownYet,
    ProviderRefused,
    Succeeded,
)
from services.payments.providers.sandbox import SandboxProvider
from shared.kernel.errors import DomainError

SETUP = {"id": "ss_1", "url": "https://p.test/1", "state": "open", "method": None, "reason": None}
CARD = {
    "id": "sm_1",
    "kind": "card",
    "brand": "Visa",
    "last4": "4242",
    "expiry": {"year": 2029, "month": 12},
    "mandate": None,
}


class Answers(ThreadingHTTPServer):
    """Answers every request with ``status`` and ``body``; 0 is no answer until ``silence`` is over."""

    status = 200
    body: object = SETUP
    raw: bytes | None = None
    headers: dict[str, str]
    silence: threading.Event

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has given up is what the tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Answers

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.headers = dict(self.headers)
        if self.server.status == 0:
            self.server.silence.wait(10)
            return
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.raw or json.dumps(self.server.body).encode())

    do_GET = do_POST = answer  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Nothing is printed."""


@pytest.fixture
def server() -> Iterator[Answers]:
    with Answers(("127.0.0.1", 0), Handler) as server:
        server.silence = threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.silence.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def provider(server: Answers) -> SandboxProvider:
    return SandboxProvider(f"http://127.0.0.1:{server.server_port}", "secret", timeouts=(1, 0.2))


def create(provider: SandboxProvider) -> object:
    return provider.create_setup(
        reference="setup-1", return_url="https://portal.test/", language="de", key="setup-1"
    )


def test_request_carries_the_key_and_the_idempotency_key(provider: SandboxProvider, server: Answers) -> None:
    create(provider)

    assert server.headers["Authorization"] == "Bearer secret"
    assert server.headers["Idempotency-Key"] == "setup-1"


@pytest.mark.parametrize(
    "status, error",
    [
        (0, ProviderNotKnownYet),
        (500, ProviderNotKnownYet),
        (502, ProviderNotKnownYet),
        (503, ProviderAway),
        (401, ProviderAway),
        (403, ProviderAway),
        (404, ProviderAway),
        (408, ProviderAway),
        (409, ProviderAway),
        (429, ProviderAway),
        (400, ProviderRefused),
        (422, ProviderRefused),
    ],
)
def test_error_of_each_answer(
    provider: SandboxProvider, server: Answers, status: int, error: type[DomainError]
) -> None:
    server.status, server.body = status, {"code": "foreign_return_url"}

    with pytest.raises(error) as raised:
        create(provider)
    if error is ProviderRefused:
        assert raised.value.params == {"reason": "foreign_return_url"}


def test_refused_key_is_reported_without_the_key_and_the_setup(
    provider: SandboxProvider, server: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    server.status, server.body = 401, {"code": "unauthorized"}

    with pytest.raises(ProviderAway):
        provider.fetch_setup("ss_1")
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "the sandbox does not serve GET now: status 401")
    ]


@pytest.mark.parametrize("status", [200, 422])
def test_answer_that_nobody_understands(provider: SandboxProvider, server: Answers, status: int) -> None:
    server.status, server.raw = status, b"<html>"

    with pytest.raises(ProviderNotKnownYet):
        create(provider)


@pytest.mark.parametrize(
    "status, body",
    [
        (200, []),
        (200, {}),
        (200, SETUP | {"state": "on_fire"}),
        (200, SETUP | {"state": "succeeded"}),
        (200, SETUP | {"state": "succeeded", "method": CARD | {"kind": "shells"}}),
        (200, SETUP | {"state": "succeeded", "method": CARD | {"expiry": "12/29"}}),
        (422, ["code"]),
        (422, {}),
    ],
)
def test_answer_with_something_missing_or_unknown(
    provider: SandboxProvider, server: Answers, status: int, body: object
) -> None:
    server.status, server.body = status, body

    with pytest.raises(ProviderNotKnownYet):
        provider.fetch_setup("ss_1")


def test_provider_that_is_not_there() -> None:
    provider = SandboxProvider(f"http://127.0.0.1:{free_port()}", "secret")

    with pytest.raises(ProviderAway):
        provider.fetch_setup("ss_1")


@pytest.mark.parametrize(
    "state, outcome",
    [
        ("open", Open()),
        ("cancelled", Cancelled()),
        ("failed", Failed("expired")),
    ],
)
def test_outcomes(provider: SandboxProvider, server: Answers, state: str, outcome: object) -> None:
    server.body = {**SETUP, "state": state, "reason": "expired" if state == "failed" else None}

    assert provider.fetch_setup("ss_1").outcome == outcome


@pytest.mark.parametrize("revoked", [None, "card_closed"])
def test_a_method_as_it_is_now(provider: SandboxProvider, server: Answers, revoked: str | None) -> None:
    server.body = {**CARD, "revoked": revoked}

    present = provider.fetch_method("sm_1")

    assert (present.instrument.token, present.instrument.expiry) == ("sm_1", Expiry(2029, 12))
    assert present.ended is (revoked is not None)


def test_a_method_that_nobody_understands(provider: SandboxProvider, server: Answers) -> None:
    server.body = CARD

    with pytest.raises(ProviderNotKnownYet):
        provider.fetch_method("sm_1")


def test_outcome_with_a_card(provider: SandboxProvider, server: Answers) -> None:
    server.body = {**SETUP, "state": "succeeded", "method": CARD}

    outcome = provider.fetch_setup("ss_1").outcome

    assert isinstance(outcome, Succeeded)
    assert (outcome.instrument.token, outcome.instrument.expiry) == ("sm_1", Expiry(2029, 12))
