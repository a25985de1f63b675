"""Alive and ready."""

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
