"""What the merchant says above and below a document's lines, as it is frozen when the document is issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from shared.placeholders import values
from shared.placeholders.fields import KEYS, LOGIN, PORTAL_LINK
from shared.placeholders.kinds import around_lines, language_of
from shared.placeholders.template import fill, fill_some, plain, used

if TYPE_CHECKING:
    from services.invoices.domain.document import Document

# The texts that somebody wrote, by kind and language.
Written = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """``intro`` stands above the lines, ``closing`` below them; ``portal`` is the portal's address then.

    All placeholders are filled but those that let the customer in: no store holds what fills them.
    """

    intro: str = ""
    closing: str = ""
    portal: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """The placeholders that are still to be filled."""
        return used(self.intro) | used(self.closing)

    def shown(self, keys: Mapping[str, str] | None = None) -> dict[str, str]:
        """``intro`` and ``closing`` as they are to be read.

        Whoever is shown the document without ``keys`` reads the portal's address, and no user name. Raises Unfillable.
        """
        known = {PORTAL_LINK: self.portal, LOGIN: "…", **(keys or {})}
        return {"intro": plain(fill(self.intro, known)), "closing": plain(fill(self.closing, known))}


def frozen_texts(document: Document, written: Written, portal: str) -> OwnTexts:
    """The texts of a document that was just issued, in its language.

    Raises Unfillable where a text has a placeholder that this kind of document has no value for: no such document is
    issued.
    """
    intro, closing = (
        written.get((kind, language_of(document.language)), "") for kind in around_lines(document.kind.value)
    )
    if not (intro or closing):
        return OwnTexts()
    known = _values(document, portal)
    return OwnTexts(fill_some(intro, known, left=KEYS), fill_some(closing, known, left=KEYS), portal)


def _values(document: Document, portal: str) -> values.Values:
    issue = document.issue
    assert issue is not None
    buyer = asdict(issue.buyer)
    group = {
        **buyer,
        "contacts": {"billing": buyer},
        "customer": issue.buyer.customer or "",
        "customer_name": "",
        "po_number": issue.po_number,
    }
    facts = {
        "invoice": document.handle,
        "number": issue.number.text,
        "created_on": issue.created_on,
        "due_on": issue.due_on,
        "currency": document.currency,
        "total": document.total,
        "due": document.due,
    }
    return {
        **values.of_company(asdict(issue.seller)),
        **values.of_client(group),
        **values.of_invoice(facts, portal, document.language),
    }
