"""In-memory stand-ins for what use cases work on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.invoices.domain.document import Document
from services.invoices.domain.own_texts import Written
from services.invoices.domain.parties import Parties
from shared.kernel.context import Context
from shared.kernel.errors import NotFound
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.numbering import PATTERNS, Number, Numbering
from shared.storage import AlreadyExists, Outcome

View = dict[str, Any]


class FakeDocuments:
    """Documents by id, all that happened to them, and numbers that count up."""

    def __init__(self, *documents: Document) -> None:
        self.kept = {document.id: document for document in documents}
        self.happened: list[Happening] = []
        self.noted: list[Number] = []
        self._applied: set[str] = set()
        self._answers: dict[IdempotencyKey, View] = {}

    @property
    def types(self) -> list[str]:
        """The types of all events, in their order."""
        return [happening.type for happening in self.happened]

    def get(self, handle: str, bill_group: str, *, deleted: bool = False) -> Document:
        for document in self.kept.values():
            known = handle in (document.id, document.handle) and document.bill_group == bill_group
            if known and (deleted or not document.deleted):
                return document
        raise NotFound

    def add(
        self,
        context: Context,
        document: Document,
        happenings: Sequence[Happening],
        result: View,
        *,
        key: IdempotencyKey | None = None,
    ) -> View:
        if document.id in self.kept:
            raise AlreadyExists(document.id)
        self.kept[document.id] = document
        self.happened += happenings
        if key:
            self._answers[key] = result
        return result

    def answered(self, bill_group: str, key: IdempotencyKey) -> View | None:
        return self._answers.get(key)

    def change(
        self,
        context: Context,
        document: Document,
        decide: Callable[[Document], Outcome[Document]],
        *,
        key: IdempotencyKey | None = None,
        event_id: str | None = None,
    ) -> View | None:
        if event_id in self._applied:
            return None
        outcome = decide(self.kept[document.id])
        self.kept[document.id] = outcome.value
        self.happened += outcome.happenings
        if event_id:
            self._applied.add(event_id)
        return outcome.result

    def issue(
        self,
        context: Context,
        document: Document,
        numbering: Numbering,
        on: date,
        decide: Callable[[Document, Number], Outcome[Document]],
        *,
        key: IdempotencyKey | None = None,
    ) -> View:
        taken = sum(kept.issue is not None for kept in self.kept.values())
        number = numbering.number_on(on, taken + 1)
        result = self.change(context, document, lambda draft: decide(draft, number), key=key)
        assert result is not None
        return result

    def next_number(self, numbering: Numbering, on: date) -> Number:
        return numbering.number_on(on, len(self.kept) + 1)

    def note_number(self, number: Number) -> None:
        self.noted.append(number)

    def credit_numbers(self, invoice: Document) -> dict[str, str]:
        return {
            note.id: note.issue.number.text
            for note in self.kept.values()
            if note.corrects == invoice.handle and note.issue is not None
        }


class FakeCustomers:
    """The same parties for every bill group, and the logos that they are told of.

    ``kinds`` are the documents that customers see.
    """

    def __init__(self, parties: Parties, kinds: Iterable[str] = PATTERNS, **texts: str) -> None:
        self._parties = parties
        self._texts = {(kind, "en"): text for kind, text in texts.items()}
        self.logos: dict[str, str] = {}
        self._kinds = frozenset(kinds)

    def kinds_shown(self, context: Context) -> frozenset[str]:
        return self._kinds

    def numbering(self, context: Context) -> Mapping[str, str]:
        return self._parties.numbering

    def parties(self, context: Context, bill_group: str) -> Parties:
        return self._parties

    def own_texts(self, context: Context) -> Written:
        return self._texts

    def logo(self, context: Context, version: str) -> str | None:
        return self.logos.get(version)


class FakePortalKeys:
    """A secret link for each customer, and who was given one."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def of(self, customer: str, email: str, names: Collection[str], *, make: bool = False) -> dict[str, str]:
        if make:
            self.made.append(customer)
        return dict.fromkeys(names, f"https://portal.example/s/{customer}")


class FakePdfs:
    """Finished PDFs in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def get(self, document: Document, made_with: str) -> bytes | None:
        return self.kept.get((document.id, made_with))

    def keep(self, document: Document, made_with: str, pdf: bytes) -> None:
        self.kept[document.id, made_with] = pdf


class FakeRenderer:
    """Makes a PDF of a document's number, and counts."""

    version = "1"

    def __init__(self) -> None:
        self.made: list[str] = []
        self.logos: list[str | None] = []

    def render(self, document: View, logo: str | None) -> bytes:
        self.made.append(document["number"])
        self.logos.append(logo)
        return f"%PDF {document['number']}".encode()
