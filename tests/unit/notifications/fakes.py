"""The notifications service's outside world, in memory."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.notifications.customers import Reader
from services.notifications.domain.mails import Mail, Status
from services.notifications.letters.writing import Sender, Writer
from services.notifications.own_texts import OwnTexts
from services.notifications.smtp import Refused, ServerAway
from services.notifications.usecases import Mailing
from shared.contracts.auth import CODE_PURPOSE, LINK_PURPOSE
from shared.contracts.auth_credentials import PASSWORD_RESET_PURPOSE
from shared.contracts.auth_staff import SET_UP_PURPOSE
from shared.contracts.customer_emails import EMAIL_CHANGE_PURPOSE
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.sealing import NotUnsealable

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WRITER = Writer()
ADA = Reader("Ada", "ada@example.com", "de")


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> datetime:
        return self._now

    def forward(self, **by: float) -> None:
        self._now += timedelta(**by)


@dataclass
class FakeMails:
    """Mails in memory. ``stolen``: somebody else is quicker at the next step to this status."""

    kept: dict[str, Mail] = field(default_factory=dict)
    stolen: Status | None = None

    def add(self, mail: Mail) -> bool:
        if mail.id in self.kept:
            return False
        self.kept[mail.id] = mail
        return True

    def due(self, status: Status, now: datetime, limit: int) -> Iterator[Mail]:
        due = [mail for mail in self.kept.values() if mail.status is status and mail.due_at <= now]
        return iter(sorted(due, key=lambda mail: not mail.is_urgent)[:limit])

    def save(self, before: Mail, after: Mail) -> bool:
        if self.kept[before.id] != before or after.status is self.stolen:
            return False
        self.kept[before.id] = after
        return True


@dataclass
class FakeCustomers:
    """One merchant, and Ada, who reads German. ``error`` is raised instead of any answer."""

    error: DomainError | None = None
    reader: Reader = ADA
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    language: str = ""

    def sender(self, context: Context) -> Sender:
        self._raise_error()
        return Sender("Merchant", "", "#1f5f8b", "https://portal.example.com", "", language=self.language)

    def billing_contact(self, context: Context, bill_group: str) -> Reader:
        self._raise_error()
        return self.reader

    def own_texts(self, context: Context, kinds: Sequence[str]) -> dict[tuple[str, str], str]:
        self._raise_error()
        return {each: text for each, text in self.texts.items() if each[0] in kinds}

    def _raise_error(self) -> None:
        if self.error:
            raise self.error


class FakePortalKeys:
    """Made-up keys, and whose were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, customer: str, email: str, names: Collection[str], *, make: bool = False) -> dict[str, str]:
        assert make
        self.asked.append(customer)
        return dict.fromkeys(names, f"https://portal.example.com/s/secret-of-{customer}")


@dataclass
class FakeServer:
    """A mail server that says what it is told to. ``sent`` are the recipients and contents that it took."""

    at_opening: ServerAway | Refused | None = None
    at_content: Exception | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)
    opened: int = 0

    def open(self, sender: str, recipient: str) -> AbstractContextManager["FakeDelivery"]:
        self.opened += 1
        if self.at_opening:
            raise self.at_opening
        return nullcontext(FakeDelivery(self, recipient))


@dataclass
class FakeDelivery:
    """One mail before the fake server."""

    server: FakeServer
    recipient: str

    def hand_over(self, content: bytes) -> None:
        if self.server.at_content:
            raise self.server.at_content
        self.server.sent.append((self.recipient, content.decode()))


class World:
    """The use cases over fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.mails = FakeMails()
        self.customers = FakeCustomers()
        self.portal_keys = FakePortalKeys()
        self.server = FakeServer()
        self.mailing = Mailing(
            self.mails,  # type: ignore[arg-type]
            self.customers,
            self.server,  # type: ignore[arg-type]
            WRITER,
            OwnTexts(self.customers, self.portal_keys),
            self.clock,
            mail_from="billing@portal.example.com",
            unseal=unseal,
        )

    def send(self) -> None:
        """What happens each second."""
        self.mailing.send_for(0)

    @property
    def only(self) -> Mail:
        """The one mail that there is."""
        (mail,) = self.mails.kept.values()
        return mail

    @property
    def recipients(self) -> list[str]:
        """Who got mail, in order."""
        return [recipient for recipient, _ in self.server.sent]


def unseal(purpose: str, sealed: str) -> str:
    """What is sealed in the examples is the code 01234567, and two links."""
    opened = {
        (CODE_PURPOSE, "sealed"): "01234567",
        (LINK_PURPOSE, "sealed-link"): "token-of-a-link",
        (SET_UP_PURPOSE, "sealed-set-up"): "token-of-a-set-up",
        (EMAIL_CHANGE_PURPOSE, "sealed-confirmation"): "token-of-a-confirmation",
        (PASSWORD_RESET_PURPOSE, "sealed-reset"): "token-of-a-reset",
    }
    if (purpose, sealed) not in opened:
        raise NotUnsealable
    return opened[purpose, sealed]
