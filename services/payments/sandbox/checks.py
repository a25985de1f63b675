"""Checks what was entered. Gives either what the sandbox keeps of it, or what is wrong with which field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from stdnum import iban, luhn

from services.payments.sandbox.model import Method
from services.payments.sandbox.test_numbers import CARDS, IBANS, Behaviour, TestNumber, find

_EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/.-]?\s*(?:20)?(\d\d)", re.ASCII)
_SEPARATORS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Entered:
    """What is kept of an entered number, and what the bank will answer to it."""

    method: Method
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Field names, in the order of the form, with the code of what is wrong there."""

    fields: Mapping[str, str]


def check_card(form: Mapping[str, str], method_id: str, now: datetime) -> Entered | Mistakes:
    """Checks ``number``, ``expiry`` (MM/YY) and ``cvc`` of a card."""
    number = compact(form.get("number", ""))
    known = find(CARDS, number)
    expiry = _EXPIRY.fullmatch(form.get("expiry", "").strip())
    year, month = (2000 + int(expiry[2]), int(expiry[1])) if expiry else (0, 0)
    mistakes = {
        "number": _number_mistake(number, known),
        "expiry": _expiry_mistake(form.get("expiry", ""), year, month, now),
        "cvc": _cvc_mistake(compact(form.get("cvc", "")), known),
    }
    if known is None or any(mistakes.values()):
        return Mistakes({field: code for field, code in mistakes.items() if code})
    method = Method(method_id, "card", known.brand, number[-4:], now, expiry_year=year, expiry_month=month)
    return Entered(method, known.behaviour)


def check_account(form: Mapping[str, str], method_id: str, mandate: str, now: datetime) -> Entered | Mistakes:
    """Checks ``iban``; entering it signs the mandate with the reference ``mandate``."""
    number = compact(form.get("iban", ""))
    known = find(IBANS, number)
    if not number:
        return Mistakes({"iban": "required"})
    if not iban.is_valid(number):
        return Mistakes({"iban": "invalid_iban"})
    if known is None:
        return Mistakes({"iban": "no_test_number"})
    return Entered(
        Method(method_id, "sepa_debit", known.brand, number[-4:], now, mandate=mandate), known.behaviour
    )


def _number_mistake(number: str, known: TestNumber | None) -> str | None:
    if not number:
        return "required"
    if not number.isascii() or not luhn.is_valid(number) or not 12 <= len(number) <= 19:
        return "invalid_number"
    return None if known else "no_test_number"


def _expiry_mistake(text: str, year: int, month: int, now: datetime) -> str | None:
    if not text.strip():
        return "required"
    if not month:
        return "invalid_expiry"
    if (year, month) < (now.year, now.month):
        return "expired"
    return None if year <= now.year + 20 else "invalid_expiry"


def _cvc_mistake(cvc: str, known: TestNumber | None) -> str | None:
    if not cvc:
        return "required"
    wanted = 4 if known and known.brand == "American Express" else 3
    return None if re.fullmatch(rf"[0-9]{{{wanted}}}", cvc) else f"invalid_cvc_{wanted}"


def compact(text: str) -> str:
    """A number as it is compared: however it was grouped, and in capitals."""
    return _SEPARATORS.sub("", text).upper()
