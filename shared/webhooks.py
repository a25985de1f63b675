"""Webhooks signed as Standard Webhooks 1.0 does it (https://www.standardwebhooks.com): HMAC-SHA256 over
``id.timestamp.body``, in the three headers of ``HEADERS``."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

ID, TIMESTAMP, SIGNATURE = HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
# A message that is older, or from further ahead, may be one that somebody has kept.
TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"
_VERSION = "v1,"
_LEAST_BYTES, _MOST_BYTES = 24, 64
# Without a point, so that what is signed can be read in one way only.
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class WebhookRefused(Exception):
    """A message that is not to be believed. ``reason`` is a code: ``malformed``, ``wrong_signature``, ``too_old`` or
    ``too_early``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Secret:
    """What the sender and the receiver know: ``key`` is never shown, in no log either."""

    key: bytes = field(repr=False)

    @classmethod
    def new(cls) -> str:
        """A new one, as it is handed to people."""
        return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()

    @classmethod
    def read(cls, text: str) -> Secret:
        """The secret that people have as ``whsec_`` and base64 of 24 to 64 bytes; ValueError for anything else."""
        if not text.startswith(_PREFIX):
            raise ValueError("a webhook secret begins with whsec_")
        try:
            key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        except ValueError:
            # Without the text, which may be a mistyped secret.
            raise ValueError("a webhook secret is base64") from None
        if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
            raise ValueError(f"a webhook secret has {_LEAST_BYTES} to {_MOST_BYTES} bytes")
        return cls(key)

    def sign(self, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers of the message ``body`` that is sent ``now``."""
        timestamp = str(int(now.timestamp()))
        signature = self._signature(message_id, timestamp, body)
        return {ID: message_id, TIMESTAMP: timestamp, SIGNATURE: signature}

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The id of a message that has arrived ``now``. Raises WebhookRefused.

        Its age is only told of a message that was signed with this secret.
        """
        message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
        if not _MESSAGE_ID.fullmatch(message_id) or not _SECONDS.fullmatch(timestamp):
            raise WebhookRefused("malformed")
        expected = self._signature(message_id, timestamp, body).encode()
        # A sender that changes its secret signs with both for a while.
        given = headers.get(SIGNATURE, "").split(" ")
        if not any(hmac.compare_digest(expected, each.encode()) for each in given):
            raise WebhookRefused("wrong_signature")
        age = int(now.timestamp()) - int(timestamp)
        if abs(age) > TOLERANCE_SECONDS:
            raise WebhookRefused("too_old" if age > 0 else "too_early")
        return message_id

    def _signature(self, message_id: str, timestamp: str, body: bytes) -> str:
        signed = b".".join((message_id.encode(), timestamp.encode(), body))
        digest = hmac.new(self.key, signed, hashlib.sha256).digest()
        return _VERSION + base64.b64encode(digest).decode()
