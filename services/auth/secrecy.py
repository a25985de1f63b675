"""Codes, tokens, and the keyed hashes under which the store knows them. The keys are not in the store."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

from services.auth.domain.challenges import DIGITS
from shared.contracts.auth import CODE_PURPOSE, LINK_PURPOSE
from shared.contracts.auth_staff import SET_UP_PURPOSE
from shared.contracts.contact_roles import GUEST
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_handle, new_token
from shared.sealing import derive_key, seal, unseal

# A link leads to the challenge that it belongs to.
_LINK = re.compile(r"([0-9a-f]{32})-[A-Za-z0-9_-]{43}")
# 80 bits.
_PORTAL_LINK_DIGITS = 20
_API_KEY_PURPOSE = "auth.api_key"
_FORM_PURPOSE = "auth.kept_form"
_SECOND_FACTOR_PURPOSE = "auth.second_factor"
# What a key begins with says whose it is, to people and to those who search leaked files for keys.
_API_KEY = re.compile(r"portico_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


class Secrecy:
    """All that is made with ``secret``, the installation's own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._code_key = derive_key(secret, "auth code hash")
        self._link_key = derive_key(secret, "auth link hash")
        self._token_key = derive_key(secret, "auth session token hash")
        self._browser_key = derive_key(secret, "auth browser hash")
        self._account_key = derive_key(secret, "auth account hash")
        self._portal_link_key = derive_key(secret, "auth portal link")
        self._guest_key = derive_key(secret, "auth guest id")
        self._network_key = derive_key(secret, "auth network hash")
        self._api_key_key = derive_key(secret, "auth api key hash")
        self._staff_session_key = derive_key(secret, "auth staff session token hash")
        self._staff_entry_key = derive_key(secret, "auth staff entry token hash")
        self._recovery_key = derive_key(secret, "auth recovery code hash")
        self._set_up_key = derive_key(secret, "auth staff set-up link hash")

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
        """Whether the digits of ``code`` are the one. It takes as long when they are not."""
        # Also those of other scripts, as some keyboards write them.
        typed = "".join(str(unicodedata.decimal(character)) for character in code if character.isdecimal())
        return hmac.compare_digest(self.code_hash(challenge, typed), code_hash)

    def new_link(self, challenge: str) -> str:
        """The token of a link: 256 random bits behind what leads to the challenge."""
        return f"{challenge.removeprefix('code-')}-{new_token()}"

    def seal_link(self, token: str) -> str:
        """A link's token as it travels to whoever sends it."""
        return seal(self._secret, LINK_PURPOSE, token)

    def link_challenge(self, token: str) -> str | None:
        """The challenge that a link claims to belong to; None where it looks like no link."""
        looks_right = _LINK.fullmatch(token)
        return f"code-{looks_right[1]}" if looks_right else None

    def link_hash(self, token: str) -> str:
        """The hash of a link's token."""
        return _hash(self._link_key, token)

    def is_link(self, token: str, link_hash: str) -> bool:
        """Whether ``token`` is the one. It takes as long when it is not."""
        return hmac.compare_digest(self.link_hash(token), link_hash)

    def session_handle(self, token: str) -> str:
        """Under what the store knows the session that ``token`` opens."""
        return _hash(self._token_key, token)

    def staff_session_handle(self, token: str) -> str:
        """Under what the store knows the session of somebody of the staff that ``token`` opens."""
        return _hash(self._staff_session_key, token)

    def staff_entry_handle(self, token: str) -> str:
        """Under what the store knows a sign-in that waits for the second factor."""
        return _hash(self._staff_entry_key, token)

    def recovery_hash(self, code: str) -> str:
        """The hash of a recovery code."""
        return _hash(self._recovery_key, code)

    def seal_set_up(self, token: str) -> str:
        """A set-up link's token as it travels to whoever sends it."""
        return seal(self._secret, SET_UP_PURPOSE, token)

    def seal_second_factor(self, text: str) -> str:
        """A second factor's secret as the store keeps it, and recovery codes as a kept answer has them."""
        return seal(self._secret, _SECOND_FACTOR_PURPOSE, text)

    def unseal_second_factor(self, sealed: str) -> str:
        """What ``seal_second_factor`` was given."""
        return unseal(self._secret, _SECOND_FACTOR_PURPOSE, sealed)

    def set_up_hash(self, token: str) -> str:
        """The hash of a set-up link's token."""
        return _hash(self._set_up_key, token)

    def browser(self, token: str) -> str:
        """Under what the store knows a browser."""
        return _hash(self._browser_key, token)

    def seal_form(self, contents: str) -> str:
        """What a form held, as the store keeps it."""
        return seal(self._secret, _FORM_PURPOSE, contents)

    def unseal_form(self, sealed: str) -> str:
        """What ``seal_form`` was given."""
        return unseal(self._secret, _FORM_PURPOSE, sealed)

    def account(self, address: str) -> str:
        """Under what limits know a normalised e-mail address."""
        return _hash(self._account_key, address)

    def guest(self, address: str) -> str:
        """The id of whoever is admitted by rule with a normalised address: it says nothing of the address."""
        return f"{GUEST}-{_hash(self._guest_key, address)[:16]}"

    def network(self, network: str) -> str:
        """Under what limits know a network address."""
        return _hash(self._network_key, network)

    def challenge_handle(self, account: str, browser: str, within: str = "") -> str:
        """The one challenge that a browser has for an account, or for its way into one bill group."""
        whose = f"{account} {browser} {within}" if within else f"{account} {browser}"
        return f"code-{_hash(self._browser_key, whose)[:32]}"

    def portal_link(self, bill_group: str) -> str:
        """What the portal link of a bill group ends with: it opens nothing, but nobody can make one up."""
        return f"{bill_group}.{_hash(self._portal_link_key, bill_group)[:_PORTAL_LINK_DIGITS]}"

    def bill_group_of(self, portal_link: str) -> str:
        """The bill group that a portal link leads to. Raises NotFound for one that was never given out."""
        bill_group, _, digits = portal_link.rpartition(".")
        expected = _hash(self._portal_link_key, bill_group)[:_PORTAL_LINK_DIGITS]
        if not bill_group or not hmac.compare_digest(digits.encode(), expected.encode()):
            raise NotFound
        return bill_group

    def new_api_key(self) -> tuple[str, str]:
        """A new key's handle, and its secret: 256 random bits behind what leads to the handle."""
        handle = new_handle("key")
        return handle, f"portico_{handle.removeprefix('key-')}_{new_token()}"

    def api_key_handle(self, secret: str) -> str | None:
        """The handle of the key that ``secret`` claims to be of; None where it looks like none."""
        looks_right = _API_KEY.fullmatch(secret)
        return f"key-{looks_right[1]}" if looks_right else None

    def api_key_hash(self, secret: str) -> str:
        """The hash of a key's secret."""
        return _hash(self._api_key_key, secret)

    def is_api_key(self, secret: str, secret_hash: str) -> bool:
        """Whether ``secret`` is the one. It takes as long when it is not."""
        return hmac.compare_digest(self.api_key_hash(secret), secret_hash)

    def keyed_hash(self, purpose: str, text: str) -> str:
        """The hash of a secret with 256 random bits, under a key for this ``purpose`` alone."""
        return _hash(derive_key(self._secret, f"{purpose} hash"), text)

    def seal(self, purpose: str, text: str) -> str:
        """``text`` as it may stand in the store."""
        return seal(self._secret, purpose, text)

    def unseal(self, purpose: str, sealed: str) -> str:
        """What ``seal`` was given for the same ``purpose``."""
        return unseal(self._secret, purpose, sealed)

    def seal_api_key(self, secret: str) -> str:
        """A key's secret as the answer that is kept for a repeated request has it."""
        return seal(self._secret, _API_KEY_PURPOSE, secret)

    def unseal_api_key(self, sealed: str) -> str:
        """What ``seal_api_key`` was given."""
        return unseal(self._secret, _API_KEY_PURPOSE, sealed)


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
