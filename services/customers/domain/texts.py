"""Texts as people type them, brought into one form."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email


def tidy(text: str) -> str:
    """``text`` on one line, without blanks around it, composed (Unicode NFC). Markup is but text."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def checked_email(text: str) -> str:
    """The e-mail address in its readable form. Raises ValueError where it can't be one (RFC 5321, 6531)."""
    return _parsed(text).normalized


def email_key(text: str) -> str | None:
    """What two spellings of one address have in common, or None where ``text`` is no address.

    Upper and lower case don't matter, nor how a letter with an accent is composed, nor whether an
    international domain is written in its own script or in ASCII.
    """
    try:
        parsed = _parsed(text)
    except ValueError:
        return None
    local_part = unicodedata.normalize("NFC", parsed.local_part.casefold())
    return f"{local_part}@{parsed.ascii_domain.lower()}"


def _parsed(text: str) -> ValidatedEmail:
    try:
        return validate_email(tidy(text), check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(f"not an e-mail address: {text!r}") from error
