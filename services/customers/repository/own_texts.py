"""The merchant's own texts, each a document of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.customers import documents
from services.customers.documents import Document
from services.customers.domain.own_texts import OwnText, handle_of
from shared.kernel.context import Context
from shared.kernel.happening import Happening, IdempotencyKey
from shared.placeholders.kinds import LANGUAGES
from shared.storage import Store, Stored


class OwnTexts:
    """Texts by kind and language. There is no document for what nobody has ever written."""

    def __init__(self, store: Store) -> None:
        self.aggregates = store.aggregates("own_texts", documents.from_own_text, documents.to_own_text)

    def of(self, kinds: Iterable[str]) -> list[Stored[OwnText]]:
        """Those of ``kinds`` that were ever written, in all languages."""
        handles = [handle_of(kind, language) for kind in kinds for language in LANGUAGES]
        return self.aggregates.find({"_id": {"$in": handles}})

    def one(self, kind: str, language: str) -> Stored[OwnText] | None:
        """The text of ``kind`` in ``language``, if it was ever written."""
        return self.aggregates.one({"_id": handle_of(kind, language)})

    def add(
        self,
        text: OwnText,
        *,
        context: Context,
        happenings: Sequence[Happening],
        result: Document,
        key: IdempotencyKey,
    ) -> Document | None:
        """Answers ``result``. Raises AlreadyExists where it was written meanwhile, but not by the same request."""
        return self.aggregates.add(
            text,
            handle=text.handle,
            bill_group="",
            context=context,
            happenings=happenings,
            result=result,
            key=key,
        )
