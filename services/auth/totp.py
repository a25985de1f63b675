"""Codes of authenticator apps, and recovery codes."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime

import pyotp

_SECONDS = 30
# The step before and the one after are good, too: clocks differ, and typing takes time.
_STEPS = (0, -1, 1)
_CODE = re.compile(r"[0-9]{6}")
# Without letters and digits that look like others.
_RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_LENGTH = 16


def new_secret() -> str:
    """160 random bits in base 32, as apps take them."""
    return pyotp.random_base32(32)


def uri(secret: str, *, account: str, issuer: str) -> str:
    """What an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, near ``now``; None for a wrong code. It takes as long when it is wrong."""
    generator = pyotp.TOTP(secret, interval=_SECONDS)
    present = int(now.timestamp()) // _SECONDS
    right = [
        present + by
        for by in _STEPS
        if secrets.compare_digest(generator.generate_otp(present + by), typed(code))
    ]
    return right[0] if right else None


def typed(code: str) -> str:
    """A code without what people put between its letters and digits, and in one kind of them."""
    plain = unicodedata.normalize("NFKC", code).casefold()
    return "".join(each for each in plain if each.isascii() and each.isalnum())


def is_of_app(code: str) -> bool:
    """Whether it looks like an app's code, and not like a recovery code."""
    return _CODE.fullmatch(typed(code)) is not None


def new_recovery_code() -> str:
    """A code of 79 random bits, in groups that can be read: ``abcd-efgh-jkmn-pqrs``."""
    code = "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(_RECOVERY_LENGTH))
    return "-".join(code[start : start + 4] for start in range(0, _RECOVERY_LENGTH, 4))
