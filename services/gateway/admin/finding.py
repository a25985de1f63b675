"""What the staff may be looking for besides customers: documents by number, and anything by its handle."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from services.gateway.admin.desk import Desk
from services.gateway.asking import Pending, section
from shared.kernel.errors import DomainError
from shared.kernel.ids import is_handle

_SHOWN = 5
# A number has a digit and no blanks.
_NUMBER = re.compile(r"\S*\d\S*")
_FEWEST, _MOST = 3, 50


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for besides customers; None where the text can't be such a thing."""

    documents: Pending | None
    subjects: Pending | None


def look_for(desk: Desk, text: str) -> Search:
    """Look for ``text`` without waiting."""
    text = text.strip()
    documents = subjects = None
    if _FEWEST <= len(text) <= _MOST and _NUMBER.fullmatch(text):
        documents = desk.begin("invoices", "find_invoices", search=text, limit=_SHOWN)
    if len(text) >= _FEWEST and is_handle(text):
        subjects = desk.begin("customers", "find_subject", subject=text)
    return Search(documents, subjects)


def results(search: Search) -> dict[str, list[dict[str, Any]]]:
    """What was found; a service that is away finds nothing, for these come on top of the list."""
    found = {
        "documents": _items(search.documents),
        "subjects": _items(search.subjects),
    }
    known = {document["invoice"] for document in found["documents"]}
    found["subjects"] = [each for each in found["subjects"] if each["subject"] not in known]
    return found


def _items(pending: Pending | None) -> list[dict[str, Any]]:
    if pending is None:
        return []
    try:
        answer = section(pending)
    except DomainError as error:
        # A role may see customers and yet no documents.
        if error.code != "not_allowed":
            raise
        return []
    return list(answer["items"]) if answer else []
