"""What the merchant says in letters, filled for their reader."""

from __future__ import annotations

from dataclasses import asdict

from services.notifications.customers import Customers, Reader
from services.notifications.domain.mails import Mail
from services.notifications.letters.writing import Sender
from shared.kernel.context import Context
from shared.placeholders import values
from shared.placeholders.fields import KEYS
from shared.placeholders.kinds import KINDS, SIGNATURE, opening
from shared.placeholders.portal_keys import PortalKeys
from shared.placeholders.template import Part, fill, used
from shared.placeholders.values import Values

Said = dict[str, tuple[Part, ...]]


class OwnTexts:
    """The opening of each kind of letter, and the signature of all."""

    def __init__(self, customers: Customers, portal_keys: PortalKeys) -> None:
        self._customers = customers
        self._portal_keys = portal_keys

    def for_letter(self, context: Context, mail: Mail, reader: Reader, sender: Sender, language: str) -> Said:
        """``opening`` and ``signature`` of a mail in a language of LANGUAGES; empty where nothing was written.

        Raises Unfillable where a text speaks of what this letter's reader is not told, and DomainError where a service
        is away.
        """
        kinds = {"opening": opening(mail.event.partition(".")[2]), "signature": SIGNATURE}
        if kinds["opening"] not in KINDS:
            # What is no letter to a customer (an invitation of staff) says what Portico says, and no more.
            return dict.fromkeys(kinds, ())
        written = self._customers.own_texts(context, list(kinds.values()))
        texts = {place: written.get((kind, language), "") for place, kind in kinds.items()}
        known = {
            **values.of_company(asdict(sender)),
            **_of_event(mail, sender, language),
            **self._of_reader(mail, reader, used(texts["opening"])),
        }
        return {place: fill(text, known) for place, text in texts.items()}

    def _of_reader(self, mail: Mail, reader: Reader, names: frozenset[str]) -> Values:
        """Who is not the billing contact of today is told nothing of it but the name that the letter has anyway."""
        if mail.recipient is not None or not reader.customer:
            return {"Client.name": reader.name}
        keys = names & KEYS
        if not keys:
            return reader.client
        return {**reader.client, **self._portal_keys.of(reader.customer, reader.email, keys, make=True)}


def _of_event(mail: Mail, sender: Sender, language: str) -> Values:
    service = mail.event.partition(".")[0]
    if service == "invoices":
        return values.of_invoice(mail.data, sender.portal, language)
    if service == "subscriptions":
        return values.of_subscription(mail.data, sender.portal, language)
    return {}
