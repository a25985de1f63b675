"""Codes, tokens, and the keyed hashes under which the store knows them. The keys are not in the store."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from services.auth.domain.challenges import DIGITS
from shared.contracts.auth import CODE_PURPOSE
from shared.sealing import derive_key, seal


class Secrecy:
    """All that is made with ``secret``, the installation's own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._code_key = derive_key(secret, "auth code hash")
        self._token_key = derive_key(secret, "auth session token hash")
        self._browser_key = derive_key(secret, "auth browser hash")
        self._account_key = derive_key(secret, "auth account hash")
        self._network_key = derive_key(secret, "auth network hash")

    def new_code(self) -> str:
        """A code of eight digits, each as likely as any other."""
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"

    def seal_code(self, code: str) -> str:
        """The code as it travels to whoever sends it."""
        return seal(self._secret, CODE_PURPOSE, code)

    def code_hash(self, challenge: str, code: str) -> str:
        """The hash of a code of one challenge: of no use for another one."""
        return _hash(self._code_key, f"{challenge} {code}")

    def is_code(self, challenge: str, code: str, code_hash: str) -> bool:
        """Whether ``code`` is the one, blanks in it aside. It takes as long when it is not."""
        typed = "".join(code.split())
        return hmac.compare_digest(self.code_hash(challenge, typed), code_hash)

    def session_handle(self, token: str) -> str:
        """Under what the store knows the session that ``token`` opens."""
        return _hash(self._token_key, token)

    def browser(self, token: str) -> str:
        """Under what the store knows a browser."""
        return _hash(self._browser_key, token)

    def account(self, address: str) -> str:
        """Under what limits know a normalised e-mail address."""
        return _hash(self._account_key, address)

    def network(self, network: str) -> str:
        """Under what limits know a network address."""
        return _hash(self._network_key, network)

    def challenge_handle(self, account: str, browser: str) -> str:
        """The one challenge that a browser has for an account."""
        return f"code-{_hash(self._browser_key, f'{account} {browser}')[:32]}"


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
