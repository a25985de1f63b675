"""Passwords as argon2id hashes. Hashing takes long on purpose, so it is done where it holds nobody else up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from services.auth.domain.passwords import normalised
from shared.kernel.ids import new_token

# OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1

OffTheLoop = Callable[..., Any]


def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """Where there is no loop to keep free."""
    return function(*arguments)


class Passwords:
    """Makes hashes and compares with them. ``off_the_loop`` calls a function with arguments elsewhere."""

    def __init__(self, off_the_loop: OffTheLoop) -> None:
        self._off_the_loop = off_the_loop
        self._hasher = PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES, type=Type.ID
        )
        # Nobody's password: whoever asks for somebody unknown waits as long as for somebody known.
        self._nobodys = self._hasher.hash(new_token())

    def hashed(self, password: str) -> str:
        """The hash of a new password."""
        made: str = self._off_the_loop(self._hasher.hash, normalised(password))
        return made

    def is_right(self, password: str, password_hash: str) -> bool:
        """Whether the hash is that of the password. With an empty hash it is not, and takes as long."""
        fits = self._off_the_loop(self._fits, normalised(password), password_hash or self._nobodys)
        return bool(fits) and bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with less work than new ones are."""
        return self._hasher.check_needs_rehash(password_hash)

    def _fits(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
