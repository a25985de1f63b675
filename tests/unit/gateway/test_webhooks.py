"""Webhooks of payment providers, as they come in: handed on untouched, and answered as programs understand it."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared.contracts.payment_providers import MOST_WEBHOOK_BYTES
from shared.kernel.context import ANONYMOUS
from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

BODY = b'{"type": "method.updated", "odd": "\xff"}'
HEADERS = {"webhook-id": "evt_1", "webhook-timestamp": "1614265330", "webhook-signature": "v1,abc="}


@pytest.fixture(autouse=True)
def payments(services: FakeServices) -> None:
    services.on("payments", "take_webhook", {"known": True})


def send(
    app: Flask, body: bytes = BODY, provider: str = "sandbox", sender: str = "192.0.2.1", **more: str
) -> TestResponse:
    headers = {**HEADERS, "Authorization": "Bearer something", "Cookie": "session=x", **more}
    client = app.test_client(use_cookies=False)
    return client.post(
        f"/webhooks/{provider}", data=body, headers=headers, environ_base={"REMOTE_ADDR": sender}
    )


def test_payments_gets_the_body_as_it_came_and_what_it_is_signed_with(
    app: Flask, services: FakeServices
) -> None:
    answer = send(app)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers
    [call] = services.calls
    assert base64.b64decode(call.arguments["body"]) == BODY
    assert call.arguments["headers"] == HEADERS
    assert (call.arguments["provider"], call.context.principal) == ("sandbox", ANONYMOUS)
    assert (call.context.address, call.context.read_only) == ("192.0.2.1", False)


def test_who_is_signed_in_in_the_browser_is_nobody_here(visitor: Browser, services: FakeServices) -> None:
    assert visitor.client.post("/webhooks/sandbox", data=BODY, headers=HEADERS).status_code == 204
    [call] = services.calls
    assert call.context.principal == ANONYMOUS


@pytest.mark.parametrize(
    "error, status",
    [
        (DomainError("webhook_refused", reason="too_old"), 400),
        (DomainError("not_found"), 404),
        (DomainError("provider_away", Kind.RETRY), 503),
        (DomainError("service_away", Kind.RETRY), 503),
        (DomainError("not_known_yet", Kind.UNKNOWN), 504),
    ],
)
def test_a_provider_is_told_whether_to_send_it_again(
    app: Flask, services: FakeServices, error: DomainError, status: int
) -> None:
    services.on("payments", "take_webhook", error)
    answer = send(app)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == error.code
    assert ("Retry-After" in answer.headers) is (error.kind is not Kind.REFUSED)


def test_a_form_is_none(app: Flask, services: FakeServices) -> None:
    for verb in ("get", "put", "delete"):
        assert getattr(app.test_client(), verb)("/webhooks/sandbox").status_code == 405
    assert app.test_client().post("/webhooks/other/sandbox").status_code == 404
    assert not services.calls


def test_what_is_too_large_is_not_read(app: Flask, services: FakeServices) -> None:
    assert send(app, b"x" * MOST_WEBHOOK_BYTES).status_code == 204
    answer = send(app, b"x" * (MOST_WEBHOOK_BYTES + 1))
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert len(services.calls) == 1


def test_whoever_sends_what_is_refused_is_soon_listened_to_no_more(
    app: Flask, services: FakeServices
) -> None:
    services.on("payments", "take_webhook", DomainError("webhook_refused", reason="wrong_signature"))
    statuses = [send(app).status_code for _ in range(125)]
    assert statuses == [400] * 120 + [429] * 5
    assert len(services.calls) == 120
    services.on("payments", "take_webhook", {"known": True})
    refused = send(app)
    assert (refused.status_code, int(refused.headers["Retry-After"]) <= 61) == (429, True)
    assert send(app, sender="192.0.2.2").status_code == 204
