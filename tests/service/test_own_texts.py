"""The merchant's own texts through the services: written once, and then on documents and in e-mails."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
from pymongo import MongoClient
from pypdf import PdfReader

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.messaging.publisher import ConfirmingPublisher
from tests.support.billing import COMPANY, SYSTEM, Group, View
from tests.support.fixtures import SuiteFactory
from tests.support.mailbox import Mail, Mailbox
from tests.support.suite import Suite

ANYBODY = Context(address="192.0.2.7")
STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"))


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "invoices", "auth", "notifications")


@pytest.fixture(scope="module")
def client(client: RpcClient) -> RpcClient:
    """As all have it; the merchant has a company and offers these ways in."""
    ways = ["code", "secret_link", "password"]
    client.customers.set_merchant(SYSTEM, company=COMPANY, sign_in_ways=ways, key=new_id())
    return client


@pytest.fixture
def group(client: RpcClient, running: Suite) -> Iterator[Group]:
    publisher = ConfirmingPublisher(running.settings["AMQP_URI"])
    yield Group(client, publisher)
    publisher.close()


@pytest.fixture(autouse=True)
def no_texts_left(client: RpcClient) -> Iterator[None]:
    yield
    for item in client.customers.list_texts(SYSTEM)["items"]:
        if item["text"]:
            write(client, item["kind"], "", item["language"])


def write(client: RpcClient, kind: str, text: str, language: str = "de") -> View:
    written: View = client.customers.set_text(STAFF, kind=kind, language=language, text=text, key=new_id())
    return written


def customer_of(client: RpcClient, group: Group) -> Context:
    handle = client.customers.get_bill_group(SYSTEM, bill_group=group.handle)["customer"]
    return Context(principal=Principal(PrincipalKind.CUSTOMER, handle))


def on_paper(group: Group, invoice: str, context: Context) -> str:
    pdf = base64.b64decode(group.call("get_invoice_pdf", context, invoice=invoice)["pdf"])
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def letter(mailbox: Mailbox, group: Group, number: str) -> Mail:
    return mailbox.wait_for(
        lambda mail: number in mail["subject"], to=f"{group.handle}@example.com", timeout=30
    )


def test_texts_are_kept_by_version_and_once_for_each_key(client: RpcClient) -> None:
    key = new_id()
    asked = {"kind": "sign_in_page", "language": "en", "text": "Welcome", "key": key}
    first = client.customers.set_text(STAFF, **asked)
    assert client.customers.set_text(STAFF, **asked) == first
    with pytest.raises(DomainError, match="changed_meanwhile") as refused:
        client.customers.set_text(STAFF, **{**asked, "key": new_id()}, version=first["version"] - 1)
    assert refused.value.params["current"]["text"] == "Welcome"
    (kept,) = client.customers.get_texts(SYSTEM, kinds=["sign_in_page"])["items"]
    assert kept == {"kind": "sign_in_page", "language": "en", "text": "Welcome"}


def test_a_mistake_is_refused_with_its_place(client: RpcClient) -> None:
    with pytest.raises(DomainError, match="invalid_text") as refused:
        write(client, "invoice_intro", "Guten Tag\n[Client.nmae]")
    assert refused.value.params["problems"] == [
        {
            "code": "unknown_placeholder",
            "placeholder": "[Client.nmae]",
            "suggestion": "[Client.name]",
            "position": 10,
            "line": 2,
            "column": 1,
        }
    ]


def test_an_invoice_says_what_the_merchant_wrote_and_keeps_it(
    client: RpcClient, group: Group, running: Suite
) -> None:
    write(client, "invoice_intro", "Guten Tag [Client.name], danke für Ihr Vertrauen in [Company.name].")
    write(
        client,
        "invoice_closing",
        "Bitte [Invoice.total] bis [Invoice.due_date]: [Invoice.customerportal_url]",
    )
    issued = group.issued()
    write(client, "invoice_intro", "Anders")

    shown = on_paper(group, issued["invoice"], customer_of(client, group)).replace("\u00a0", " ")

    assert "Guten Tag Jana Lindqvist, danke für Ihr Vertrauen in Nordlicht." in shown
    link = f"{running.settings['PUBLIC_URL']}/invoices/{issued['invoice']}"
    assert link in shown
    assert "Bitte 35,70 € bis " in shown
    assert group.call("get_invoice", invoice=issued["invoice"])["intro"] == issued["intro"]


def test_a_credit_note_has_its_own(client: RpcClient, group: Group) -> None:
    write(client, "credit_note_intro", "Gutschrift [Invoice.number] über [Invoice.total]")
    issued = group.issued()
    group.call("credit_invoice", invoice=issued["invoice"])
    (note,) = group.items(kind="credit_note")
    assert f"Gutschrift {note['number']}" in on_paper(group, note["invoice"], SYSTEM)


def test_the_secret_link_is_on_the_customer_s_paper_and_in_their_mail_and_in_no_store(
    client: RpcClient, group: Group, mailbox: Mailbox, running: Suite
) -> None:
    write(client, "invoice_closing", "Ihr Portal: [Client.customerportal_url]")
    write(client, "email_invoice_issued", "Direkt zum Portal: [Client.customerportal_url]")
    write(client, "email_signature", "Ihr Team von [Company.name]")
    issued = group.issued()
    customer = customer_of(client, group)

    mail = letter(mailbox, group, issued["number"])
    link = client.auth.get_secret_link(SYSTEM, customer=customer.principal.id)["url"]
    assert link.startswith(f"{running.settings['PUBLIC_URL']}/s/")
    assert f"Direkt zum Portal: {link}" in mail["text"]
    assert f'href="{link}"' in mail["html"]
    assert "Ihr Team von Nordlicht" in mail["text"]
    assert f"Ihr Portal: {link}" in on_paper(group, issued["invoice"], customer)
    assert link not in on_paper(group, issued["invoice"], SYSTEM)
    secret = link.rpartition("/")[2]
    with MongoClient[View](running.settings["MONGO_URI"]) as mongo:
        prefix = running.settings["DATABASE_PREFIX"]
        for service in ("invoices", "notifications", "customers", "auth"):
            for name in mongo[f"{prefix}{service}"].list_collection_names():
                assert secret not in repr(list(mongo[f"{prefix}{service}"][name].find()))
    assert all(secret not in running.log(service) for service in running.programs)


def test_the_initial_password_is_in_letters_until_it_is_used(
    client: RpcClient, group: Group, mailbox: Mailbox, running: Suite
) -> None:
    text = "Benutzername [Client.customerportal_login], Passwort [Client.customerportal_passwort]"
    write(client, "email_invoice_issued", text)
    write(client, "invoice_intro", "Benutzername [Client.customerportal_login]")
    customer = customer_of(client, group)
    first = group.issued()

    mail = letter(mailbox, group, first["number"])
    held = client.auth.get_portal_credentials(SYSTEM, customer=customer.principal.id)
    assert f"Benutzername {held['user_name']}, Passwort {held['password']}" in mail["text"]
    assert f"Benutzername {held['user_name']}" in on_paper(group, first["invoice"], customer)
    with MongoClient[View](running.settings["MONGO_URI"]) as mongo:
        prefix = running.settings["DATABASE_PREFIX"]
        for service in ("invoices", "notifications", "customers", "auth"):
            for name in mongo[f"{prefix}{service}"].list_collection_names():
                assert held["password"] not in repr(list(mongo[f"{prefix}{service}"][name].find()))

    client.auth.sign_in_with_password(ANYBODY, user_name=held["user_name"], password=held["password"])

    mail = letter(mailbox, group, group.issued()["number"])
    assert f"Passwort {running.settings['PUBLIC_URL']}/password/reset/" in mail["text"]
    assert held["password"] not in mail["text"] + mail["html"]


def test_a_password_can_not_be_put_on_paper(client: RpcClient) -> None:
    with pytest.raises(DomainError, match="invalid_text"):
        write(client, "invoice_closing", "Passwort: [Client.customerportal_passwort]")


def test_a_text_is_tried_out_on_a_customer(client: RpcClient, group: Group, running: Suite) -> None:
    issued = group.issued()
    facts = {
        name: issued[name]
        for name in ("invoice", "number", "created_on", "due_on", "currency", "total", "due")
    }
    asked = {"kind": "invoice_intro", "language": "de", "bill_group": group.handle}
    text = "[Client.name]: [Invoice.total] [Client.customerportal_url]"
    shown = client.customers.preview_text(STAFF, **asked, text=text, invoice=facts)
    assert shown["text"] == f"Jana Lindqvist: 35,70\u00a0€ {running.settings['PUBLIC_URL']}/s/••••••••"
    assert [part["is_link"] for part in shown["parts"]] == [False, False, False, False, True]
    assert "119,00" in client.customers.preview_text(STAFF, **asked, text=text)["text"]
    with pytest.raises(DomainError, match="not_found"):
        client.customers.preview_text(STAFF, **{**asked, "bill_group": "bg-nobody"}, text=text)


def test_changes_are_told_with_old_and_new(client: RpcClient, running: Suite) -> None:
    write(client, "overview_page", "Hallo [Client.name]")
    with MongoClient[View](running.settings["MONGO_URI"]) as mongo:
        timeline = mongo[f"{running.settings['DATABASE_PREFIX']}customers"]["timeline"]
        told = wait_until(
            lambda: timeline.find_one({"type": "text_changed", "subject": "overview_page-de"}),
            timeout=20,
            what="the change in the timeline",
        )
    assert told is not None
    assert told["principal"] == "staff:staff-1"
    assert told["data"] == {
        "kind": "overview_page",
        "language": "de",
        "old": "",
        "new": "Hallo [Client.name]",
    }
