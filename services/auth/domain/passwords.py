"""What a new password has to be like (NIST SP 800-63B, OWASP ASVS 5): long, and not one that others try first."""

from __future__ import annotations

import unicodedata

from shared.contracts.passwords import FEWEST_OF_PASSWORD, MOST_OF_PASSWORD
from shared.kernel.errors import DomainError


def normalised(password: str) -> str:
    """What all ways to type a password have in common: keyboards compose accented letters differently."""
    return unicodedata.normalize("NFKC", password)


def check_new(password: str) -> None:
    """Raises DomainError ``weak_password`` with the ``problem``."""
    length = len(normalised(password))
    if length < FEWEST_OF_PASSWORD:
        raise DomainError("weak_password", problem="too_short")
    if length > MOST_OF_PASSWORD:
        raise DomainError("weak_password", problem="too_long")
