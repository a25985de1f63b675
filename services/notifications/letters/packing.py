"""Puts a letter into the form in which mail travels (RFC 5322, MIME)."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from email_validator import EmailNotValidError, validate_email

from services.notifications.letters.writing import Letter, Sender

# In quoted-printable no line is too long for any server, and the texts stay readable in the source.
_TRANSFER = "quoted-printable"


class NoAddress(Exception):
    """There is no address to send to, or it can't be one."""


def for_the_wire(address: str) -> str:
    """An address as SMTP takes it: an international domain in ASCII. Raises NoAddress."""
    try:
        parsed = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise NoAddress from error
    return parsed.ascii_email or f"{parsed.local_part}@{parsed.ascii_domain}"


def pack(
    letter: Letter,
    *,
    mail_id: str,
    sender: Sender,
    mail_from: str,
    to: str,
    language: str,
    written_at: datetime,
) -> bytes:
    """The whole mail. The same mail packed again is the same mail: its Message-ID is made from ``mail_id``.

    ``mail_from`` is the address that it comes from, ``to`` one from ``for_the_wire``.
    """
    policy = SMTP if to.isascii() else SMTP.clone(utf8=True)
    message = EmailMessage(policy)
    message["From"] = _address(mail_from, sender.name)
    message["To"] = _address(to)
    if sender.email and sender.email != mail_from:
        message["Reply-To"] = for_the_wire(sender.email)
    message["Subject"] = letter.subject
    message["Date"] = written_at
    message["Message-ID"] = f"<{mail_id}@{mail_from.rpartition('@')[2]}>"
    # RFC 3834: nobody's absence note shall answer it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte=_TRANSFER)
    message.add_alternative(letter.html, subtype="html", cte=_TRANSFER)
    # Headers about the content go to the first part if they are set before there are two.
    message["Content-Language"] = language
    # The boundary is made from the id, too: otherwise it would be random.
    message.set_boundary(f"={mail_id}=")
    return message.as_bytes()


def _address(address: str, name: str = "") -> Address:
    local_part, _, domain = address.rpartition("@")
    return Address(name, local_part, domain)
