"""Links with which a password can be chosen.

Nothing is stored of them: a token names the customer and its end, under a keyed hash that the present password's hash
goes into. So it is good once, for choosing a password makes that another; and whoever has the store can make none.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from datetime import UTC, datetime

from services.auth.domain.credentials import Credentials
from services.auth.secrecy import Secrecy
from shared.kernel.errors import DomainError

_PURPOSE = "auth password reset"
_TOKEN = re.compile(r"([0-9a-f]{8,10})\.([A-Za-z0-9_-]{1,400})\.([0-9a-f]{64})")


class ResetTokens:
    """Makes and reads them."""

    def __init__(self, secrecy: Secrecy) -> None:
        self._secrecy = secrecy

    def new(self, held: Credentials, until: datetime) -> str:
        """A token for the password that ``held`` has now, good ``until`` then (to the second)."""
        seconds = f"{int(until.timestamp()):08x}"
        customer = base64.urlsafe_b64encode(held.customer.encode()).decode().rstrip("=")
        return f"{seconds}.{customer}.{self._hash(held, seconds)}"

    def customer_of(self, token: str, now: datetime) -> tuple[str, datetime]:
        """Whom it claims to be of, and its end. Raises DomainError ``reset_over`` for what is none, or too old."""
        looks_right = _TOKEN.fullmatch(token)
        if looks_right is None:
            raise DomainError("reset_over")
        seconds, name, _ = looks_right.groups()
        try:
            customer = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
            until = datetime.fromtimestamp(int(seconds, 16), UTC)
        except (binascii.Error, ValueError, OverflowError) as error:
            raise DomainError("reset_over") from error
        if now >= until:
            raise DomainError("reset_over")
        return customer, until

    def check(self, token: str, held: Credentials | None) -> None:
        """Raises DomainError ``reset_over`` where it is not for the password that ``held`` has now."""
        seconds, _, shown = token.split(".")
        if (
            held is None
            or not held.password_hash
            or not hmac.compare_digest(self._hash(held, seconds), shown)
        ):
            raise DomainError("reset_over")

    def _hash(self, held: Credentials, seconds: str) -> str:
        return self._secrecy.keyed_hash(_PURPOSE, f"{held.customer} {seconds} {held.password_hash}")
