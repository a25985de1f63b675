"""Replies: transient and unconfirmed. What only reads may be lost and asked again; changes are safe by their key."""

from __future__ import annotations

import logging
from typing import Any

from shared.messaging import frames
from shared.messaging.publisher import BROKER_ERRORS
from shared.messaging.wire import CONTENT_TYPE, RPC_EXCHANGE, encode

log = logging.getLogger(__name__)

_TRANSIENT = 1


def reply(request: Any, body: dict[str, Any]) -> None:
    """Answer ``request``, a message, over the connection that it came by. A reply that can't be sent is lost.

    The acknowledgement that follows takes the same way: either both reach the broker, or it delivers the request again.
    """
    reply_to = request.properties.get("reply_to")
    if not reply_to:
        return
    about = frames.properties(
        content_type=CONTENT_TYPE,
        delivery_mode=_TRANSIENT,
        correlation_id=request.properties.get("correlation_id", ""),
    )
    # nameko's own clients wait at its exchange; with direct reply-to the default exchange knows the way.
    exchange = "" if reply_to.startswith("amq.rabbitmq.reply-to") else RPC_EXCHANGE
    try:
        published = frames.publication(request.channel, exchange, reply_to, about, encode(body))
        frames.write(request.channel, published)
    except BROKER_ERRORS as error:
        log.warning("a reply was lost: %s", type(error).__name__)
