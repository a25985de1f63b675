"""For those who run the gateway: is it alive, and can it work?"""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.gateway.asking import begin
from shared.contracts.registry import CONTRACTS
from shared.kernel.errors import DomainError

blueprint = Blueprint("operations", __name__)


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
