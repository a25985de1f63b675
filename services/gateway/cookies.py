"""Cookies: out of reach for scripts and, over HTTPS, for other hosts.

Where the merchant lets other sites frame the portal, the customers' cookies go along within such a frame, too. They
are partitioned then: the browser keeps those of each framing site apart, and none goes along with what a foreign page
asks for by itself. Such a cookie has a name of its own, for a browser would keep it beside the one without
partition and send both. Staff's cookies never leave this site.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.wrappers import Response as AnyResponse

# What auth takes for a token: anything else was never one of ours.
_FEWEST, _MOST = 20, 200
_MEMORY = "memory"
# What customers need in a frame. The memory holds the token of forms; it and the language open nothing.
_CUSTOMERS = frozenset({"session", "browser", "language", _MEMORY})


class _Kind(NamedTuple):
    """How a cookie's name starts, and whether it goes along within pages of other sites."""

    start: str
    same_site: Literal["Lax", "None"]
    partitioned: bool


_OVER_HTTP = _Kind("", "Lax", False)
_OVER_HTTPS = _Kind("__Host-", "Lax", False)
_FRAMED = _Kind("__Host-framed-", "None", True)


def cookie(name: str) -> str | None:
    """What the browser has kept under this name, in whichever kind of cookie."""
    return next((request.cookies[kept] for kept, _kind in _kept(name)), None)


def set_cookie(response: AnyResponse, name: str, value: str, max_age: int | None = None) -> None:
    """Set a cookie that no script reads; without ``max_age`` it lasts until the browser closes."""
    kind = _kind(name)
    response.set_cookie(
        f"{kind.start}{name}",
        value,
        max_age=max_age,
        secure=kind.start != "",
        httponly=True,
        samesite=kind.same_site,
        partitioned=kind.partitioned,
    )
    for kept, other in _kept(name):
        if other != kind:
            _delete(response, kept, other)


def delete_cookie(response: AnyResponse, name: str) -> None:
    """Take a cookie away again."""
    for kept, kind in _kept(name):
        _delete(response, kept, kind)


def session_token() -> str | None:
    """What the browser shows of its session, be it open or not."""
    return _token("session")


def staff_token() -> str | None:
    """What the browser shows of its session in the admin pages, be it open or not."""
    return _token("staff")


def preview_token() -> str | None:
    """What the browser shows of a preview, be it still running or not."""
    return _token("preview")


def staff_entry_token() -> str | None:
    """What stands for a password that was right, while the second factor is asked for."""
    return _token("staff_entry")


def browser_token() -> str | None:
    """The random token that binds to this browser what was asked for in it; None in one that asked for nothing."""
    return _token("browser")


class BrowserMemory(SecureCookieSessionInterface):
    """Flask's session, in which the browser keeps what it was doing, in a cookie like the others."""

    def get_cookie_name(self, app: Flask) -> str:
        """Where it is read from."""
        del app
        return next((kept for kept, _kind in _kept(_MEMORY)), _MEMORY)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where something has changed, and take it away where nothing is left."""
        if session.accessed or session.modified:
            response.vary.add("Cookie")
        if not session.modified:
            return
        if not session:
            delete_cookie(response, _MEMORY)
            return
        serializer = self.get_signing_serializer(app)
        assert serializer is not None, "there is always a key"
        set_cookie(response, _MEMORY, serializer.dumps(dict(session)))


def _token(name: str) -> str | None:
    token = cookie(name) or ""
    return token if _FEWEST <= len(token) <= _MOST else None


def _kept(name: str) -> Iterator[tuple[str, _Kind]]:
    """The cookies that the browser has sent under this name, the framed one first."""
    kinds = (_FRAMED, _OVER_HTTPS) if _is_https() else (_OVER_HTTP,)
    for kind in kinds:
        if f"{kind.start}{name}" in request.cookies and (kind != _FRAMED or name in _CUSTOMERS):
            yield f"{kind.start}{name}", kind


def _kind(name: str) -> _Kind:
    if not _is_https():
        return _OVER_HTTP
    return (
        _FRAMED if name in _CUSTOMERS and current_app.extensions["portico_frame_origins"]() else _OVER_HTTPS
    )


def _delete(response: AnyResponse, kept: str, kind: _Kind) -> None:
    response.delete_cookie(
        kept,
        secure=kind.start != "",
        httponly=True,
        samesite=kind.same_site,
        partitioned=kind.partitioned,
    )


def _is_https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
