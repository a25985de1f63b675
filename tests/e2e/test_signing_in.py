"""Getting in by link or code, being signed out from afar, and losing nothing that was typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, system
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.e2e.conftest import NewPage, ask_for_code, read_code, sign_in
from tests.support.looks import look, look_in_each_language
from tests.support.mailbox import Mailbox
from tests.support.visitor import new_customer

STAFF = Context(principal=system("tests"))
_LINK = re.compile(r"/login/link/\S+")


@pytest.fixture
def email(client: RpcClient) -> str:
    """The address of a customer of their own."""
    return new_customer(client)


def read_mail(mailbox: Mailbox, email: str) -> tuple[str, str]:
    """Code and link of the newest mail."""
    mail = mailbox.wait_for(lambda each: bool(_LINK.search(each["text"])), to=email)
    found = _LINK.search(mail["text"])
    assert found is not None
    return read_code(mailbox, email, set()), found.group()


@pytest.mark.parametrize("script", [True, False])
def test_the_link_leads_to_the_page_that_was_asked_for(
    new_page: NewPage, mailbox: Mailbox, email: str, script: bool
) -> None:
    page = new_page(java_script_enabled=script)
    page.goto("/invoices")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    _, link = read_mail(mailbox, email)
    for _ in range(10):
        assert page.context.request.get(link).status == 200
        assert page.context.request.head(link).status == 200

    answer = page.goto(link)
    assert answer is not None
    assert answer.header_value("Referrer-Policy") == "no-referrer"
    expect(page.get_by_text(f"This link signs you in as {email}.")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/invoices")

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link was already used")
    page.get_by_role("link", name="I am signed in already").click()
    expect(page).to_have_url("/overview")


def test_in_another_browser_the_link_asks_for_the_code(
    new_page: NewPage, mailbox: Mailbox, email: str
) -> None:
    ask_for_code(new_page(), email)
    code, link = read_mail(mailbox, email)
    other = new_page()
    other.goto(link)
    look_in_each_language(other)
    field = other.get_by_label("Code")
    field.fill("1234567")
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator("#code-error")).to_have_text("Please enter the 8 digits from the e-mail.")
    field.fill(f"{(int(code) + 1) % 10**8:08}")
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator("#code-error")).to_contain_text("Attempts left: 4.")
    field.fill(f" {code[:4]}-{code[4:]}")
    other.get_by_role("button", name="Sign in").click()
    expect(other).to_have_url("/overview")


def test_a_link_that_leads_nowhere_offers_to_begin_anew(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/login/link/nothing")
    expect(page.get_by_role("heading", level=1)).to_have_text("We don't know this link")
    look_in_each_language(page)
    page.get_by_role("link", name="Sign in anew").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    assert page.evaluate("document.referrer") == ""


def test_whoever_comes_too_early_is_told_how_long_to_wait(new_page: NewPage, email: str) -> None:
    page = new_page()
    page.clock.install()
    ask_for_code(page, email)
    button = page.get_by_role("button", name="Send a new code")
    expect(button).to_be_disabled()
    # The browser's clock is one thing; auth has its own.
    page.clock.fast_forward(61_000)
    expect(button).to_be_enabled()
    expect(button).to_have_text("Send a new code")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"A new code can be sent in \d+ seconds\."))
    expect(button).to_be_disabled()


def test_sessions_are_listed_and_ended_from_afar(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, email: str
) -> None:
    here, there = new_page(), new_page()
    sign_in(here, mailbox, email)
    sign_in(there, mailbox, email)

    here.goto("/sessions")
    cards = here.get_by_role("main").get_by_role("listitem")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Chrome on Linux")
    expect(cards.first).to_contain_text("This session")
    expect(cards.last).to_contain_text("127.0.0.1")
    look_in_each_language(here)
    cards.last.get_by_role("button", name="End this session").click()
    expect(here.get_by_role("status")).to_have_text("The session is ended.")
    expect(cards).to_have_count(1)
    here.wait_for_timeout(1000)
    there.goto("/invoices")
    expect(there).to_have_url("/login?next=/invoices")
    expect(there.get_by_role("status")).to_contain_text("You are no longer signed in.")

    sign_in(there, mailbox, email)
    here.reload()
    here.get_by_role("button", name="End all others").click()
    expect(here.get_by_role("status")).to_have_text("All other sessions are ended.")
    expect(cards).to_have_count(1)


def test_sessions_of_others_are_not_there(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, email: str
) -> None:
    page, stranger = new_page(), new_page()
    sign_in(page, mailbox, email)
    another = new_customer(client)
    sign_in(stranger, mailbox, another)
    foreign = bill_group_of(client, email)
    (session,) = client.auth.list_sessions(STAFF, bill_group=foreign)["items"]

    stranger.goto("/sessions")
    form = stranger.locator('main form[action$="/end"]')
    form.evaluate("(form, session) => form.action = `/sessions/${session}/end`", session["session"])
    form.get_by_role("button").click()

    expect(stranger.get_by_role("heading", level=1)).to_have_text("We can't find this page")
    assert client.auth.list_sessions(STAFF, bill_group=foreign)["items"] == [session]


def bill_group_of(client: RpcClient, email: str) -> str:
    """The one bill group that ``email`` opens."""
    (way,) = client.customers.find_sign_ins(STAFF, email=email)["items"]
    return str(way["bill_group"])


def shut_out(client: RpcClient, email: str) -> None:
    """Staff ends all sessions of the customer; returns when the gateway knows."""
    (way,) = client.customers.find_sign_ins(STAFF, email=email)["items"]
    client.auth.revoke_customer_sessions(STAFF, customer=way["customer"], key=new_id())


def fill_in(page: Page, number: str) -> None:
    """Type into a form, but don't send it."""
    page.goto("/details/numbers")
    page.get_by_label("Purchase order number").fill(number)


@pytest.mark.parametrize("script", [True, False])
def test_a_form_survives_the_end_of_its_session(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, email: str, script: bool
) -> None:
    page = new_page(java_script_enabled=script)
    sign_in(page, mailbox, email)
    fill_in(page, "PO-TYPED")
    shut_out(client, email)
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Save").click()

    expect(page).to_have_url(re.compile(r"/login\?next=/kept/form-\w+$"))
    expect(page.get_by_role("status")).to_contain_text("What you entered is kept")
    come_back(page, mailbox, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Go on where you were")
    expect(page.get_by_role("main")).to_contain_text("Change the numbers for your invoices")
    expect(page.get_by_role("main")).not_to_contain_text("PO-TYPED")
    kept = page.url
    if script:
        look_in_each_language(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page).to_have_url("/details")
    expect(page.get_by_text("PO-TYPED")).to_be_visible()
    page.goto(kept)
    expect(page).to_have_url("/overview")
    expect(page.get_by_role("status")).to_contain_text("not kept any more")


def come_back(page: Page, mailbox: Mailbox, email: str) -> None:
    """Sign in where the page asks for it."""
    known = {mail["id"] for mail in mailbox.messages(email)}
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(read_code(mailbox, email, known))
    page.get_by_role("button", name="Sign in").click()


def test_nobody_else_gets_a_kept_form(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, email: str
) -> None:
    page = new_page()
    sign_in(page, mailbox, email)
    fill_in(page, "PO-SECRET")
    shut_out(client, email)
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Save").click()
    another = new_customer(client)
    come_back(page, mailbox, another)
    expect(page).to_have_url("/overview")
    expect(page.get_by_role("status")).to_contain_text("not kept any more")
    assert "PO-SECRET" not in page.content()


def test_a_form_of_before_signing_in_anew_in_another_tab(
    new_page: NewPage, mailbox: Mailbox, client: RpcClient, email: str
) -> None:
    page = new_page()
    sign_in(page, mailbox, email)
    fill_in(page, "PO-TAB")
    other = page.context.new_page()
    sign_out(other)

    # Signed out: what was typed stays on the page.
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    look(page)

    # Signed in as somebody else: nothing gets mixed up.
    another = new_customer(client)
    sign_in(other, mailbox, another)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form belongs to another account")
    assert numbers(client, another) == numbers(client, email) == ""

    # Signed in again: it can be sent.
    fill_in(page, "PO-TAB")
    sign_out(other)
    sign_in(other, mailbox, another)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form is out of date")
    look(page)
    page.get_by_role("button", name="Send again").click()
    expect(page).to_have_url("/details")
    wait_until(lambda: numbers(client, another) == "PO-TAB", timeout=5, what="the number")


def sign_out(page: Page) -> None:
    """End the session where all are listed."""
    page.goto("/sessions")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def numbers(client: RpcClient, email: str) -> str:
    """The customer's PO number."""
    group = client.customers.get_bill_group(STAFF, bill_group=bill_group_of(client, email))
    return str(group["po_number"])
