"""The links that confirm an e-mail address: their tokens, as they travel and as the store knows them."""

from __future__ import annotations

import hashlib
import hmac

from services.customers.domain.confirming import Link
from shared.contracts.customer_emails import EMAIL_CHANGE_PURPOSE
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.ids import new_token
from shared.sealing import derive_key, seal


class Links:
    """Made with ``secret``, the installation's own. Security goes by ``clock``, whatever time the business has."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._key = derive_key(secret, "customers email link hash")
        self.clock = clock

    def new(self, context: Context) -> Link:
        """A new link with 256 random bits, for whoever asks now."""
        token = new_token()
        sealed = seal(self._secret, EMAIL_CHANGE_PURPOSE, token)
        return Link(self.hash(token), sealed, self.clock.now(), context.address)

    def hash(self, token: str) -> str:
        """Under what the store knows ``token``."""
        return hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()
