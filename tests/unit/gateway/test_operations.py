"""Alive and ready."""

import pytest

from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices


def test_alive_asks_nobody(stranger: Browser, services: FakeServices) -> None:
    assert stranger.get("/healthz").json == {"status": "ok"}
    assert services.calls == []


def test_ready_when_all_answer(stranger: Browser, services: FakeServices) -> None:
    assert stranger.get("/readyz").status_code == 200
    services.on("payments", "ping", DomainError("service_away", Kind.RETRY))
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["services"]["payments"] == "service_away"
    assert answer.json["services"]["auth"] == "ok"


def test_metrics_count_requests_by_route(stranger: Browser) -> None:
    stranger.get("/invoices/inv-secret")
    metrics = stranger.get("/metrics")
    assert metrics.status_code == 200
    assert 'portico_request_seconds_count{method="GET",route="/invoices/<handle:invoice>"' in metrics.text
    assert "portico_requests_in_flight 1.0" in metrics.text
    assert "inv-secret" not in metrics.text


def test_a_made_up_method_makes_no_label(stranger: Browser) -> None:
    stranger.client.open("/healthz", method="JANA")
    assert "JANA" not in stranger.get("/metrics").text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP"])
def test_metrics_are_not_shown_through_a_proxy(stranger: Browser, name: str) -> None:
    assert stranger.get("/metrics", headers={name: "192.0.2.1"}).status_code == 404


@pytest.mark.parametrize(
    "address, status", [("10.1.2.3", 200), ("::1", 200), ("93.184.216.34", 404), ("", 404)]
)
def test_nor_to_strangers_from_afar(stranger: Browser, address: str, status: int) -> None:
    assert stranger.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == status
