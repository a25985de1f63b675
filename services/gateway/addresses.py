"""Addresses of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request


def here() -> str:
    """The address of this request within the site, with its query."""
    return request.full_path if request.query_string else request.path


def is_page(address: str) -> bool:
    """Whether there is something to see at ``address``: the answer to a form may stand where only forms go."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(urlsplit(address).path, method="GET")


def is_sent_from_here() -> bool:
    """Whether a page of this site sent this form, as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.host}"


def is_inside(target: str | None) -> bool:
    """Whether ``target`` is a path of this site, so that nobody is sent elsewhere after signing in."""
    # Browsers read "\\" as "/" and drop control characters, so "/\\evil.example" would leave the site.
    if not target or not target.isprintable() or "\\" in target or not target.startswith("/"):
        return False
    parts = urlsplit(target)
    return not (parts.scheme or parts.netloc or target.startswith("//"))
