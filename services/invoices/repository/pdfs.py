"""Where finished PDFs are kept."""

from __future__ import annotations

from services.invoices.domain.document import Document
from shared.storage import Store
from shared.storage.errors import DuplicateKeyError


class Pdfs:
    """Finished PDFs, by document and what they were made with."""

    def __init__(self, store: Store) -> None:
        self._pdfs = store.collection("pdfs")

    def get(self, document: Document, made_with: str) -> bytes | None:
        """The PDF of ``document``, or None if it was not made yet."""
        kept = self._pdfs.find_one({"_id": f"{document.id}/{made_with}", "bill_group": document.bill_group})
        return bytes(kept["pdf"]) if kept else None

    def keep(self, document: Document, made_with: str, pdf: bytes) -> None:
        """Keep the PDF for the next time. The same document gives the same PDF, so the first one stays."""
        kept = {"_id": f"{document.id}/{made_with}", "bill_group": document.bill_group, "pdf": pdf}
        try:
            self._pdfs.insert_one(kept)
        except DuplicateKeyError:
            return
