"""Asking the services on behalf of whoever sends the request: each call says who, and from where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from flask import current_app, g, request

from services.gateway.languages import current_language
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, Kind

_MOST_USER_AGENT = 300


class Pending(Protocol):
    """A call under way."""

    def result(self) -> dict[str, Any]:
        """The reply as plain JSON values. Raises DomainError as the service did."""
        ...


class Client(Protocol):
    """What the gateway needs of the RPC client."""

    def begin(self, service: str, method: str, context: Context, /, **arguments: Any) -> Pending:
        """Send a request without waiting for the reply."""
        ...


class LazyClient:
    """The process's one client, made at the first call: after gunicorn has forked, and once."""

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._lock = Lock()
        self._client: Client | None = None

    def begin(self, service: str, method: str, context: Context, /, **arguments: Any) -> Pending:
        with self._lock:
            if self._client is None:
                self._client = self._make()
        return self._client.begin(service, method, context, **arguments)


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in request: the session it belongs to, and the only way for a page to reach the services.

    The session's bill group goes into every call, so that a page can neither forget it nor name another.
    """

    session: dict[str, Any]

    @property
    def bill_group(self) -> str:
        """The handle of the bill group that the session is for."""
        return str(self.session["bill_group"])

    def begin(self, service: str, method: str, /, **arguments: Any) -> Pending:
        """Ask without waiting. A page begins all its calls, then takes their results."""
        return begin(service, method, bill_group=self.bill_group, **arguments)

    def call(self, service: str, method: str, /, **arguments: Any) -> dict[str, Any]:
        """Ask and wait for the reply. Raises DomainError as the service did."""
        return self.begin(service, method, **arguments).result()


@dataclass(frozen=True, slots=True)
class NotSent:
    """A call that was not even sent: it tells why where its result is asked for."""

    error: DomainError

    def result(self) -> dict[str, Any]:
        raise self.error


def begin(service: str, method: str, /, **arguments: Any) -> Pending:
    """Ask a service in the circumstances of this request, without waiting. Errors come with the result."""
    client: Client = current_app.extensions["portico_client"]
    try:
        return client.begin(service, method, circumstances(), **arguments)
    except DomainError as error:
        return NotSent(error)


def call(service: str, method: str, /, **arguments: Any) -> dict[str, Any]:
    """Ask a service in the circumstances of this request. Raises DomainError as the service did."""
    return begin(service, method, **arguments).result()


def section(pending: Pending) -> dict[str, Any] | None:
    """The reply for one part of a page, or None when its service is away: the page then says so there only."""
    try:
        return pending.result()
    except DomainError as error:
        if error.kind in (Kind.RETRY, Kind.UNKNOWN):
            return None
        raise


def _principal(session: dict[str, Any] | None) -> Principal:
    if session is None:
        return ANONYMOUS
    if "staff" in session:
        return Principal(PrincipalKind.STAFF, session["staff"])
    # Whoever is admitted by rule is somebody of their own; an auth service of before names nobody.
    return Principal(PrincipalKind.CUSTOMER, session.get("principal") or session["customer"])


def circumstances() -> Context:
    """Who sends this request, from where and in which language."""
    # Who is signed in to the admin pages, too, asks there as staff and nowhere else: only their gate sets it.
    session = g.get("staff") or g.get("session")
    return Context(
        # The API says itself who asks.
        principal=g.get("principal") or _principal(session),
        session=session["session"] if session else "",
        address=request.remote_addr or "",
        user_agent=request.user_agent.string[:_MOST_USER_AGENT],
        language=current_language(),
        request_id=g.request_id,
        read_only=bool(session and session.get("read_only")),
    )
