"""The portal opened from the merchant's own app: by an address that is good once, for a moment."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from shared.kernel.errors import DomainError

# How somebody got in, as sessions name it.
WAY = "app"
_LOCAL_NAMES = frozenset({"localhost"})


@dataclass(frozen=True, slots=True)
class Opening:
    """An address for one bill group. ``asked_by`` is a principal; ``path`` empty for the portal's first page."""

    customer: str
    bill_group: str
    asked_by: str
    path: str
    return_url: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


def check_return_url(url: str) -> None:
    """Raises DomainError ``return_url_not_allowed`` for all but https, and http on the same machine."""
    if not _may_be_returned_to(url):
        raise DomainError("return_url_not_allowed")


def _may_be_returned_to(url: str) -> bool:
    # Browsers read "\" as "/", and drop tabs and line ends: the host would be another than the one that is checked.
    if "\\" in url or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    # A name before an "@" is there to look like the host.
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_local(host))


def _is_local(host: str) -> bool:
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
