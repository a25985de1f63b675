"""The pages of subscriptions in a browser, in both languages: what they show, what they refuse, and the way on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from shared.kernel.clock import utc_now
from tests.e2e.conftest import NewPage, sign_in
from tests.support.looks import LANGUAGES, look
from tests.support.mailbox import Mailbox

ALI = "ali@fahrschule-tempelhof.example"
OEZTUERK = "buero@tischlerei-oeztuerk.example"
INIGO = "inigo@panaderia-nunez.example"
GARETH = "gareth@moorland-cycles.example"
WEISS = "praxis@zahnarzt-weiss.example"
SANNE = "sanne@gouden-fiets.example"

WORDS = {
    "en": {
        "Active": "Active",
        "Next invoice": "Next invoice",
        "Pause": "Pause",
        "At once": "At once",
        "Resume by itself on": "Resume by itself on",
        "Show what happens then": "Show what happens then",
        "What will happen": "What will happen",
        "including taxes": "including",
        "Pause subscription": "Pause subscription",
        "is paused": "is paused",
        "Paused until": "Paused until",
        "by you": "by you",
        "Resume": "Resume",
        "Resume subscription": "Resume subscription",
        "The next bill comes on": "The next bill comes on",
        "Cancel subscription": "Cancel subscription",
        "Cancelled, until": "Cancelled, until",
        "Take back the cancellation": "Take back the cancellation",
        "not a date or too early": "The earliest day is",
    },
    "de": {
        "Active": "Aktiv",
        "Next invoice": "Nächste Rechnung",
        "Pause": "Pausieren",
        "At once": "Sofort",
        "Resume by itself on": "Von selbst fortsetzen am",
        "Show what happens then": "Zeigen, was dann geschieht",
        "What will happen": "Was geschieht",
        "including taxes": "davon",
        "Pause subscription": "Abonnement pausieren",
        "is paused": "ist pausiert",
        "Paused until": "Pausiert bis",
        "by you": "von Ihnen",
        "Resume": "Fortsetzen",
        "Resume subscription": "Abonnement fortsetzen",
        "The next bill comes on": "Die nächste Rechnung kommt am",
        "Cancel subscription": "Abonnement kündigen",
        "Cancelled, until": "Gekündigt, bis",
        "Take back the cancellation": "Kündigung zurücknehmen",
        "not a date or too early": "Der früheste Tag ist der",
    },
}


@pytest.mark.parametrize("language, email, scripts", [("en", OEZTUERK, True), ("de", ALI, False)])
def test_pausing_and_cancelling_say_what_they_cost_and_are_undone(
    new_page: NewPage, mailbox: Mailbox, language: str, email: str, scripts: bool
) -> None:
    say = WORDS[language]
    page = new_page(locale=language, java_script_enabled=scripts)
    sign_in(page, mailbox, email)
    page.goto("/subscriptions")
    expect(page.locator("tbody .badge").first).to_have_text(say["Active"])
    page.locator("tbody th a").first.click()
    address = page.url
    total = region(page, say["Next invoice"]).locator(".sum dd").inner_text()

    page.get_by_role("link", name=say["Pause"], exact=True).click()
    page.get_by_label(say["At once"]).check()
    page.get_by_label(say["Resume by itself on"]).fill("2020-01-31")
    page.get_by_role("button", name=say["Show what happens then"]).click()
    expect(page.locator("#resume_on-error")).to_contain_text(say["not a date or too early"])
    expect(page.get_by_role("alert")).to_contain_text(say["not a date or too early"])
    expect(page.get_by_label(say["Resume by itself on"])).to_have_value("2020-01-31")
    page.get_by_label(say["Resume by itself on"]).fill((utc_now().date() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name=say["Show what happens then"]).click()
    happens = region(page, say["What will happen"])
    expect(happens).to_contain_text(total)
    expect(happens).to_contain_text(say["including taxes"])
    page.get_by_role("button", name=say["Pause subscription"]).click()
    expect(page.get_by_role("status")).to_contain_text(say["is paused"])
    expect_in_history(page, say["Paused until"], say["by you"])

    page.get_by_role("link", name=say["Resume"], exact=True).click()
    expect(region(page, say["What will happen"])).to_contain_text(total)
    page.get_by_role("button", name=say["Resume subscription"]).click()
    expect(page.get_by_role("status")).to_contain_text(say["The next bill comes on"])

    page.get_by_role("link", name=say["Cancel subscription"]).click()
    page.get_by_role("button", name=say["Cancel subscription"]).click()
    expect(page.locator(".lead .badge")).to_contain_text(say["Cancelled, until"])
    page.get_by_role("link", name=say["Take back the cancellation"]).click()
    expect(region(page, say["What will happen"])).to_contain_text(total)
    page.get_by_role("button", name=say["Take back the cancellation"]).click()
    expect(page.get_by_role("status")).to_contain_text(say["The next bill comes on"])
    page.goto(address)
    expect(region(page, say["Next invoice"]).locator(".sum dd")).to_have_text(total)


def test_what_changed_since_it_was_seen_is_shown_before_it_is_done(
    new_page: NewPage, mailbox: Mailbox
) -> None:
    page = new_page()
    sign_in(page, mailbox, INIGO)
    page.goto("/subscriptions")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Pause", exact=True).click()
    other = page.context.new_page()
    other.goto(page.url.replace("/pause", "/cancel"))
    page.get_by_role("button", name="Pause subscription").click()
    expect(page.get_by_role("status")).to_contain_text("will be paused from")
    other.get_by_role("button", name="Cancel subscription").click()
    expect(other.locator(".notice.warn")).to_contain_text("Something has changed since you saw this page")
    expect(other.locator(".changed")).to_contain_text("before: none (instead of")
    other.get_by_role("button", name="Cancel subscription").click()
    expect(other.locator(".notice.good")).to_contain_text("is cancelled")


def test_a_form_that_is_sent_twice_is_done_once(new_page: NewPage, mailbox: Mailbox) -> None:
    page = new_page()
    sign_in(page, mailbox, GARETH)
    page.goto("/subscriptions")
    page.locator("tbody th a").first.click()
    address = page.url
    page.goto(f"{address}/cancel")
    fields = page.locator("main form input[type=hidden]")
    form = {each.get_attribute("name") or "": each.input_value() for each in fields.all()}
    headers = {"Referer": page.url, "Origin": re.sub(r"(//[^/]+).*", r"\1", page.url)}
    for _ in range(2):
        answer = page.request.post(f"{address}/cancel", form=form, headers=headers, max_redirects=0)
        assert answer.status == 303
    page.goto(address)
    expect_in_history(page, "Cancelled; the last day is", "by you")
    expect(page.locator(".history li").filter(has_text="Cancelled; the last day is")).to_have_count(1)


@pytest.mark.parametrize(
    "email, reason, way_on",
    [
        (WEISS, "until the open invoice is paid", "See open invoices"),
        (SANNE, "Please contact us to resume it", "Write to us"),
    ],
)
def test_what_holds_a_subscription_up_is_explained_with_a_way_on(
    new_page: NewPage, mailbox: Mailbox, email: str, reason: str, way_on: str
) -> None:
    page = new_page()
    sign_in(page, mailbox, email)
    page.goto("/subscriptions?stage=on_hold")
    expect(page.locator("tbody .badge")).to_have_text("Paused")
    page.locator("tbody th a").first.click()
    expect(page.locator(".notice.warn")).to_contain_text(reason)
    expect(page.get_by_role("link", name="Resume", exact=True)).to_have_count(0)
    answer = page.goto(f"{page.url}/resume")
    assert answer is not None
    assert answer.status == 409
    expect(page.locator("main")).to_contain_text(reason)
    expect(page.get_by_role("link", name=way_on).first).to_be_visible()
    page.get_by_role("link", name="See the subscription").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_accessible(new_page: NewPage, signed_in: dict[str, object], language: str) -> None:
    page = new_page(storage_state=signed_in, locale=language)
    page.goto("/subscriptions")
    page.locator("tbody th a").first.click()
    address = page.url
    for path in (
        "/subscriptions?stage=active",
        "/subscriptions?stage=expired",
        address,
        f"{address}/uncancel",
    ):
        page.goto(path)
        look(page)


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def expect_in_history(page: Page, text: str, by: str) -> None:
    """The timeline follows in a moment."""
    entry = page.locator(".history li").filter(has_text=text)
    for _ in range(20):
        if entry.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(entry.first).to_contain_text(by)
