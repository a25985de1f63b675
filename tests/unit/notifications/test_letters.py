import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.occasions import STAFF_TOLD
from services.notifications.letters.packing import NoAddress, for_the_wire, pack
from services.notifications.letters.words import LANGUAGES, language_for
from services.notifications.letters.writing import Letter, Sender, Unwritable, Writer, readable_on
from shared.kernel.clock import utc_now
from tests.unit.notifications.examples import EVENTS, HEARD, loaded_data

SENDER = Sender(
    name="Brücke & Söhne",
    email="help@example.com",
    accent="#1f5f8b",
    portal="https://portal.example.com",
    address="1 Main Street, 10115 Berlin",
)
WRITER = Writer()
LINK = f"{SENDER.portal}/login/link/a-token"
# Who may enter no more has nowhere to go.
LEADS_NOWHERE = "auth.staff_deactivated"


def written(
    event: str,
    language: str = "en",
    *,
    name: str = "Ada",
    is_former: bool = False,
    link: str = LINK,
    by_code: bool = True,
    **data: Any,
) -> Letter:
    """The letter for an example event."""
    facts = {
        "data": loaded_data(event, **data),
        "name": name,
        "is_former": is_former,
        "code": "01234567",
        "link": link,
        "by_code": by_code,
        "minutes": 10,
        "at": datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    }
    return WRITER.write(event, language, SENDER, facts)


@pytest.mark.parametrize("plate, has_ground", [("light", True), ("dark", False), ("none", False)])
def test_the_logo_stands_on_top_instead_of_the_name(plate: str, has_ground: bool) -> None:
    logo = {"version": "0123456789abcdef", "width": 160, "height": 40, "plate": plate}
    facts = {"data": loaded_data("invoices.invoice_issued"), "name": "Ada", "is_former": False}
    html = WRITER.write("invoices.invoice_issued", "en", replace(SENDER, logo=logo), facts).html
    [picture] = re.findall("<img[^>]*>", html)
    assert f'src="{SENDER.portal}/logo.0123456789abcdef.png"' in picture
    assert 'width="160"' in picture
    assert 'alt="Brücke &amp; Söhne"' in picture
    # White letters could not be seen on the white of the mail.
    assert ("background" in picture) is has_ground


def test_there_is_an_example_of_every_event_that_is_heard() -> None:
    assert set(EVENTS) == set(HEARD)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", HEARD)
def test_every_event_has_a_letter_in_every_language(event: str, language: str) -> None:
    letter = written(event, language)

    assert 10 <= len(letter.subject) <= 78
    assert SENDER.name in letter.text
    assert html.escape(SENDER.name) in letter.html
    for form in (letter.text, letter.html):
        assert "None" not in form
        assert "{{" not in form
        assert "Ada" in form
    assert (f"{SENDER.portal}/" in letter.text) is (event != LEADS_NOWHERE)
    assert (f'href="{SENDER.portal}/' in letter.html) is (event != LEADS_NOWHERE)


@pytest.mark.parametrize("event", HEARD)
def test_no_letter_is_left_untranslated(event: str) -> None:
    english, german = written(event, "en"), written(event, "de")

    assert "Hello Ada," in english.text
    assert "Guten Tag Ada," in german.text
    common = set(_sentences(english.text)) & set(_sentences(german.text))
    assert not common


def _sentences(text: str) -> list[str]:
    """What is said in whole sentences, apart from names, figures and addresses."""
    return re.findall(r"[A-ZÄÖÜ][^.:\n]{25,}[.:]", text)


@pytest.mark.parametrize("event", HEARD)
def test_html_names_its_language_and_loads_nothing(event: str) -> None:
    page = written(event, "de").html

    assert '<html lang="de">' in page
    assert not re.search(r"<(script|img|link|iframe)\b|url\(|@import", page)
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("event", HEARD)
def test_all_links_lead_to_the_portal_or_to_the_merchant(event: str) -> None:
    letter = written(event)
    for address in re.findall(r'href="([^"]*)"', letter.html):
        assert address.startswith((f"{SENDER.portal}/", "mailto:help@example.com"))
    for address in re.findall(r"https?://\S+", letter.text):
        assert address.startswith(f"{SENDER.portal}/")


def test_the_line_beside_the_subject_says_the_gist_and_never_the_code() -> None:
    def preheader(page: str) -> str:
        found = re.search(r'<div class="preheader"[^>]*>([^<]*)<', page)
        assert found is not None
        return html.unescape(found.group(1))

    assert "€1,234.56 to be paid by March 15, 2026" in preheader(written("invoices.invoice_issued").html)
    assert "valid for 10 minutes" in preheader(written("auth.code_requested").html)
    assert "01234567" not in preheader(written("auth.code_requested").html)


def test_the_code_stands_in_both_forms_as_it_is_typed() -> None:
    letter = written("auth.code_requested")

    assert "01234567" in letter.text
    assert "01234567" in letter.html
    assert "01234567" not in letter.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("link, by_code", [(LINK, True), ("", True), (LINK, False)])
def test_a_sign_in_mail_offers_what_the_merchant_does(language: str, link: str, by_code: bool) -> None:
    letter = written("auth.code_requested", language, link=link, by_code=by_code)

    for form in (letter.text, letter.html):
        assert (LINK in form) is bool(link)
        assert "01234567" in form
    # What is offered by itself comes first: in a mail by link only, the code is for another browser.
    if link:
        assert (letter.text.index("01234567") < letter.text.index(LINK)) is by_code
    assert LINK not in letter.subject
    assert ("link" in letter.subject) is not by_code


@pytest.mark.parametrize("event", sorted(STAFF_TOLD))
@pytest.mark.parametrize(
    "language, moment", [("en", "March 1, 2026, 12:00"), ("de", "1. März 2026, 12:00 UTC")]
)
def test_staff_are_told_when_it_was_and_for_whom(event: str, language: str, moment: str) -> None:
    text = written(event, language).text
    assert moment in text
    assert "ada@example.com" in text


def test_a_change_of_role_says_both_roles_by_their_names() -> None:
    assert 'from "Owner" to "Read only"' in written("auth.staff_changed").text
    assert "von „Inhaber“ zu „Nur lesen“" in written("auth.staff_changed", "de").text


@pytest.mark.parametrize("drops", [True, False])
def test_a_reset_says_whether_the_second_factor_went_with_it(drops: bool) -> None:
    text = written("auth.staff_set_up", drops_second_factor=drops).text
    assert ("Your second factor is off" in text) is drops


def test_markup_in_a_name_is_but_text() -> None:
    letter = written("auth.code_requested", name="<b>Ada</b>")

    assert "Hello <b>Ada</b>," in letter.text
    assert "<b>" not in letter.html
    assert "&lt;b&gt;Ada&lt;/b&gt;" in letter.html


def test_without_a_name_the_greeting_has_none() -> None:
    assert "Hello,\n" in written("invoices.invoice_issued", name="").text


@pytest.mark.parametrize(
    "language, amount, day",
    [("en", "€1,234.56", "March 15, 2026"), ("de", "1.234,56\xa0€", "15. März 2026")],
)
def test_money_and_days_are_written_by_the_language(language: str, amount: str, day: str) -> None:
    text = written("invoices.invoice_issued", language).text

    assert amount in text
    assert day in text


def test_a_paid_invoice_names_no_day_to_pay_by() -> None:
    text = written("invoices.invoice_issued", due=0).text

    assert "Due on" not in text
    assert "To be paid: €0.00" in text


def test_a_former_address_is_told_of_the_change_and_not_of_the_new_one() -> None:
    letter = written("customers.contact_changed", is_former=True)

    assert "no longer" in letter.text
    assert "new@example.com" not in letter.text + letter.html


def test_what_was_removed_from_a_contact_is_said() -> None:
    assert "Phone: removed" in written("customers.contact_changed").text


def test_an_event_without_a_letter_is_unwritable() -> None:
    with pytest.raises(Unwritable):
        WRITER.write("auth.signed_in", "en", SENDER, {"data": {}, "name": ""})


@pytest.mark.parametrize(
    "tag, language",
    [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_language_nearest_to_a_tag(tag: str, language: str) -> None:
    assert language_for(tag) == language


@given(st.integers(0, 0xFFFFFF))
def test_the_button_can_be_read_on_any_accent(colour: int) -> None:
    def luminance(ground: str) -> float:
        channels = [int(ground[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    ground = f"#{colour:06x}"
    darker, lighter = sorted((luminance(ground), luminance(readable_on(ground))))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def packed(letter: Letter, to: str = "ada@example.com") -> EmailMessage:
    """The letter as whoever gets it reads it."""
    raw = pack(
        letter,
        mail_id="e1",
        sender=SENDER,
        mail_from="billing@portal.example.com",
        to=to,
        language="de",
        written_at=utc_now(),
    )
    assert raw == raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return message_from_bytes(raw, policy=default)


def test_a_mail_carries_both_forms_and_says_that_no_person_wrote_it() -> None:
    letter = written("invoices.invoice_issued", "de")
    mail = packed(letter)

    assert mail["From"] == "Brücke & Söhne <billing@portal.example.com>"
    assert mail["Reply-To"] == "help@example.com"
    assert mail["Message-ID"] == "<e1@portal.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == letter.subject
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().splitlines() == letter.text.splitlines()
    assert page.get_content().splitlines() == letter.html.splitlines()


def test_the_same_mail_packed_twice_is_the_same() -> None:
    letter, now = written("invoices.invoice_issued"), utc_now()
    one, other = (
        pack(
            letter,
            mail_id="e1",
            sender=SENDER,
            mail_from="billing@portal.example.com",
            to="ada@example.com",
            language="en",
            written_at=now,
        )
        for _ in range(2)
    )

    assert one == other


@pytest.mark.parametrize(
    "address, on_the_wire",
    [("ada@bücher.example", "ada@xn--bcher-kva.example"), ("zoë@example.com", "zoë@example.com")],
)
def test_addresses_of_all_the_world(address: str, on_the_wire: str) -> None:
    assert for_the_wire(address) == on_the_wire
    assert packed(written("invoices.invoice_issued"), on_the_wire)["To"] == on_the_wire


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "ada@example.com\r\nBcc: eve@example.com"])
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(NoAddress):
        for_the_wire(address)


@pytest.mark.parametrize(
    "language, text", [("en", "opens the account Roe"), ("de", "öffnen Sie das Konto Roe")]
)
def test_a_sign_in_mail_names_the_account_where_it_is_for_one(language: str, text: str) -> None:
    for_one = written("auth.code_requested", language, account="Roe & Sons <Nord>")
    assert f"{text} & Sons <Nord>." in for_one.text
    assert "Roe &amp; Sons &lt;Nord&gt;" in for_one.html
    assert text not in written("auth.code_requested", language, account="").text


@pytest.mark.parametrize(
    "language, sentence",
    [
        ("en", "Visa card ending in 9876, valid until 02/2036. There is nothing for you to do."),
        ("de", "Visa-Karte mit Endziffern 9876, gültig bis 02/2036. Sie müssen nichts tun."),
    ],
)
def test_a_card_that_the_bank_has_renewed_calls_for_nothing(language: str, sentence: str) -> None:
    before = {"kind": "card", "brand": "Visa", "last4": "4242", "expiry": {"month": 12, "year": 2034}}
    now = before | {"last4": "9876", "expiry": {"month": 2, "year": 2036}}
    letter = written("payments.payment_method_updated", language, **now, replaced=before, renewed=True)
    assert sentence in " ".join(letter.text.split())
    assert letter.subject in ("Your card was renewed", "Ihre Karte wurde erneuert")
