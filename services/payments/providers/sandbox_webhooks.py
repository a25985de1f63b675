"""The sandbox provider's webhooks: told from others, and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.payments.providers.base import AboutMethod, AboutSetup, Notice
from shared.kernel.ids import is_handle
from shared.webhooks import Secret, WebhookRefused

_ABOUT_SETUPS = frozenset({"setup.succeeded", "setup.cancelled", "setup.failed"})
_ABOUT_METHODS = frozenset({"method.updated", "method.revoked"})


class SandboxWebhooks:
    """A WebhookReader: they are signed as Standard Webhooks are."""

    def is_secret(self, text: str) -> bool:
        try:
            Secret.read(text)
        except ValueError:
            return False
        return True

    def read(self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        message_id = Secret.read(secret).verify(headers, body, now)
        try:
            content = json.loads(body)
            type_ = content["type"]
            if not (isinstance(type_, str) and is_handle(type_.replace(".", "_"))):
                raise ValueError("no type")
            return Notice(message_id, type_, _about(type_, content["data"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise WebhookRefused("unreadable") from error


def _about(type_: str, data: dict[str, Any]) -> AboutSetup | AboutMethod | None:
    if type_ in _ABOUT_SETUPS:
        return AboutSetup(_handle(data["reference"]))
    if type_ in _ABOUT_METHODS:
        return AboutMethod(_handle(data["reference"]), _handle(data["id"]))
    return None


def _handle(text: Any) -> str:
    if not (isinstance(text, str) and is_handle(text)):
        raise ValueError("no handle")
    return text
