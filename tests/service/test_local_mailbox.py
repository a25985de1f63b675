"""The mailbox catches mails, shows them and keeps them."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.mailbox import Mailbox


@pytest.fixture
def own_mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    """A mailbox that nobody else sends to."""
    mailbox = Mailbox(tmp_path)
    mailbox.start()
    yield mailbox
    mailbox.kill()


def send(mailbox: Mailbox, *, to: str, subject: str, html: str = "<p>Grüße</p>", bcc: str = "") -> None:
    message = EmailMessage()
    message["From"] = "Billing <billing@example.com>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain="example.com")
    message.set_content("Grüße\nhttp://127.0.0.1:8000/login/link/abc?x=1&y=2")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=5) as smtp:
        smtp.send_message(message, to_addrs=[to, *filter(None, [bcc])])


def test_a_mail_arrives_whole(own_mailbox: Mailbox) -> None:
    send(own_mailbox, to="Ada@example.com", subject="Ihr Code – 1234")

    mail = own_mailbox.wait_for(to="ada@example.com")

    assert mail["subject"] == "Ihr Code – 1234"
    assert mail["from"] == "Billing <billing@example.com>"
    assert mail["text"].startswith("Grüße\n")
    assert mail["html"].strip() == "<p>Grüße</p>"
    assert mail["attachments"] == [
        {"name": "Rechnung März.pdf", "content_type": "application/pdf", "size": 5}
    ]
    assert requests.get(f"{own_mailbox.url}/api/messages/{mail['id']}", timeout=5).json() == mail
    attachment = requests.get(f"{own_mailbox.url}/mails/{mail['id']}/attachments/0", timeout=5)
    assert attachment.content == b"%PDF-"


def test_blind_copies_are_recipients_too(own_mailbox: Mailbox) -> None:
    send(own_mailbox, to="ada@example.com", bcc="archive@example.com", subject="One")

    assert own_mailbox.wait_for(to="archive@example.com")["to"] == ["ada@example.com", "archive@example.com"]


def test_the_newest_mail_comes_first_and_mails_outlive_a_kill(own_mailbox: Mailbox) -> None:
    for subject in ("one", "two", "three"):
        send(own_mailbox, to="ada@example.com", subject=subject)
    own_mailbox.kill()
    own_mailbox.start()

    assert [mail["subject"] for mail in own_mailbox.messages()] == ["three", "two", "one"]
    own_mailbox.clear()
    assert own_mailbox.messages() == []


def test_nothing_in_a_mail_runs_in_the_page(own_mailbox: Mailbox) -> None:
    send(
        own_mailbox,
        to="ada@example.com",
        subject="<script>alert(1)</script>",
        html="<script>alert(2)</script>",
    )
    mail = own_mailbox.wait_for()

    for page in ("/", f"/mails/{mail['id']}"):
        answer = requests.get(own_mailbox.url + page, timeout=5)
        assert "<script>" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    frame = requests.get(f"{own_mailbox.url}/mails/{mail['id']}/html", timeout=5)
    assert frame.headers["Content-Security-Policy"].startswith("sandbox allow-popups;")


def test_what_is_not_there_is_said_so(own_mailbox: Mailbox) -> None:
    for path in ("/mails/1", "/api/messages/1", "/mails/1/attachments/0", "/../../etc/passwd"):
        assert requests.get(own_mailbox.url + path, timeout=5).status_code == 404


def test_the_pages_read_well_in_a_browser(own_mailbox: Mailbox, page: Page) -> None:
    send(own_mailbox, to="ada@example.com", subject="Your code", html="<h1>Your code is 1234</h1>")
    own_mailbox.wait_for()

    page.goto(own_mailbox.url)
    page.get_by_role("link", name="Your code").click()

    assert page.frame_locator("iframe").get_by_role("heading").inner_text() == "Your code is 1234"
    assert page.get_by_role("link", name="http://127.0.0.1:8000/login/link/abc?x=1&y=2").is_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="All mails").click()
    page.get_by_role("button", name="Throw all away").click()
    assert page.get_by_text("No mail yet.").is_visible()
