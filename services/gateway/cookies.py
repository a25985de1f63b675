"""Cookies: out of reach for scripts and, over HTTPS, for other hosts."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response

# What auth takes for a token: anything else was never one of ours.
_FEWEST, _MOST = 20, 200


def cookie_name(name: str) -> str:
    """The name of a cookie: over HTTPS with ``__Host-``, so that nobody else can set it."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    """Set a cookie that no script reads; without ``max_age`` it lasts until the browser closes."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def delete_cookie(response: Response, name: str) -> None:
    """Take a cookie away again."""
    response.delete_cookie(
        cookie_name(name),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


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


def _token(name: str) -> str | None:
    token = request.cookies.get(cookie_name(name), "")
    return token if _FEWEST <= len(token) <= _MOST else None
