"""The merchant's own texts: what is refused, what is kept and told, and how they read for a customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from services.customers.domain.merchant import Company, Merchant
from services.customers.domain.own_texts import OwnText, handle_of
from services.customers.usecases.own_texts import Texts
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, Stale
from shared.kernel.happening import IdempotencyKey
from shared.placeholders.kinds import KINDS, LANGUAGES
from shared.storage import Stored
from tests.unit.customers.fakes import FakeAggregates, FakeMerchantAccount

STAFF = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"))
CUSTOMER = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
GROUP = {
    "customer": "cust-1",
    "customer_name": "Lindqvist",
    "currency": "EUR",
    "vat_number": "",
    "po_number": "PO 7",
    "contacts": {"billing": {"name": "Jana", "company": "Lindqvist KG", "email": "jana@example.com"}},
}
INVOICE = {
    "invoice": "inv-1",
    "number": "2026-00007",
    "created_on": "2026-03-01",
    "due_on": "2026-03-15",
    "currency": "EUR",
    "total": 123456,
    "due": 123456,
}


class FakeTexts:
    def __init__(self) -> None:
        self.aggregates: FakeAggregates[OwnText] = FakeAggregates()

    def of(self, kinds: Iterable[str]) -> list[Stored[OwnText]]:
        return [stored for stored in self.aggregates.stored.values() if stored.value.kind in set(kinds)]

    def one(self, kind: str, language: str) -> Stored[OwnText] | None:
        return self.aggregates.stored.get(handle_of(kind, language))

    def add(self, text: OwnText, **more: Any) -> Any:
        return self.aggregates.add(text, handle=text.handle, **more)


class FakeChanging:
    def view(self, bill_group: str) -> dict[str, Any]:
        return GROUP


class Service:
    def __init__(self) -> None:
        self.texts = FakeTexts()
        account: Any = FakeMerchantAccount()
        company = Company(name="Nordlicht", email="hello@nordlicht.example")
        merchant = account.aggregates.stored["merchant"]
        account.aggregates.stored["merchant"] = replace(merchant, value=Merchant(company))
        texts: Any = self.texts
        changing: Any = FakeChanging()
        self.use = Texts(texts, account, changing, "https://portal.example/")
        self._keys = 0

    def set(self, text: str, kind: str = "invoice_intro", context: Context = STAFF, **more: Any) -> Any:
        self._keys += 1
        asked = {"language": "en", "version": None, "key": self.key(), **more}
        return self.use.set_text(context, kind=kind, text=text, **asked)

    def key(self) -> IdempotencyKey:
        return IdempotencyKey(f"key-{self._keys}", "hash", "set_text")

    def preview(self, text: str, kind: str = "invoice_intro", language: str = "en", **more: Any) -> str:
        asked = {"bill_group": "bg-1", "invoice": None, **more}
        shown: str = self.use.preview_text(STAFF, kind=kind, language=language, text=text, **asked)["text"]
        return shown


def test_before_anybody_has_written_one_all_kinds_are_there_and_empty() -> None:
    items = Service().use.list_texts(STAFF)["items"]
    assert {(item["kind"], item["language"]) for item in items} == {
        (kind, language) for kind in KINDS for language in LANGUAGES
    }
    assert {(item["text"], item["version"], item["changed_at"]) for item in items} == {("", 0, None)}


def test_a_text_is_kept_told_and_taken_away_again() -> None:
    service = Service()
    first = service.set("Dear [Client.name],  \r\n\r\nthank you. ")
    assert (first["text"], first["version"]) == ("Dear [Client.name],\n\nthank you.", 1)
    assert service.set("Dear [Client.name]", version=1)["version"] == 2
    assert service.use.get_texts(kinds=["invoice_intro", "invoice_closing"])["items"][0]["text"] == (
        "Dear [Client.name]"
    )

    assert service.set("", version=2)["text"] == ""

    assert service.use.get_texts(kinds=["invoice_intro"]) == {"items": []}
    told = service.texts.aggregates.happenings
    assert [each.type for each in told] == ["text_changed"] * 3
    assert told[-1].subject == "invoice_intro-en"
    assert told[-1].data == {
        "kind": "invoice_intro",
        "language": "en",
        "old": "Dear [Client.name]",
        "new": "",
    }


def test_what_changes_nothing_is_not_told() -> None:
    service = Service()
    service.set("Hello")
    service.set(" Hello\n")
    assert len(service.texts.aggregates.happenings) == 1


@pytest.mark.parametrize("version", [0, 2])
def test_a_text_that_somebody_else_changed_meanwhile_is_not_overwritten(version: int) -> None:
    service = Service()
    service.set("Hello")
    with pytest.raises(Stale) as refused:
        service.set("Good day", version=version)
    assert refused.value.params["current"]["text"] == "Hello"


def test_a_text_that_was_never_written_has_no_later_version() -> None:
    with pytest.raises(Stale) as refused:
        Service().set("Hello", version=3)
    assert refused.value.params["current"]["version"] == 0


@pytest.mark.parametrize(
    "kind,text,code,suggestion",
    [
        ("invoice_intro", "Dear [Client.nmae]", "unknown_placeholder", "[Client.name]"),
        ("invoice_intro", "[Client.customerportal_passwort]", "placeholder_not_here", ""),
        ("credit_note_intro", "[Invoice.due]", "placeholder_not_here", ""),
        ("sign_in_page", "Welcome, [Client.name]", "placeholder_not_here", ""),
        ("email_contact_changed", "[Client.customerportal_url]", "placeholder_not_here", ""),
        ("email_signature", "Yours, [Company.name", "unclosed_placeholder", ""),
    ],
)
def test_a_mistake_is_refused_with_a_suggestion_and_its_place(
    kind: str, text: str, code: str, suggestion: str
) -> None:
    service = Service()
    for refuse in (service.set, service.preview):
        with pytest.raises(DomainError) as refused:
            refuse(text, kind)
        assert refused.value.code == "invalid_text"
        assert refused.value.params["fields"] == {"text": code}
        (problem,) = refused.value.params["problems"]
        assert (problem["code"], problem["suggestion"]) == (code, suggestion)
        assert problem["position"] == text.index("[")
    assert service.texts.aggregates.stored == {}


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        Service().set("x" * 2001)
    assert refused.value.params["fields"] == {"text": "too_long"}


def test_customers_neither_list_nor_write_nor_try() -> None:
    service = Service()
    with pytest.raises(DomainError, match="not_allowed"):
        service.use.list_texts(CUSTOMER)
    with pytest.raises(DomainError, match="not_allowed"):
        service.set("Hello", context=CUSTOMER)
    with pytest.raises(DomainError, match="not_allowed"):
        service.use.preview_text(
            CUSTOMER, kind="overview_page", language="en", text="", bill_group="bg-1", invoice=None
        )


def test_services_read_what_they_fill() -> None:
    service = Service()
    service.set("Hello", context=Context(principal=system("tests")))
    assert len(service.use.get_texts(kinds=["invoice_intro"])["items"]) == 1


def test_a_preview_is_filled_with_the_customer_and_the_invoice() -> None:
    shown = Service().preview(
        "[Client.name], [Client.company], [Client.number]: [Invoice.number] [[sic], [Invoice.total], "
        "[Invoice.customerportal_url], [Company.email]",
        language="de",
        invoice=INVOICE,
    )
    assert shown == (
        "Jana, Lindqvist KG, cust-1: 2026-00007 [sic], 1.234,56\u00a0€, "
        "https://portal.example/invoices/inv-1, hello@nordlicht.example"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_has_something_for_each_placeholder_that_is_offered(kind: str) -> None:
    text = " ".join(f"[{name}]" for name in KINDS[kind].allowed)
    assert "[" not in Service().preview(text, kind)


def test_a_preview_shows_no_secret() -> None:
    shown = Service().preview(
        "[Client.customerportal_url] [Client.customerportal_login] [Client.customerportal_passwort]",
        "email_invoice_issued",
    )
    assert shown == "https://portal.example/s/•••••••• •••••••• ••••••••"


def test_a_mistake_is_found_where_it_was_typed() -> None:
    with pytest.raises(DomainError) as refused:
        Service().set("\r\n \r\n  [Client.nmae]")
    (problem,) = refused.value.params["problems"]
    assert (problem["position"], problem["line"], problem["column"]) == (7, 3, 3)
