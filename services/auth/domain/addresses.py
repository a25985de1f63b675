"""E-mail addresses as people type them, and network addresses as limits count them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from shared.kernel.errors import DomainError

_IPV6_PREFIX = 64
_BETWEEN_SEVERAL = re.compile(r"[,;\s]")


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


def one_address(text: str) -> tuple[str, str]:
    """A single address that somebody wants to admit: as people read it, and ``normalised``.

    Raises DomainError ``one_at_a_time`` for a list, and ``invalid_email``.
    """
    alone = _alone(text)
    key = normalised(alone)
    return validate_email(alone, check_deliverability=False).normalized, key


def one_domain(text: str) -> tuple[str, str]:
    """A whole e-mail domain, with or without ``@`` before it: as people read it, and in ASCII.

    Raises DomainError ``one_at_a_time`` for a list, and ``invalid_domain``.
    """
    alone = _alone(text).removeprefix("@")
    if "@" in alone:
        raise DomainError("invalid_domain")
    try:
        parsed = validate_email(f"anybody@{alone}", check_deliverability=False)
    except EmailNotValidError as error:
        raise DomainError("invalid_domain") from error
    return parsed.domain.lower(), parsed.ascii_domain.lower()


def domain_of(address: str) -> str:
    """The domain of a normalised address."""
    return address.rpartition("@")[2]


def _alone(text: str) -> str:
    alone = text.strip()
    if _BETWEEN_SEVERAL.search(alone):
        raise DomainError("one_at_a_time")
    return alone


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
