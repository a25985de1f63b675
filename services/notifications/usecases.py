"""From an event to a mail that is out: taking in, and sending in steps that only one process can make."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from services.notifications.customers import Customers, Reader
from services.notifications.domain.mails import Mail, Status
from services.notifications.domain.occasions import (
    CODE_REQUESTED,
    EMAIL_CHANGE_REQUESTED,
    PASSWORD_RESET_REQUESTED,
    STAFF_INVITED,
    STAFF_TOLD,
    mails_for,
    optional_kind,
)
from services.notifications.letters.packing import NoAddress, for_the_wire, pack
from services.notifications.letters.words import language_for
from services.notifications.letters.writing import Sender, Unwritable, Writer
from services.notifications.own_texts import OwnTexts
from services.notifications.repository import Mails
from services.notifications.smtp import Delivery, Lost, Refused, ServerAway
from shared.contracts.auth import CODE_PURPOSE, LINK_PURPOSE
from shared.contracts.auth_credentials import PASSWORD_RESET_PURPOSE
from shared.contracts.auth_staff import SET_UP_PURPOSE
from shared.contracts.customer_emails import EMAIL_CHANGE_PURPOSE
from shared.kernel.clock import Clock
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError, Kind
from shared.kernel.ids import new_id
from shared.placeholders.template import Unfillable
from shared.sealing import NotUnsealable

log = logging.getLogger(__name__)

_BATCH = 20


class _Unwanted(Exception):
    """The reader doesn't want mails of this kind."""


class MailServer(Protocol):
    """Where mail goes out: ``services.notifications.smtp.SmtpServer``."""

    def open(self, sender: str, recipient: str) -> Delivery:
        """Begin a mail. Raises Refused and ServerAway."""
        ...


class Mailing:
    """Takes in events and sends what they call for. ``unseal`` opens what was sealed for a purpose."""

    def __init__(
        self,
        mails: Mails,
        customers: Customers,
        server: MailServer,
        writer: Writer,
        own_texts: OwnTexts,
        clock: Clock,
        *,
        mail_from: str,
        unseal: Callable[[str, str], str],
    ) -> None:
        self._mails = mails
        self._customers = customers
        self._server = server
        self._writer = writer
        self._own_texts = own_texts
        self._clock = clock
        self._mail_from = mail_from
        self._unseal = unseal
        self._woken = threading.Event()

    def take_in(self, event: Mapping[str, Any]) -> None:
        """Write down the mails for an event, and send soon. An event that comes again adds nothing."""
        for mail in mails_for(event):
            self._mails.add(mail)
        self._woken.set()

    def send_for(self, seconds: float) -> None:
        """Send what is due, and then what comes in within ``seconds``."""
        self._lose_sight()
        while self._send_batch():
            pass
        if self._woken.wait(seconds):
            self._woken.clear()
            while self._send_batch():
                pass

    def _send_batch(self) -> bool:
        """Send some of what is due. False when there is no more to send for now."""
        due = list(self._mails.due(Status.WAITING, self._clock.now(), _BATCH))
        return bool(due) and all(self._send(mail) for mail in due)

    def _lose_sight(self) -> None:
        """Mails whose process died, or whose answer never came, while they were handed over."""
        for mail in self._mails.due(Status.SENDING, self._clock.now(), _BATCH):
            self._step(mail, mail.lost_sight_of("no_answer"))

    def _send(self, waiting: Mail) -> bool:
        """One attempt at one mail. False when the server is away, so that no other need be tried now."""
        mail = waiting.claimed(new_id(), self._clock.now())
        if not self._mails.save(waiting, mail):
            return True
        if not mail.is_of_use(self._clock.now()):
            self._step(mail, mail.expired())
            return True
        try:
            recipient, content = self._write(mail)
            with self._server.open(self._mail_from, recipient) as delivery:
                self._hand_over(mail, delivery, content)
        except _Unwanted:
            self._step(mail, mail.unwanted())
        except (NoAddress, NotUnsealable, Unwritable) as error:
            self._step(mail, mail.failed(type(error).__name__))
        except Unfillable as error:
            # Once the merchant has mended the text, it goes out.
            self._step(mail, mail.postponed(self._clock.now(), type(error).__name__))
        except DomainError as error:
            self._step(mail, self._unwritten(mail, error))
        except Refused as refusal:
            self._step(mail, self._refused(mail, refusal))
        except ServerAway as away:
            self._step(mail, mail.postponed(self._clock.now(), str(away)))
            return False
        return True

    def _hand_over(self, mail: Mail, delivery: Delivery, content: bytes) -> None:
        sending = mail.handing_over(self._clock.now())
        if not self._mails.save(mail, sending):
            return  # The claim ran out, and another process has the mail in hand.
        try:
            delivery.hand_over(content)
        except Lost as lost:
            self._step(sending, sending.lost_sight_of(str(lost)))
        except Refused as refusal:
            self._step(sending, self._refused(sending, refusal))
        except ServerAway as away:
            self._step(sending, sending.postponed(self._clock.now(), str(away)))
        else:
            self._step(sending, sending.sent())

    def _write(self, mail: Mail) -> tuple[str, bytes]:
        """The address and the content.

        Raises NoAddress, NotUnsealable, Unfillable, Unwritable, _Unwanted, and DomainError when a service is away.
        """
        context = Context(principal=system("notifications"))
        sender = self._customers.sender(context)
        reader, facts = self._read_by(context, mail, sender)
        to = for_the_wire(mail.recipient or reader.email)
        language = language_for(reader.language)
        facts |= self._own_texts.for_letter(context, mail, reader, sender, language)
        facts |= {"data": mail.data, "name": reader.name}
        letter = self._writer.write(mail.event, language, sender, facts)
        content = pack(
            letter,
            mail_id=mail.id,
            sender=sender,
            mail_from=self._mail_from,
            to=to,
            language=language,
            written_at=mail.created_at,
        )
        return to, content

    def _read_by(self, context: Context, mail: Mail, sender: Sender) -> tuple[Reader, dict[str, Any]]:
        """Who reads the mail, and what it tells besides the data of its event."""
        data = mail.data
        if mail.event in STAFF_TOLD:
            return _addressed(data, sender.language), {"at": mail.created_at}
        if mail.event == STAFF_INVITED:
            token = self._unseal(SET_UP_PURPOSE, data["sealed"])
            return _addressed(data), {"link": f"{sender.portal}/admin/set-up/{token}"}
        if mail.event == PASSWORD_RESET_REQUESTED:
            token = self._unseal(PASSWORD_RESET_PURPOSE, data["sealed"])
            link = f"{sender.portal}/password/reset/{token}"
            return _addressed(data), {"link": link, "minutes": _minutes(mail)}
        if mail.event == CODE_REQUESTED:
            return _addressed(data), {
                "code": self._unseal(CODE_PURPOSE, data["sealed"]),
                "link": self._link(mail, sender),
                "by_code": data.get("by_code", True),
                "minutes": _minutes(mail),
            }
        reader = self._customers.billing_contact(context, mail.bill_group)
        if optional_kind(mail.event) in reader.unwanted:
            raise _Unwanted
        facts: dict[str, Any] = {"is_former": mail.recipient is not None}
        if mail.event == EMAIL_CHANGE_REQUESTED:
            facts |= self._confirming(mail, sender)
        return reader, facts

    def _link(self, mail: Mail, sender: Sender) -> str:
        """The address that signs in, or nothing where links are not offered."""
        # What an older version wrote down knows of no links.
        sealed = mail.data.get("link")
        if sealed is None:
            return ""
        return f"{sender.portal}/login/link/{self._unseal(LINK_PURPOSE, sealed['sealed'])}"

    def _confirming(self, mail: Mail, sender: Sender) -> dict[str, Any]:
        """For the owner of a new address, the address of the page that confirms it."""
        sealed = mail.data.get("sealed")
        if sealed is None:
            return {}
        token = self._unseal(EMAIL_CHANGE_PURPOSE, sealed)
        return {"is_former": False, "link": f"{sender.portal}/details/confirm/{token}"}

    def _unwritten(self, mail: Mail, error: DomainError) -> Mail:
        if error.kind is Kind.RETRY:
            return mail.postponed(self._clock.now(), error.code)
        return mail.failed(error.code)

    def _refused(self, mail: Mail, refusal: Refused) -> Mail:
        if refusal.is_permanent:
            return mail.failed(refusal.problem)
        return mail.postponed(self._clock.now(), refusal.problem)

    def _step(self, before: Mail, after: Mail) -> None:
        if self._mails.save(before, after):
            log.info("mail %s %s: %s (%s)", after.id, after.event, after.status.value, after.problem or "ok")


def _minutes(mail: Mail) -> int:
    """How long what the mail brings is good for."""
    return round((mail.data["expires_at"] - mail.created_at).total_seconds() / 60)


def _addressed(data: Mapping[str, Any], language: str = "") -> Reader:
    """Whom an event names itself; ``language`` is for whoever has chosen none."""
    return Reader(data["name"], data["email"], data["language"] or language)
