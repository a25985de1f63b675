"""Encryption of what a store, a queue or a log may hold only unreadably: codes on their way, account numbers."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class NotUnsealable(Exception):
    """The text was sealed under another secret or for another purpose, or was altered."""


def derive_key(secret: bytes, purpose: str) -> bytes:
    """A 256-bit key for one ``purpose`` (RFC 5869), so that no two uses share one."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"portico {purpose}".encode()).derive(secret)


def seal(secret: bytes, purpose: str, text: str) -> str:
    """``text`` encrypted and authenticated (AES-256-GCM) for ``purpose``; another result each time."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(derive_key(secret, purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(secret: bytes, purpose: str, sealed: str) -> str:
    """What was sealed for ``purpose``. Raises NotUnsealable."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
        text = AESGCM(derive_key(secret, purpose)).decrypt(
            raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise NotUnsealable from error
    return text.decode()
