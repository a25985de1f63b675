"""The staff's own story: the owner comes in, invites colleagues, and everybody protects their access."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect

from shared.kernel.ids import new_handle
from tests.e2e.conftest import NewPage
from tests.support.looks import LANGUAGES, look
from tests.support.mailbox import Mailbox
from tests.support.staff import PASSWORD, come_in, sign_in_staff

PAGES = [
    "/admin",
    "/admin/account",
    "/admin/account/password",
    "/admin/account/second-factor",
    "/admin/account/second-factor/remove",
    "/admin/staff",
    "/admin/staff/new",
    "/admin/api-keys",
    "/admin/api-keys/new",
    "/admin/nowhere",
]


def invite(page: Page, mailbox: Mailbox, role: str) -> tuple[str, str]:
    """Invite somebody on the pages; their address, and the link of the letter."""
    email = f"{new_handle('ida')}@nordlicht.example"
    page.goto("/admin/staff")
    page.locator('a[href="/admin/staff/new"]').click()
    page.locator("#name").fill("Ida Brandt")
    page.locator("#email").fill(email)
    page.locator("#language").select_option("de")
    page.locator(f'input[value="{role}"]').check()
    page.locator("main form button").click()
    expect(page.locator(".notice.good")).to_contain_text(email)
    letter = mailbox.wait_for(to=email)
    link = re.search(r"http\S+/admin/set-up/[A-Za-z0-9_-]+", letter["text"])
    assert link, letter["text"]
    return email, link[0]


@pytest.fixture
def desk(new_page: NewPage, owner: dict[str, object]) -> Page:
    """A page in which the owner is signed in."""
    return new_page(storage_state=owner)


def switch_second_factor_on(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """Set it up as an app would; the app, and the recovery codes."""
    page.goto("/admin/account/second-factor")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button:not([type=button])").click()
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    app = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    page.locator("#code").fill(app.now())
    page.locator("main form button").click()
    return app, page.locator(".codes code").all_inner_texts()


def test_a_colleague_comes_in_and_protects_their_access(
    desk: Page, new_page: NewPage, mailbox: Mailbox
) -> None:
    email, link = invite(desk, mailbox, "billing")
    page = new_page()
    come_in(page, link)
    expect(page.locator(".notice.good")).to_contain_text("signed in")
    app, codes = switch_second_factor_on(page)
    assert len(codes) == 10
    page.locator("main .button").click()
    expect(page.locator("main .badge.good").first).to_have_text("On")

    page.locator(".account summary").click()
    page.locator('form[action="/admin/logout"] button').click()
    expect(page).to_have_url(re.compile("/admin/login$"))
    page.goto("/admin/account")
    sign_in_staff(page, email)
    expect(page).to_have_url(re.compile("/admin/login/code$"))
    page.locator("#code").fill("000000")
    page.locator("main button").first.click()
    expect(page.locator(".error")).to_be_visible()
    # The code that it was set up with is used: the next one is good already.
    page.locator("#code").fill(app.at(time.time() + 30))
    page.locator("main button").first.click()
    page.wait_for_url(re.compile("/admin(/customers)?$"))

    # The link is used up, for everybody.
    stranger = new_page()
    stranger.goto(link)
    assert stranger.locator("#password").count() == 0


def test_who_may_only_look_sees_no_buttons_and_is_refused(
    desk: Page, new_page: NewPage, mailbox: Mailbox
) -> None:
    email, link = invite(desk, mailbox, "read_only")
    page = new_page()
    come_in(page, link)
    page.goto("/admin/account")
    for path in ("/admin/staff", "/admin/api-keys"):
        assert page.locator(f'.sections a[href="{path}"]').count() == 0
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
        expect(page.locator(".side")).to_be_visible()

    # A change of role and the end of the access hold at once, in the open session.
    desk.goto("/admin/staff")
    desk.locator("tr", has_text=email).locator("a").click()
    desk.locator('input[value="owner"]').check()
    desk.locator("main form.card button").first.click()
    expect(desk.locator(".notice.good")).to_be_visible()
    page.wait_for_timeout(600)
    page.goto("/admin/staff")
    expect(page.locator('a[href="/admin/staff/new"]')).to_be_visible()
    desk.get_by_role("link", name=re.compile("Deactivate")).click()
    desk.locator("main form button.danger").click()
    expect(desk.locator(".notice.good")).to_contain_text("may enter no more")
    page.wait_for_timeout(600)
    page.goto("/admin/staff")
    expect(page).to_have_url(re.compile("/admin/login"))


def test_an_api_key_on_the_pages(desk: Page) -> None:
    name = new_handle("shop")
    desk.goto("/admin/api-keys/new")
    desk.locator("main form button").click()
    expect(desk.locator("#problems")).to_be_visible()
    desk.locator("#name").fill(name)
    desk.locator('input[value="settings:read"]').check()
    desk.locator("main form button").click()
    secret = desk.locator("#secret").input_value()
    asked = desk.request.get("/api/v1/settings", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status == 200
    desk.locator("main .button").click()
    row = desk.locator("tr", has_text=name)
    expect(row).to_contain_text("Vera Lindt")
    row.locator("a").click()
    desk.locator("main form button.danger").click()
    expect(desk.locator("tr", has_text=name).locator(".badge")).to_have_text("Withdrawn")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_accessible(
    new_page: NewPage, owner: dict[str, object], mailbox: Mailbox, language: str
) -> None:
    door = new_page(locale=language)
    door.goto("/admin/login")
    look(door)
    door.goto("/admin/set-up/a-token-that-never-was-one-of-ours")
    look(door)
    page = new_page(storage_state=owner, locale=language)
    email, link = invite(page, mailbox, "support")
    door.goto(link)
    door.locator("main button:not([type=button])").first.click()
    door.locator("#problems").wait_for()
    look(door)
    for path in [*PAGES, *_inner(page)]:
        page.goto(path)
        look(page)
    page.goto("/admin/staff/new")
    page.locator("main form button").click()
    page.locator("#problems").wait_for()
    look(page)
    come_in(door, link)
    door.goto("/admin/account/second-factor")
    door.locator("#password").fill(PASSWORD)
    door.locator("main form button:not([type=button])").click()
    door.locator(".secret").wait_for()
    look(door)
    switch_second_factor_on(door)
    look(door)
    door.goto("/admin/staff")
    look(door)
    elsewhere = new_page(locale=language)
    sign_in_staff(elsewhere, email)
    elsewhere.locator("#code").wait_for()
    look(elsewhere)


def _inner(page: Page) -> Iterator[str]:
    """The pages of one colleague, and that of the end of a key."""
    page.goto("/admin/staff")
    member = page.locator('main td a[href^="/admin/staff/"]').first.get_attribute("href")
    yield from (str(member), f"{member}/deactivate")
    page.goto("/admin/api-keys")
    yield from page.locator('main a[href$="/withdraw"]').evaluate_all("all => all.map(a => a.pathname)")[:1]


def test_a_password_can_be_read_by_whoever_types_it(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/admin/login")
    field, show = page.locator("#password"), page.locator("button[data-show]")
    field.fill(PASSWORD)
    expect(field).to_have_attribute("type", "password")
    expect(show).to_have_attribute("aria-pressed", "false")
    expect(show).to_have_accessible_name(re.compile(r"^Show ?\(Password\)$"))
    show.press("Enter")
    expect(field).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    expect(field).to_have_value(PASSWORD)
    look(page)
    show.click()
    expect(field).to_have_attribute("type", "password")
    # Browsers offer to keep what is sent from a password field, and no other.
    show.click()
    page.locator("form", has=field).evaluate(
        "form => form.addEventListener('submit', event => event.preventDefault())"
    )
    page.get_by_role("button", name="Sign in").click()
    expect(field).to_have_attribute("type", "password")

    plain = new_page(java_script_enabled=False)
    plain.goto("/admin/login")
    expect(plain.locator("button[data-show]")).to_be_hidden()
