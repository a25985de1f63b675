"""Addresses that a browser is sent back to: a customer's only ever under the portal's own."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def is_under(base: str, url: str) -> bool:
    """Whether ``url`` is an address at or below ``base``, and no browser would read it as another.

    Origins are compared, not beginnings: ``https://portal.example.evil.test`` begins like the portal's.
    """
    if not is_web_address(url):
        return False
    wanted, given = urlsplit(base), urlsplit(url)
    folder = wanted.path.rstrip("/") + "/"
    path = given.path or "/"
    return (
        (given.scheme, given.netloc) == (wanted.scheme, wanted.netloc)
        and (path + "/").startswith(folder)
        and ".." not in path.split("/")
    )


def is_web_address(url: str) -> bool:
    """Whether ``url`` is a whole address of the web that every browser reads alike."""
    if "\\" in url or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return False
    try:
        given = urlsplit(url)
        return given.scheme in ("http", "https") and bool(given.hostname) and given.port != 0
    except ValueError:
        return False


def with_setup(url: str, setup: str) -> str:
    """``url`` with ``setup=<setup>`` in its query, in the place of one that stood there."""
    parts = urlsplit(url)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "setup"
    ]
    return urlunsplit(parts._replace(query=urlencode([*query, ("setup", setup)])))
