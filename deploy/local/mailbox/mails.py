"""Mails on disk: one .eml file each, named so that their order is that of their arrival."""

import email
import email.policy
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

# An envelope header of our own: blind copies stand in no header that was sent.
RECIPIENTS_HEADER = "X-Caught-For"


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A caught mail. `to` holds the envelope's recipients, blind copies among them."""

    id: str
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]

    def as_json(self) -> dict[str, object]:
        """The mail as the JSON pages show it; attachments without their content."""
        by_name = {name.lower(): value for name, value in self.headers}
        return {
            "id": self.id,
            "received_at": self.received_at.isoformat(timespec="milliseconds"),
            "from": self.sender,
            "to": list(self.to),
            "subject": self.subject,
            "message_id": by_name.get("message-id", ""),
            "text": self.text,
            "html": self.html,
            "headers": dict(self.headers),
            "attachments": [
                {"name": each.name, "content_type": each.content_type, "size": len(each.content)}
                for each in self.attachments
            ],
        }


class Mails:
    """All mails in a directory; it outlives restarts. Safe to use from several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._directory.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._last = 0
        # Mails never change once they are there; parsing each once keeps long lists quick.
        self._parsed: dict[str, Mail] = {}

    def add(self, content: bytes, recipients: list[str]) -> str:
        """Keep a mail as it came over SMTP for these recipients; its id. Whole or not at all on disk."""
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            mail_id = str(self._last)
        header = f"{RECIPIENTS_HEADER}: {', '.join(recipients)}\r\n".encode()
        draft = self._directory / f"{mail_id}.draft"
        draft.write_bytes(header + content)
        draft.rename(self._directory / f"{mail_id}.eml")
        return mail_id

    def all(self) -> list[Mail]:
        """All mails, the newest first."""
        names = sorted((file.stem for file in self._directory.glob("*.eml")), key=int, reverse=True)
        return [mail for name in names if (mail := self.get(name)) is not None]

    def get(self, mail_id: str) -> Mail | None:
        """The mail with this id, or None."""
        if mail_id in self._parsed:
            return self._parsed[mail_id]
        file = self._directory / f"{mail_id}.eml"
        if not mail_id.isdigit() or not file.exists():
            return None
        mail = parse(mail_id, file.read_bytes())
        self._parsed[mail_id] = mail
        return mail

    def clear(self) -> None:
        """Throw all mails away."""
        for file in self._directory.glob("*.eml"):
            file.unlink(missing_ok=True)
        self._parsed.clear()


def parse(mail_id: str, content: bytes) -> Mail:
    """Read a kept mail; its id says when it came."""
    message = email.message_from_bytes(content, EmailMessage, policy=email.policy.default)
    recipients = tuple(
        address for _name, address in getaddresses([str(message[RECIPIENTS_HEADER] or "")]) if address
    )
    del message[RECIPIENTS_HEADER]
    return Mail(
        id=mail_id,
        received_at=datetime.fromtimestamp(int(mail_id) / 1_000_000, UTC),
        sender=str(message["from"] or ""),
        to=recipients,
        subject=str(message["subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
        attachments=tuple(
            Attachment(
                name=part.get_filename() or "attachment",
                content_type=part.get_content_type(),
                content=_bytes(part),
            )
            for part in message.iter_attachments()
        ),
    )


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    # Lines end with CR LF on the wire only.
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
