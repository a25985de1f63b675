"""Notes: what the merchant's people tell each other about a bill group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.happening import Happening

# Who is not on the merchant's side is shown no events of this name.
NOTE_ADDED = "note_added"


@dataclass(frozen=True, slots=True)
class Note:
    """A note. ``text`` may have several lines."""

    handle: str
    bill_group: str
    text: str
    created_at: datetime


def new_note(note: Note) -> list[Happening]:
    """What is told of a new note."""
    return [Happening("note_added", note.handle, note.bill_group, {"text": note.text})]
