"""The mails' documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from services.notifications.domain.mails import Mail, Status
from shared.contracts.base import Message
from shared.contracts.registry import CONTRACTS
from shared.storage import Index, Store
from shared.storage.errors import DuplicateKeyError

Document = dict[str, Any]

_KEPT = timedelta(days=90)


class Mails:
    """Mails, and the one write at each step that only one process can make."""

    def __init__(self, store: Store) -> None:
        self._mails = store.collection(
            "mails",
            indexes=[
                Index(("status", 1), ("is_urgent", 1), ("due_at", 1)),
                Index(("created_at", 1), expire_after=int(_KEPT.total_seconds())),
            ],
        )

    def add(self, mail: Mail) -> bool:
        """Insert a new mail; False when there is one with this id: the event came again."""
        try:
            self._mails.insert_one(_to_document(mail))
        except DuplicateKeyError:
            return False
        return True

    def get(self, mail_id: str) -> Mail | None:
        """The mail as it is stored, or None."""
        document = self._mails.find_one({"_id": mail_id})
        return None if document is None else _from_document(document)

    def due(self, status: Status, now: datetime, limit: int) -> Iterator[Mail]:
        """Some of the mails whose time has come, urgent ones first."""
        for is_urgent in (True, False):
            due = {"status": status.value, "is_urgent": is_urgent, "due_at": {"$lte": now}}
            for document in list(self._mails.find(due).limit(limit)):
                yield _from_document(document)

    def save(self, before: Mail, after: Mail) -> bool:
        """Save a mail's next step; False when somebody else has made one since ``before`` was read."""
        as_read = {
            "_id": before.id,
            "status": before.status.value,
            "claim": before.claim,
            "due_at": before.due_at,
        }
        document = _to_document(after)
        del document["_id"]
        return self._mails.update_one(as_read, {"$set": document}).matched_count == 1


def _to_document(mail: Mail) -> Document:
    document = asdict(mail)
    del document["id"]
    return {
        **document,
        "_id": mail.id,
        "is_urgent": mail.is_urgent,
        "status": mail.status.value,
        # Days and decimals are no types of the store: the data is kept in its form for the wire.
        "data": _schema(mail.event).dump(mail.data),
    }


def _from_document(document: Document) -> Mail:
    fields = {name: value for name, value in document.items() if name not in ("_id", "is_urgent")}
    fields["status"] = Status(fields["status"])
    fields["data"] = _schema(fields["event"]).load(fields["data"], partial=True)
    return Mail(id=document["_id"], **fields)


def _schema(event: str) -> Message:
    service, _, event_type = event.partition(".")
    return CONTRACTS[service].events[event_type].data()
