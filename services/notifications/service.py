"""The notifications service's entrypoints."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.notifications.customers import CustomersService
from services.notifications.letters.writing import Writer
from services.notifications.own_texts import OwnTexts
from services.notifications.repository import Mails
from services.notifications.smtp import SmtpServer
from services.notifications.usecases import Mailing
from shared.contracts.notifications import contract
from shared.messaging.entrypoints import every, on_event
from shared.messaging.providers import Resources, UseCases
from shared.placeholders.portal_keys import AuthService
from shared.sealing import unseal


def build(resources: Resources) -> Mailing:
    """The use cases over this process's store and mail server."""
    settings = resources.settings
    customers = CustomersService(resources.calls, portal=settings.public_url)
    portal_keys = AuthService(resources.calls, contract.name, settings.public_url)
    return Mailing(
        Mails(resources.store),
        customers,
        SmtpServer(settings.smtp_uri.get_secret_value()),
        Writer(),
        OwnTexts(customers, portal_keys),
        resources.clock,
        mail_from=settings.mail_from,
        unseal=partial(unseal, settings.secret),
    )


class NotificationsService:
    """E-mails out."""

    name = contract.name
    use = UseCases(build)

    @on_event(contract)
    def send_mail(self, event: dict[str, Any]) -> None:
        self.use.take_in(event)

    @every(seconds=1)
    def send_waiting(self) -> None:
        self.use.send_for(seconds=0.9)
