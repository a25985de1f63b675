"""Ids and handles."""

from __future__ import annotations

import re
import secrets
import uuid

BRIEF_KEY = "brief~"
HANDLE_PATTERN = r"[a-zA-Z0-9_@-]{1,255}"
_HANDLE = re.compile(HANDLE_PATTERN)
_NOT_IN_A_HANDLE = re.compile(r"[^a-zA-Z0-9_@-]")


def is_handle(text: str) -> bool:
    """Whether ``text`` may be a handle: 1 to 255 of letters, digits, ``_``, ``@`` and ``-``."""
    return _HANDLE.fullmatch(text) is not None


def handle_from_number(prefix: str, number: str) -> str:
    """The handle of a numbered document: ``inv`` and ``2026/0012`` give ``inv-2026-0012``."""
    return f"{prefix}-{_NOT_IN_A_HANDLE.sub('-', number)}"


def new_handle(prefix: str) -> str:
    """A new handle that nobody can guess: ``prefix-`` and 64 random bits."""
    return f"{prefix}-{secrets.token_hex(8)}"


def new_id() -> str:
    """A new unique id: for events, requests and keys."""
    return uuid.uuid4().hex


def new_brief_key() -> str:
    """An idempotency key for a request that came without one: nobody can come back with it after the request."""
    return f"{BRIEF_KEY}{uuid.uuid4().hex}"


def new_token() -> str:
    """A new secret with 256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)
