"""E-mail addresses as people type them, and network addresses as limits count them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from shared.kernel.errors import DomainError

# Only what every address has. Whether it exists is for the customers service to say.
_FORM = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_IPV6_PREFIX = 64


def normalised(email: str) -> str:
    """The form in which two spellings of one address are equal. Raises DomainError ``invalid_email``."""
    address = unicodedata.normalize("NFC", email.strip()).casefold()
    if not _FORM.fullmatch(address):
        raise DomainError("invalid_email")
    return address


def network_of(address: str) -> str:
    """Whom a limit per network address counts: an IPv4 address, or the /64 that one IPv6 customer is given.

    What is no address (a call from within) is counted as it is.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
