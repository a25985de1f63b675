"""E-mail addresses as people type them, and network addresses as limits count them."""

from __future__ import annotations

import ipaddress
import unicodedata

from email_validator import EmailNotValidError, validate_email

from shared.kernel.errors import DomainError

_IPV6_PREFIX = 64


def normalised(email: str) -> str:
    """What all spellings of one address have in common, so that limits can't be got around by spelling.

    Upper and lower case don't matter, nor how an accented letter is composed, nor whether an international
    domain is written in its own script. Raises DomainError ``invalid_email``.
    """
    try:
        parsed = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise DomainError("invalid_email") from error
    local_part = unicodedata.normalize("NFC", parsed.local_part.casefold())
    return f"{local_part}@{parsed.ascii_domain.lower()}"


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
