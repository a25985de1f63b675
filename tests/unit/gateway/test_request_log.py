"""What is logged of a request."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices


def test_a_line_names_the_route_and_not_the_address(stranger: Browser) -> None:
    with capture_logs() as lines:
        answer = stranger.client.get("/invoices/inv-1?search=jana")

    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["route"] == "/invoices/<handle:invoice>"
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert "jana" not in str(line)


def test_nor_does_what_is_logged_of_a_fault(
    visitor: Browser, services: FakeServices, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_arguments: object) -> dict[str, object]:
        raise ZeroDivisionError

    services.on("invoices", "get_invoice", broken)
    with capture_logs() as lines:
        assert visitor.get("/invoices/inv-secret").status_code == 500

    assert "ZeroDivisionError" in str(lines)
    assert "inv-secret" not in str(lines) + caplog.text


def test_each_answer_bears_its_request_id(stranger: Browser) -> None:
    first, second = (stranger.client.get("/healthz").headers["X-Request-Id"] for _ in range(2))
    assert first != second
