"""One row of a file as a customer that can be brought in, or what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.customer_people import ImportCustomer
from shared.customer_csv.columns import BILL_GROUP, COLUMNS, SHIPPING, column_of
from shared.kernel.ids import is_handle

Cells = Mapping[str, str]
Body = dict[str, Any]

# How spreadsheets write days; the order of their parts must not be a guess.
_DAY_FORMS = ("%Y-%m-%d", "%d.%m.%Y")
# What contracts take for a moment.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_CURRENCY = re.compile(r"[A-Z]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_IN_NO_HANDLE = re.compile(r"[ ./]+")
_ACCESS = ("on", "off", "default")
# What a checked body needs besides.
_KEY = {"key": "checked-here"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: a code, and in which column; empty where it is about the whole row."""

    column: str
    code: str


def customer_of(cells: Cells) -> tuple[Body, list[Problem]]:
    """The body of a request to import the customer in a row's cells by column; and what is wrong with them.

    Names, addresses and numbers are the customers service's to check: here is what can be said of a row alone.
    """
    given = {name: text for name, cell in cells.items() if (text := cell.strip())}
    problems = list(_problems(given))
    handle = handle_of(given)
    body: Body = {
        "customer": handle,
        "name": given.get("name") or given.get("company") or given.get("contact_name", ""),
    }
    if day := _day(given.get("created_on", "")):
        body["created_at"] = f"{day.isoformat()}T00:00:00+00:00"
    if "access" in given:
        body["access"] = given["access"].lower()
    body["bill_groups"] = [_bill_group(given, handle)]
    # What was made of another column is as wrong as that one.
    faulty = {problem.column for problem in problems} | ({"bill_group", "contact_name"} - set(given))
    problems += [problem for problem in _by_contract(body) if problem.column not in faulty]
    return body, problems


def _bill_group(given: Cells, customer: str) -> Body:
    group: Body = {
        "bill_group": _as_handle(given.get("bill_group", "")) or f"bg-{customer}"[:255],
        "contacts": {"billing": {"address": {}}},
    }
    if any(name in given for name in SHIPPING):
        group["contacts"]["shipping"] = {"address": {}}
    for name, path in COLUMNS.items():
        if name in given and path[0] == BILL_GROUP and name != "bill_group":
            place = group
            for step in path[1:-1]:
                place = place[step]
            place[path[-1]] = given[name].upper() if name == "currency" else given[name]
    billing = group["contacts"]["billing"]
    if "name" in given and not billing.keys() & {"name", "company"}:
        # Somebody has to be written to.
        billing["name"] = given["name"]
    return group


def handle_of(cells: Cells) -> str:
    """The customer's own number as a handle. Without one, the e-mail address stands for the customer, so that the same
    file again finds them."""
    if number := cells.get("customer", "").strip():
        return _as_handle(number)
    email = cells.get("email", "").strip().casefold()
    return f"cust-{hashlib.sha256(email.encode(errors='replace')).hexdigest()[:16]}"


def _as_handle(text: str) -> str:
    return _IN_NO_HANDLE.sub("-", text)


def _problems(given: Cells) -> Iterator[Problem]:
    for name in ("customer", "bill_group"):
        if name in given and not is_handle(_as_handle(given[name])):
            yield Problem(name, "invalid_handle")
    if "currency" not in given:
        yield Problem("currency", "required")
    elif not _CURRENCY.fullmatch(given["currency"].upper()):
        yield Problem("currency", "invalid_currency")
    if "language" in given and not _LANGUAGE.fullmatch(given["language"]):
        yield Problem("language", "invalid_language")
    if "access" in given and given["access"].lower() not in _ACCESS:
        yield Problem("access", "invalid_access")
    if "created_on" in given and not _day(given["created_on"]):
        yield Problem("created_on", "invalid_day")
    if not any(name in given for name in ("name", "company", "contact_name")):
        yield Problem("name", "required")


def _day(text: str) -> date | None:
    for form in _DAY_FORMS:
        with suppress(ValueError):
            day = datetime.strptime(text, form).replace(tzinfo=UTC).date()
            return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
    return None


def _by_contract(body: Body) -> Iterator[Problem]:
    """What the contract refuses of texts: their length, and characters that nothing can hold."""
    for field, message in _leaves(ImportCustomer().validate({**body, **_KEY})):
        column = column_of(field.removeprefix("bill_groups.0."))
        yield Problem(column, "too_long" if message.startswith("Longer than") else "unreadable")


def _leaves(errors: Mapping[Any, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in errors.items():
        place = f"{path}.{name}" if path else str(name)
        if isinstance(inner, dict):
            yield from _leaves(inner, place)
        else:
            yield place, str(inner[0])
