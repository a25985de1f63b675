"""One journey through every section: in both languages, with and without JavaScript, and by keyboard alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from shared.kernel.clock import utc_now
from tests.e2e.conftest import NewPage, read_code
from tests.support.mailbox import Mailbox
from tests.support.payer import Payer
from tests.support.travelling import Hands, Keyboard, Mouse, Words

VISA, MASTERCARD, AMEX = "4242 4242 4242 4242", "5555 5555 5555 4444", "3782 822463 10005"
_LINK = re.compile(r"/login/link/\S+")
TODAY = utc_now().date()


@dataclass(frozen=True)
class Traveller:
    """Somebody on a journey: the page, how they work on it, their language, and what is theirs."""

    page: Page
    hands: Hands
    say: Words
    payer: Payer
    mailbox: Mailbox
    scripts: bool

    @property
    def product(self) -> str:
        """What they have subscribed to."""
        return "Schichtplaner" if self.say.language == "de" else "Shift Planner"

    @property
    def paid(self) -> str:
        """The number of the invoice that is paid."""
        return f"P-{self.payer.bill_group}"

    @property
    def open(self) -> str:
        """The number of the one that is not."""
        return f"O-{self.payer.bill_group}"

    def link(self, text: str, within: Locator | None = None) -> Locator:
        """A link by its English words."""
        return (within or self.page).get_by_role("link", name=self.say(text)).first

    def button(self, text: str, within: Locator | None = None) -> Locator:
        """A button by its English words."""
        return (within or self.page.locator("main")).get_by_role("button", name=self.say(text)).first

    def field(self, text: str) -> Locator:
        """A field of the page by its English label."""
        return self.page.locator("main").get_by_label(self.say(text)).first

    def go(self, section: str) -> None:
        """To a section, by the navigation."""
        self.hands.follow(self.page.locator("nav").get_by_role("link", name=self.say(section)))
        self.is_at(section)

    def go_by_account(self, entry: str) -> None:
        """To a page of the account, by its menu."""
        self.hands.press(self.page.locator("details.account summary"))
        self.hands.follow(self.link(entry, self.page.locator("details.account")))

    def is_at(self, heading: str) -> None:
        """The page has this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading))

    def is_told(self, text: str, **values: str) -> None:
        """A message across the page says so."""
        expect(self.page.locator("main > .notice")).to_contain_text(self.say(text, **values))


def sign_in(traveller: Traveller) -> str:
    """Ask for a code; the text of the e-mail that came."""
    known = {mail["id"] for mail in traveller.mailbox.messages(traveller.payer.email)}
    traveller.hands.write(traveller.field("E-mail address"), traveller.payer.email)
    traveller.hands.follow(traveller.button("Send me a code"))
    mail = traveller.mailbox.wait_for(
        lambda each: each["id"] not in known and bool(_LINK.search(each["text"])), to=traveller.payer.email
    )
    return str(mail["text"])


def by_code(traveller: Traveller) -> None:
    """In by the code, to the page that was asked for, and out again."""
    traveller.page.goto("/invoices")
    sign_in(traveller)
    code = read_code(traveller.mailbox, traveller.payer.email, set())
    traveller.hands.write(traveller.field("Code"), code)
    traveller.hands.follow(traveller.button("Sign in"))
    traveller.is_at("My invoices")
    sign_out(traveller)


def by_link(traveller: Traveller) -> None:
    """In by the link of the next e-mail."""
    link = _LINK.search(sign_in(traveller))
    assert link is not None
    traveller.page.goto(link.group())
    traveller.hands.follow(traveller.button("Sign in"))
    # Where they wanted to go when they were signed out.
    traveller.is_at("My details")
    traveller.go("Overview")


def overview(traveller: Traveller) -> None:
    """What is there, what is owed, what needs attention."""
    for figure in ("Next bill", "Outstanding", "Billing frequency", "Automatic payment"):
        expect(traveller.page.locator(".figures dt", has_text=traveller.say(figure))).to_be_visible()
    expect(traveller.page.get_by_role("region", name=traveller.say("Latest invoices"))).to_contain_text(
        traveller.open
    )
    attention = traveller.page.get_by_role("region", name=traveller.say("Needs your attention"))
    expect(attention).to_contain_text(
        traveller.say("There is no payment method that can be used. Please add one.")
    )
    traveller.hands.follow(traveller.link("Add a payment method", attention))
    traveller.is_at("Add a payment method")


def details(traveller: Traveller) -> None:
    """A mistake is told, nothing is lost, and then it is saved."""
    traveller.go("My details")
    contact = traveller.page.get_by_role("region", name=traveller.say("Billing contact"))
    traveller.hands.follow(traveller.link("Change", contact))
    traveller.hands.write(traveller.field("City"), "")
    traveller.hands.write(traveller.field("Telephone"), "+49 40 7654321")
    traveller.hands.follow(traveller.button("Save"))
    expect(traveller.page.get_by_role("alert")).to_contain_text(traveller.say("Please fill this in."))
    expect(traveller.field("Telephone")).to_have_value("+49 40 7654321")
    traveller.hands.write(traveller.field("City"), "Ahrensburg")
    traveller.hands.follow(traveller.button("Save"))
    traveller.is_told("Your details are saved. They hold for later invoices and e-mails.")
    expect(contact).to_contain_text("Ahrensburg")

    numbers = traveller.page.get_by_role("region", name=traveller.say("Numbers for your invoices"))
    traveller.hands.follow(traveller.link("Change", numbers))
    traveller.hands.write(traveller.field("Purchase order number"), "PO-77")
    traveller.hands.follow(traveller.button("Save"))
    traveller.is_told("Your numbers are saved. They hold for later invoices.")


def payment_methods(traveller: Traveller) -> None:
    """From none to two, one of them in the place of another, and back to one."""
    tiles = traveller.page.locator(".tiles > li")
    traveller.go("My payment methods")
    traveller.hands.follow(traveller.link("Add a payment method"))
    enter_card(traveller, VISA)
    traveller.is_told("%(method)s is saved.", method="Visa •••• 4242")

    traveller.hands.follow(traveller.link("Remove", tiles.first))
    expect(traveller.page.get_by_role("alert")).to_contain_text(
        traveller.say("A running subscription needs this payment method. Please add another one first.")
    )
    traveller.hands.follow(traveller.link("Add another payment method"))
    enter_card(traveller, MASTERCARD)
    added = tiles.filter(has_text="4444")
    traveller.hands.follow(traveller.button("Make default", added))
    traveller.is_told("%(method)s is your default payment method now.", method="Mastercard •••• 4444")
    expect(added).to_contain_text(traveller.product)

    old = tiles.filter(has_text="4242")
    traveller.hands.follow(traveller.link("Replace", old))
    enter_card(traveller, AMEX)
    traveller.is_told(
        "%(method)s is saved in the place of the former one.", method="American Express •••• 0005"
    )
    expect(tiles).to_have_count(2)

    traveller.hands.follow(traveller.link("Remove", tiles.filter(has_text="0005")))
    traveller.hands.follow(traveller.button("Remove payment method"))
    traveller.is_told("The payment method is removed.")
    expect(tiles).to_have_count(1)


def enter_card(traveller: Traveller, number: str) -> None:
    """To the payment provider's page, and back from it."""
    traveller.hands.follow(traveller.button("Continue to the payment provider"))
    security = "1234" if number == AMEX else "123"
    for name, text in (("number", number), ("expiry", "12/34"), ("cvc", security)):
        traveller.hands.write(traveller.page.locator(f"#{name}"), text)
    traveller.hands.follow(traveller.page.locator("form:has(#number) button"))
    traveller.page.wait_for_url("**/payment-methods")


def subscriptions(traveller: Traveller) -> None:
    """Paused to a day, resumed, cancelled, taken back; paid with something else."""
    page, hands, say = traveller.page, traveller.hands, traveller.say
    what_happens = page.get_by_role("region", name=say("What will happen"))
    traveller.go("My subscriptions")
    hands.follow(page.locator("tbody th a").first)

    hands.follow(traveller.link("Pause", page.locator("main")))
    hands.tick(traveller.field("At once"))
    hands.enter_day(traveller.field("Resume by itself on"), twin_day(TODAY + timedelta(days=3)).isoformat())
    hands.follow(traveller.button("Show what happens then"))
    expect(traveller.field("At once")).to_be_checked()
    expect(what_happens).to_contain_text(str(twin_day(TODAY + timedelta(days=3)).year))
    hands.follow(traveller.button("Pause subscription"))
    traveller.is_told("%(product)s is paused.", product=traveller.product)

    hands.follow(traveller.link("Resume", page.locator("main")))
    expect(what_happens).to_be_visible()
    hands.follow(traveller.button("Resume subscription"))
    expect(page.locator(".lead .badge")).to_have_text(say("Active"))

    hands.follow(traveller.link("Cancel subscription"))
    hands.choose(traveller.field("Reason"), "too_expensive")
    hands.write(traveller.field("Comment"), "<b>Zu teuer</b> für uns")
    expect(what_happens).to_be_visible()
    hands.follow(traveller.button("Cancel subscription"))
    hands.follow(traveller.link("Take back the cancellation"))
    expect(what_happens).to_be_visible()
    hands.follow(traveller.button("Take back the cancellation"))
    expect(page.locator(".lead .badge")).to_have_text(say("Active"))

    hands.follow(traveller.link("Change", page.get_by_role("region", name=say("Paid with"))))
    hands.tick(page.get_by_role("radio", name="4444").last)
    hands.follow(traveller.button("Save"))
    traveller.is_told("This subscription is paid with %(method)s from now on.", method="Mastercard •••• 4444")


def invoices(traveller: Traveller) -> None:
    """Found by filters, read, downloaded, printed."""
    page, hands, say = traveller.page, traveller.hands, traveller.say
    traveller.go("My invoices")
    hands.choose(traveller.field("Status"), "settled")
    hands.follow(traveller.button("Show"))
    expect(page.locator("tbody tr").filter(has_text=traveller.paid)).to_be_visible()
    expect(page.get_by_role("link", name=traveller.open)).to_have_count(0)
    hands.follow(traveller.link("Reset filters"))
    hands.follow(page.get_by_role("link", name=traveller.open))
    document = page.get_by_role("article")
    expect(document).to_contain_text(traveller.open)
    for text in ("Team plan", say("Total"), "23.80" if say.language == "en" else "23,80"):
        expect(document).to_contain_text(text)
    paying = page.get_by_role("region", name=say("Paid automatically"))
    expect(paying).to_contain_text("Mastercard •••• 4444")

    with page.expect_download() as started:
        hands.press(traveller.link("Download PDF"))
    text = PdfReader(started.value.path()).pages[0].extract_text()
    assert traveller.open in text
    printing = page.get_by_role("button", name=say("Print"))
    if traveller.scripts:
        page.evaluate("window.print = () => { document.title = 'printed'; }")
        hands.press(printing)
        expect(page).to_have_title("printed")
    else:
        expect(printing).to_be_hidden()
    on_paper = PdfReader(io.BytesIO(page.pdf())).pages[0].extract_text()
    assert traveller.open in on_paper
    assert say("My subscriptions") not in on_paper


def payments(traveller: Traveller) -> None:
    """What was paid, and what was not."""
    traveller.go("My invoices")
    traveller.hands.follow(traveller.link("Payment history", traveller.page.locator("main")))
    rows = traveller.page.locator("tbody tr")
    expect(rows).to_have_count(2)
    traveller.hands.choose(traveller.page.locator("#stage"), "failed")
    traveller.hands.follow(traveller.button("Show"))
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(traveller.say("Failed"))


def auto_pay(traveller: Traveller) -> None:
    """Off, and on again."""
    traveller.go_by_account("Automatic payment")
    traveller.hands.follow(traveller.button("Turn off automatic payment"))
    traveller.is_told("Automatic payment is off: nothing is charged by itself any more.")
    traveller.hands.follow(traveller.button("Turn on automatic payment"))
    traveller.is_told("Automatic payment is on.")


def sessions(traveller: Traveller) -> None:
    """Where somebody is signed in."""
    traveller.go_by_account("Where I am signed in")
    cards = traveller.page.get_by_role("main").get_by_role("listitem")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(traveller.say("This session"))
    expect(cards).to_contain_text(traveller.say("with a link from an e-mail"))


def preferences(traveller: Traveller) -> None:
    """Another time zone, fewer e-mails; the other language and back."""
    page, hands = traveller.page, traveller.hands
    traveller.go_by_account("Language and e-mails")
    box = traveller.field("Pauses, resumptions and ends of subscriptions")
    expect(box).to_be_checked()
    hands.tick(box)
    hands.choose(traveller.field("Time zone"), "Europe/London")
    hands.follow(traveller.button("Save"))
    traveller.is_told("Your preferences are saved.")
    traveller.go_by_account("Language and e-mails")
    expect(traveller.field("Pauses, resumptions and ends of subscriptions")).not_to_be_checked()
    expect(traveller.field("Time zone")).to_have_value("Europe/London")

    own = traveller.say.language
    for language in ("de" if own == "en" else "en", own):
        hands.follow(page.locator(f'footer button[lang="{language}"]'))
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            Words(language)("Language, time zone and e-mails")
        )


def sign_out(traveller: Traveller) -> None:
    """Out, and nothing is to be seen any more."""
    traveller.hands.press(traveller.page.locator("details.account summary"))
    traveller.hands.follow(traveller.button("Sign out", traveller.page.locator("details.account")))
    traveller.is_told("You are signed out.")
    traveller.page.goto("/details")
    traveller.is_at("Sign in")


JOURNEY: tuple[Callable[[Traveller], None], ...] = (
    by_code,
    by_link,
    overview,
    details,
    payment_methods,
    subscriptions,
    invoices,
    payments,
    auto_pay,
    sessions,
    preferences,
    sign_out,
)


@pytest.mark.parametrize(
    "language, scripts, hands",
    [
        ("en", True, Mouse),
        ("en", False, Mouse),
        ("de", False, Mouse),
        ("de", True, Keyboard),
    ],
    ids=["en", "en-without-javascript", "de-without-javascript", "de-by-keyboard-alone"],
)
def test_the_journey(
    new_page: NewPage, mailbox: Mailbox, payer: Payer, language: str, scripts: bool, hands: type[Hands]
) -> None:
    page = new_page(locale=language, java_script_enabled=scripts)
    traveller = Traveller(page, hands(page), Words(language), payer, mailbox, scripts)
    payer.billed(traveller.paid, due_on=TODAY - timedelta(days=40), paid=True)
    payer.billed(traveller.open, due_on=TODAY + timedelta(days=5))
    payer.moved(0)
    payer.moved(1, state="failed")
    for section in JOURNEY:
        section(traveller)


def twin_day(earliest: date) -> date:
    """The next day whose number is that of its month."""
    day = earliest
    while day.day != day.month:
        day += timedelta(days=1)
    return day


def test_whoever_comes_by_keyboard_skips_the_navigation(
    new_page: NewPage, signed_in: dict[str, object]
) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/invoices")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator("main").evaluate("main => main.contains(document.activeElement)")
