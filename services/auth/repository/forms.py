"""Forms that are kept across a sign-in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from services.auth.domain.forms import KeptForm
from services.auth.repository.documents import reader
from shared.storage import Index, Store

_read = reader(KeptForm)


class KeptForms:
    """Kept forms: a document each, gone by itself when its time is over."""

    def __init__(self, store: Store) -> None:
        self._forms = store.collection("forms", indexes=[Index(("expires_at", 1), expire_after=0)])

    def add(self, handle: str, form: KeptForm) -> None:
        """Keep one more."""
        self._forms.insert_one({"_id": handle, **asdict(form)})

    def find(self, handle: str, *, bill_group: str, browser: str, now: datetime) -> KeptForm | None:
        """The form, for whom it is kept; None for anybody else, and when its time is over."""
        whose = {"_id": handle, "bill_group": bill_group, "browser": browser, "expires_at": {"$gt": now}}
        document = self._forms.find_one(whose)
        return None if document is None else _read(document)

    def drop(self, handle: str, *, bill_group: str, browser: str) -> None:
        """Keep it no longer, if it is theirs."""
        self._forms.delete_one({"_id": handle, "bill_group": bill_group, "browser": browser})
