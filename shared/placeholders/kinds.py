"""The merchant's own texts: which there are, where they stand, and what may stand in them."""

from __future__ import annotations

from dataclasses import dataclass

from shared.placeholders.fields import (
    CLIENT,
    COMPANY,
    CREDIT_NOTE,
    INVOICE,
    LOGIN,
    PASSWORD,
    PERSON,
    PORTAL_LINK,
    SUBSCRIPTION,
)

LANGUAGES = ("en", "de")
AREAS = ("portal", "documents", "emails")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of text: ``area`` says where it is shown, ``allowed`` which placeholders it may use, ``most`` its length.

    What Portico says there by itself is nothing more than it says anyway: own texts come in addition.
    """

    name: str
    area: str
    allowed: tuple[str, ...]
    most: int = 2_000


_SIGNED_IN = (*CLIENT, *COMPANY)
# The password is not among them: a document is kept, and may be read by anybody who keeps the books.
_DOCUMENT = (*CLIENT, PORTAL_LINK, LOGIN, *COMPANY)
# What also goes to an address that nobody has confirmed, or that is no longer in use, tells no more than a name.
_TO_ANYBODY = (*PERSON, *COMPANY)
_TO_THE_CONTACT = (*CLIENT, PORTAL_LINK, LOGIN, PASSWORD, *COMPANY)

SIGNATURE = "email_signature"
_ANYBODYS_LETTERS = (
    "code_requested",
    "contact_changed",
    "email_change_requested",
    "password_reset_requested",
    "password_changed",
)
_SUBSCRIPTION_LETTERS = (
    "subscription_pause_scheduled",
    "subscription_pause_withdrawn",
    "subscription_paused",
    "subscription_resumed",
    "subscription_cancelled",
    "subscription_uncancelled",
    "subscription_expired",
)
_METHOD_LETTERS = (
    "payment_method_added",
    "payment_method_updated",
    "payment_method_removed",
    "payment_method_inactivated",
)


def opening(event_type: str) -> str:
    """The kind of the text that opens the letter about an event: ``email_invoice_issued``."""
    return f"email_{event_type}"


def around_lines(document_kind: str) -> tuple[str, str]:
    """The kinds of what stands above and below the lines of an ``invoice`` or a ``credit_note``."""
    return f"{document_kind}_intro", f"{document_kind}_closing"


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("sign_in_page", "portal", COMPANY),
        Kind("overview_page", "portal", _SIGNED_IN),
        *(Kind(name, "documents", (*INVOICE, *_DOCUMENT)) for name in around_lines("invoice")),
        *(Kind(name, "documents", (*CREDIT_NOTE, *_DOCUMENT)) for name in around_lines("credit_note")),
        Kind(opening("invoice_issued"), "emails", (*INVOICE, *_TO_THE_CONTACT)),
        *(
            Kind(opening(letter), "emails", (*SUBSCRIPTION, *_TO_THE_CONTACT))
            for letter in _SUBSCRIPTION_LETTERS
        ),
        *(Kind(opening(letter), "emails", _TO_THE_CONTACT) for letter in _METHOD_LETTERS),
        *(Kind(opening(letter), "emails", _TO_ANYBODY) for letter in _ANYBODYS_LETTERS),
        Kind(SIGNATURE, "emails", _TO_ANYBODY),
    )
}


def language_of(tag: str) -> str:
    """The language of LANGUAGES nearest to an IETF tag: ``de-AT`` gives ``de``, an unknown one ``en``."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]
