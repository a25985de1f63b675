"""The merchant's own texts, each of a kind and in a language."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening
from shared.placeholders.kinds import KINDS
from shared.placeholders.template import problems


@dataclass(frozen=True, slots=True)
class OwnText:
    """What the merchant wrote. An empty ``text`` says what Portico says by itself."""

    kind: str
    language: str
    text: str = ""
    changed_at: datetime | None = None

    @property
    def handle(self) -> str:
        """The one text of this kind in this language."""
        return handle_of(self.kind, self.language)


def handle_of(kind: str, language: str) -> str:
    """The handle of the text of a kind in a language."""
    return f"{kind}-{language}"


def checked(kind: str, text: str) -> str:
    """``text`` as it is kept: composed, without blanks at the ends of its lines.

    Raises DomainError ``invalid_text``, with ``fields`` and each of the ``problems`` of its placeholders.
    """
    kept = unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in text.strip().splitlines()))
    if len(kept) > KINDS[kind].most:
        raise DomainError("invalid_text", fields={"text": "too_long"}, most=KINDS[kind].most, problems=[])
    # Places are those in what was typed.
    found = problems(text, KINDS[kind].allowed)
    if found:
        raise DomainError(
            "invalid_text", fields={"text": found[0].code}, problems=[asdict(each) for each in found]
        )
    return kept


def set_text(old: OwnText, text: str, now: datetime) -> tuple[OwnText, list[Happening]]:
    """Put ``text`` in place of ``old``'s; an empty one goes back to what Portico says.

    Raises DomainError ``invalid_text``.
    """
    kept = checked(old.kind, text)
    if kept == old.text:
        return old, []
    data = {"kind": old.kind, "language": old.language, "old": old.text, "new": kept}
    return replace(old, text=kept, changed_at=now), [Happening("text_changed", old.handle, "", data)]
