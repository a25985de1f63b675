"""The merchant's own texts in letters: filled for the reader, escaped, and with no key for anybody else."""

from __future__ import annotations

from email import message_from_string
from email.policy import default

import pytest

from services.notifications.customers import Reader
from services.notifications.domain.mails import Status
from shared.kernel.errors import DomainError, Kind
from shared.placeholders.kinds import SIGNATURE, opening
from shared.placeholders.values import Values
from tests.unit.notifications.examples import HEARD, envelope
from tests.unit.notifications.fakes import World

CLIENT: Values = {
    "Client.name": "Ada <b>",
    "Client.company": "Byron & Co",
    "Client.number": "cust-1",
    "Client.email": "ada@example.com",
    "Client.vat_number": "",
    "Client.po_number": "PO 7",
}
TO_STAFF = [event for event in HEARD if event.startswith("auth.staff_")]
ISSUED = "invoices.invoice_issued"
SECRET = "https://portal.example.com/s/secret-of-cust-1"


@pytest.fixture
def world() -> World:
    world = World()
    world.customers.reader = Reader("Ada <b>", "ada@example.com", "en", customer="cust-1", client=CLIENT)
    return world


def say(world: World, event: str, text: str, signature: str = "") -> tuple[str, str]:
    """The plain text and the HTML of the first mail for an example event, if the merchant says this in it."""
    kind = opening(event.partition(".")[2])
    world.customers.texts = {(kind, "en"): text, (SIGNATURE, "en"): signature, (kind, "de"): "Deutsch"}
    world.mailing.take_in(envelope(event))
    world.send()
    message = message_from_string(world.server.sent[0][1], policy=default)
    bodies = [message.get_body((form,)) for form in ("plain", "html")]
    texts = [body.get_content().replace("\r\n", "\n") for body in bodies if body is not None]
    return texts[0], texts[1]


def test_a_letter_opens_and_ends_as_the_merchant_wished(world: World) -> None:
    plain, html = say(
        world,
        ISSUED,
        "Thank you, [Client.company].\n\n[Invoice.total] are due on [Invoice.due_date]:\n"
        "[Invoice.customerportal_url] [[sic] & so on, see https://example.com/help.",
        "Kind regards\n[Company.name]",
    )
    link = "https://portal.example.com/invoices/inv-2026-0012"
    assert f"Thank you, Byron & Co.\n\n€1,234.56 are due on March 15, 2026:\n{link} [sic] & so on" in plain
    assert plain.index("Hello") < plain.index("Thank you") < plain.index("See the invoice")
    assert (
        plain.index("See the invoice") < plain.index("Kind regards\nMerchant") < plain.index("If you did not")
    )
    assert "Thank you, Byron &amp; Co.</p>" in html
    assert f'href="{link}"' in html
    assert 'href="https://example.com/help"' in html
    assert "[sic] &amp; so on" in html
    assert "Kind regards<br>Merchant" in html


def test_what_fills_a_text_is_no_markup_and_no_link(world: World) -> None:
    world.customers.reader = Reader(
        "x",
        "ada@example.com",
        "en",
        customer="c",
        client={**CLIENT, "Client.name": "<a>https://evil.example"},
    )
    _, html = say(world, ISSUED, "<i>Dear</i> [Client.name]")
    assert "&lt;i&gt;Dear&lt;/i&gt; &lt;a&gt;https://evil.example" in html
    assert 'href="https://evil.example' not in html


def test_the_language_of_the_letter_decides(world: World) -> None:
    world.customers.reader = Reader("Ada", "ada@example.com", "de-AT", customer="cust-1", client=CLIENT)
    plain, _ = say(world, ISSUED, "English", "Kind regards")
    assert "Deutsch" in plain
    assert "English" not in plain
    assert "Kind regards" not in plain


def test_the_billing_contact_gets_the_secret_link(world: World) -> None:
    plain, html = say(world, ISSUED, "Your portal: [Client.customerportal_url]")
    assert f"Your portal: {SECRET}" in plain
    assert f'href="{SECRET}"' in html
    assert world.portal_keys.asked == ["cust-1"]


def test_nobody_is_given_a_link_that_no_text_speaks_of(world: World) -> None:
    say(world, ISSUED, "Hello")
    assert world.portal_keys.asked == []


@pytest.mark.parametrize(
    "event,text",
    [
        (ISSUED, "[Client.nmae]"),
        (ISSUED, "[Subscription.name]"),
        (ISSUED, "[Client.name"),
        ("auth.code_requested", "[Client.customerportal_url]"),
        ("auth.code_requested", "[Client.email]"),
        ("customers.email_change_requested", "[Client.email]"),
    ],
)
def test_a_mistake_never_goes_out(world: World, event: str, text: str) -> None:
    world.customers.texts = {(opening(event.partition(".")[2]), "en"): text}
    world.mailing.take_in(envelope(event))
    world.send()
    assert not [content for recipient, content in world.server.sent if recipient.startswith(("ada", "new"))]
    held_back = [mail for mail in world.mails.kept.values() if mail.status is not Status.SENT]
    assert {(mail.status, mail.problem) for mail in held_back} == {(Status.WAITING, "Unfillable")}


def test_once_a_text_is_mended_the_mail_goes_out(world: World) -> None:
    kind = (opening("invoice_issued"), "en")
    world.customers.texts = {kind: "Dear [Client.nmae]"}
    world.mailing.take_in(envelope(ISSUED))
    world.send()
    world.customers.texts = {kind: "Dear [Client.company]"}
    world.clock.forward(minutes=1)
    world.send()
    (sent,) = world.server.sent
    assert "Dear Byron & Co" in sent[1]


def test_the_former_address_is_told_no_more_than_a_name(world: World) -> None:
    world.customers.texts = {
        (opening("contact_changed"), "en"): "[Client.number] [Client.customerportal_url]"
    }
    world.mailing.take_in(envelope("customers.contact_changed"))
    world.send()
    assert "old@example.com" not in world.recipients


@pytest.mark.parametrize("event", TO_STAFF)
def test_a_letter_to_staff_says_nothing_of_the_merchants(world: World, event: str) -> None:
    for each in say(world, event, "Opening", "Signature"):
        assert "Opening" not in each
        assert "Signature" not in each


@pytest.mark.parametrize("event", [event for event in HEARD if event not in TO_STAFF])
def test_every_letter_has_room_for_both(world: World, event: str) -> None:
    plain, html = say(world, event, "Opening, [Client.name]", "Signature of [Company.name]")
    for each in (plain, html):
        assert each.count("Opening,") == 1
        assert each.count("Signature of Merchant") == 1


def test_while_keys_can_not_be_asked_for_the_mail_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DomainError("service_away", Kind.RETRY)

    monkeypatch.setattr(world.portal_keys, "of", away)
    world.customers.texts = {(opening("invoice_issued"), "en"): "[Client.customerportal_url]"}
    world.mailing.take_in(envelope(ISSUED))
    world.send()
    assert world.only.status is Status.WAITING
