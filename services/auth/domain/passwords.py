"""What a new password has to be like (NIST SP 800-63B, OWASP ASVS 5): long, and not one that others try first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from shared.contracts.passwords import FEWEST_OF_PASSWORD, MOST_OF_PASSWORD
from shared.kernel.errors import DomainError

# What lists of leaked passwords are full of, in what is left when digits and signs are taken away. A password of
# twelve characters that is nothing but these is among the first that are tried.
_COMMON = """
password passwort passw kennwort geheim secret hallo hello welcome willkommen login letmein administrator admin master
super user test default changeme qwertyuiop qwertzuiop qwerty qwertz asdfghjkl asdfgh asdf yxcvbnm zxcvbnm iloveyou
love liebe schatz sunshine princess dragon monkey football fussball baseball batman superman starwars pokemon summer
winter sommer spring herbst correcthorsebatterystaple trustno whatever freedom michael ashley company firma portico
billing abcdefghijklmnopqrstuvwxyz abcdefgh abcdef abcd abc my the und
"""
_IS_COMMON = re.compile(f"(?:{'|'.join(sorted(_COMMON.split(), key=len, reverse=True))})*")
_FEWEST_DIFFERENT = 5
# What is left of a password without its owner's name and address has to be this long.
_FEWEST_OF_ITS_OWN = 8
_FEWEST_OF_A_NAME = 4


def normalised(password: str) -> str:
    """What all ways to type a password have in common: keyboards compose accented letters differently."""
    return unicodedata.normalize("NFKC", password)


def check_new(password: str, about: Iterable[str] = ()) -> None:
    """Raises DomainError ``weak_password`` with the ``problem``. ``about``: its owner's name, address and the like."""
    typed = normalised(password)
    if len(typed) < FEWEST_OF_PASSWORD:
        raise DomainError("weak_password", problem="too_short")
    if len(typed) > MOST_OF_PASSWORD:
        raise DomainError("weak_password", problem="too_long")
    if _is_common(typed.casefold()):
        raise DomainError("weak_password", problem="common")
    if _is_personal(typed.casefold(), about):
        raise DomainError("weak_password", problem="personal")


def _is_common(typed: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(typed)}
    # All the same, or counted up or down; few characters; or a shorter one several times.
    if len(set(typed)) < _FEWEST_DIFFERENT or steps in ({1}, {-1}) or typed in (typed + typed)[1:-1]:
        return True
    letters = "".join(each for each in typed if each.isalpha())
    return _IS_COMMON.fullmatch(letters) is not None if letters else _counts(typed)


def _counts(typed: str) -> bool:
    """Whether its digits are mostly in order: numbers in a row are tried early."""
    digits = [int(each) for each in typed if each.isdecimal()]
    in_order = sum((after - before) % 10 in (0, 1, 9) for before, after in pairwise(digits))
    return bool(digits) and in_order >= len(digits) // 2


def _is_personal(typed: str, about: Iterable[str]) -> bool:
    left = typed
    names = (name for text in about for name in re.split(r"[\W_]+", normalised(text).casefold()))
    for name in sorted(names, key=len, reverse=True):
        if len(name) >= _FEWEST_OF_A_NAME:
            left = left.replace(name, "")
    return left != typed and len(left) < _FEWEST_OF_ITS_OWN
