"""The client of the sandbox provider's API. The provider itself is a process of its own: ../sandbox."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from services.payments.domain.instruments import Expiry, Instrument, InstrumentKind, Mandate
from services.payments.providers.base import (
    Cancelled,
    Failed,
    Open,
    ProviderAway,
    ProviderMethod,
    ProviderNotKnownYet,
    ProviderRefused,
    ProviderSetup,
    Succeeded,
)

log = logging.getLogger(__name__)

NAME = "sandbox"
_TIMEOUTS = (1.0, 3.0)  # Seconds to connect, and to wait for the answer.
# What is wrong with the way that is asked, or with the moment, and not with what is asked for: a key that was
# replaced, an address that has moved, a conflict, too many requests. Once that is mended, the same is served.
_NOT_SERVED_NOW = frozenset({401, 403, 404, 408, 409, 429, 503})


class SandboxProvider:
    """A PaymentProvider: the sandbox at ``url``, asked with the bearer ``key``."""

    def __init__(self, url: str, key: str, timeouts: tuple[float, float] = _TIMEOUTS) -> None:
        self._url = url.rstrip("/")
        self._timeouts = timeouts
        self._http = requests.Session()
        # No proxy or credentials of the machine's environment: the sandbox stands beside the service.
        self._http.trust_env = False
        self._http.headers["Authorization"] = f"Bearer {key}"
        # A connection that is kept may end just when it is used, which looks as if an answer had been lost.
        self._http.headers["Connection"] = "close"

    def create_setup(self, *, reference: str, return_url: str, language: str, key: str) -> ProviderSetup:
        body = {"reference": reference, "return_url": return_url, "language": language}
        answer = self._ask("POST", "/v1/setups", json=body, headers={"Idempotency-Key": key})
        with _understood():
            return _setup(answer)

    def fetch_setup(self, setup: str) -> ProviderSetup:
        answer = self._ask("GET", f"/v1/setups/{setup}")
        with _understood():
            return _setup(answer)

    def fetch_method(self, token: str) -> ProviderMethod:
        answer = self._ask("GET", f"/v1/methods/{token}")
        with _understood():
            return ProviderMethod(_instrument(answer), ended=answer["revoked"] is not None)

    def _ask(self, verb: str, path: str, **options: Any) -> dict[str, Any]:
        """The answer's JSON. All that HTTP can do wrong becomes one of the provider errors here."""
        try:
            answer = self._http.request(verb, self._url + path, timeout=self._timeouts, **options)
            if answer.status_code in _NOT_SERVED_NOW:
                log.error("the sandbox does not serve %s now: status %d", verb, answer.status_code)
                raise ProviderAway
            if answer.status_code >= 500:
                raise ProviderNotKnownYet
            content: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            raise (ProviderAway if _never_sent(error) else ProviderNotKnownYet)() from error
        if answer.status_code >= 400:
            with _understood():
                raise ProviderRefused(content["code"])
        return content


def _never_sent(error: requests.RequestException) -> bool:
    """Whether there was not even a connection, so that the provider can't have done anything."""
    cause = error.args[0] if error.args else None
    refused = isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
    return refused or isinstance(error, requests.ConnectTimeout)


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever can't be read of an answer says nothing about what was done: ProviderNotKnownYet."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        log.error("the sandbox answered what can't be read: %s", type(error).__name__)
        raise ProviderNotKnownYet from error


def _setup(content: dict[str, Any]) -> ProviderSetup:
    return ProviderSetup(content["id"], content["url"], _outcome(content))


def _outcome(content: dict[str, Any]) -> Open | Succeeded | Cancelled | Failed:
    match content["state"]:
        case "succeeded":
            return Succeeded(_instrument(content["method"]))
        case "cancelled":
            return Cancelled()
        case "failed":
            return Failed(content["reason"])
        case "open":
            return Open()
        case _:
            raise ValueError("unknown state")


def _instrument(method: dict[str, Any]) -> Instrument:
    expiry, mandate = method["expiry"], method["mandate"]
    return Instrument(
        kind=InstrumentKind(method["kind"]),
        brand=method["brand"],
        last4=method["last4"],
        expiry=Expiry(expiry["year"], expiry["month"]) if expiry else None,
        mandate=_mandate(mandate) if mandate else None,
        provider=NAME,
        token=method["id"],
        fingerprint=method.get("fingerprint", ""),
    )


def _mandate(mandate: dict[str, Any]) -> Mandate:
    signed_at = datetime.fromisoformat(mandate["signed_at"])
    return Mandate(mandate["reference"], signed_at, mandate.get("text", ""))
