"""Who asks, and whether they may: API keys and their scopes. All of it is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from flask import Flask, current_app, g, request

from services.gateway import process_memory
from services.gateway.api.limits import current_limits
from services.gateway.api.operation import Operation
from services.gateway.asking import call
from services.gateway.brief import Brief
from shared.kernel.context import Principal, PrincipalKind
from shared.kernel.errors import DomainError

# A key that was withdrawn is still let in for this long at most.
_SECONDS = 1.0
# Who comes with a key that was good a moment ago is not held up by what others try from the same address.
_KNOWN_SECONDS = 600.0
_LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A valid key: its handle, which opens nothing, and what it may do, with what that includes."""

    handle: str
    scopes: frozenset[str]


def authorize(operation: Operation) -> None:
    """Let the request's API key do ``operation``: from here on it is who asks.

    Raises DomainError ``api_key_needed``, ``invalid_api_key``, ``missing_scope`` or ``rate_limited``.
    """
    key = _authenticate()
    g.principal = Principal(PrincipalKind.API_KEY, key.handle)
    current_limits().count_request(key.handle)
    if operation.scope not in key.scopes:
        raise DomainError("missing_scope", scope=operation.scope)


def set_up(app: Flask) -> None:
    """Keep for a moment what auth said of a key, and for longer that it was good."""
    process_memory.keep(app, "portico_api_keys", lambda: Brief[ApiKey](_SECONDS))
    process_memory.keep(app, "portico_known_api_keys", lambda: Brief[bool](_KNOWN_SECONDS))


def _authenticate() -> ApiKey:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise DomainError("api_key_needed")
    digest = sha256(secret.encode()).hexdigest()
    kept: Brief[ApiKey] = current_app.extensions["portico_api_keys"]
    return kept.get(digest, lambda: _check(secret, digest))


def _check(secret: str, digest: str) -> ApiKey:
    address = request.remote_addr or ""
    limits = current_limits()
    known: Brief[bool] = current_app.extensions["portico_known_api_keys"]
    if not known.has(digest):
        limits.check_failures(address)
    try:
        found = _ask(secret)
    except DomainError as error:
        if error.code == "invalid_api_key":
            known.forget(digest)
            limits.count_failure(address)
        raise
    known.get(digest, lambda: True)
    return found


def _ask(secret: str) -> ApiKey:
    if not secret.isascii() or len(secret) > _LONGEST_KEY:
        raise DomainError("invalid_api_key")
    found = call("auth", "check_api_key", secret=secret)
    return ApiKey(found["api_key"], frozenset(found["scopes"]))
