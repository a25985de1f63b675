"""Where payment providers send their webhooks: taken as they come, and handed to payments, which believes them or not.

No cookie is looked at and no session asked for: the signature says who sends.
"""

from __future__ import annotations

import base64

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue

from services.gateway import process_memory
from services.gateway.asking import call
from services.gateway.forms import csrf
from services.gateway.limits import Limits
from shared.contracts.payment_providers import MOST_WEBHOOK_BYTES, WEBHOOK_HEADERS
from shared.kernel.errors import DomainError

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

# A provider has many addresses to send from.
_PER_MINUTE = 1_200
# Whoever sends what is not believed is soon no more listened to; a provider with a wrong secret tries again later.
_REFUSED_PER_MINUTE = 120
_NOT_BELIEVED = frozenset({"webhook_refused", "invalid_request", "not_found"})


def set_up(app: Flask) -> None:
    """Take webhooks. Their signature does what a form's token does."""
    process_memory.keep(app, "portico_webhook_limits", lambda: Limits(_PER_MINUTE, _REFUSED_PER_MINUTE))
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


@blueprint.post("/<handle:provider>")
def take(provider: str) -> ResponseReturnValue:
    """A webhook: 204 once what follows from it is done. For anything else a provider sends it again."""
    request.max_content_length = MOST_WEBHOOK_BYTES
    limits: Limits = current_app.extensions["portico_webhook_limits"]
    sender = request.remote_addr or ""
    limits.check_failures(sender)
    limits.count_request(sender)
    wanted = WEBHOOK_HEADERS.get(provider, ())
    try:
        call(
            "payments",
            "take_webhook",
            provider=provider,
            headers={name: request.headers[name] for name in wanted if name in request.headers},
            body=base64.b64encode(request.get_data(cache=False)).decode(),
        )
    except DomainError as error:
        if error.code in _NOT_BELIEVED:
            limits.count_failure(sender)
        raise
    return "", 204
