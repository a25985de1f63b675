"""For those who run the gateway: is it alive, can it work, and what does it do?"""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.gateway.asking import begin
from shared.contracts.registry import CONTRACTS
from shared.kernel.errors import DomainError

blueprint = Blueprint("operations", __name__)

# Each proxy that serves HTTP adds at least one of these.
_SIGNS_OF_A_PROXY = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-Ip",
)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """This process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Each service answers: 200, or 503 naming those that don't."""
    pings = {name: begin(name, "ping") for name in CONTRACTS}
    services = {}
    for name, ping in pings.items():
        try:
            ping.result()
        except DomainError as error:
            services[name] = error.code
        else:
            services[name] = "ok"
    all_answer = set(services.values()) == {"ok"}
    return {"status": "ok" if all_answer else "waiting", "services": services}, 200 if all_answer else 503


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """For Prometheus, which comes straight from the own network. Customers come through a proxy, and find nothing."""
    if any(name in request.headers for name in _SIGNS_OF_A_PROXY) or not _is_near(request.remote_addr):
        abort(404)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _is_near(address: str | None) -> bool:
    """Whether an address is this machine's or of a private network."""
    try:
        return ip_address(address or "").is_private
    except ValueError:
        return False
