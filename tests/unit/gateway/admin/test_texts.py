"""The editor of the merchant's own texts: nothing typed is lost, mistakes are named, and customers are tried out on."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from services.gateway.text_words import KINDS as WORDS
from services.gateway.text_words import MEANINGS
from services.gateway.timeline.words import sentence_of
from shared.kernel.errors import DomainError, NotFound, Stale
from shared.placeholders.fields import FIELDS
from shared.placeholders.kinds import KINDS, LANGUAGES
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import invoice, invoice_view, page

ALL = "/admin/settings/texts"
INTRO = f"{ALL}/invoice_intro/en"
CUSTOMER = {
    "customer": "cust-0001",
    "version": 1,
    "name": "Bergmann Apotheke",
    "access": "default",
    "created_at": "2026-01-01T00:00:00+00:00",
    "bill_groups": ["bg-0001", "bg-0002"],
}
WRONG = DomainError(
    "invalid_text",
    fields={"text": "unknown_placeholder"},
    problems=[
        {
            "code": "unknown_placeholder",
            "placeholder": "[Client.nmae]",
            "suggestion": "[Client.name]",
            "position": 7,
            "line": 2,
            "column": 3,
        },
        {
            "code": "placeholder_not_here",
            "placeholder": "[Client.customerportal_passwort]",
            "suggestion": "",
            "position": 30,
            "line": 3,
            "column": 1,
        },
    ],
)


def text_of(kind: str, language: str = "en", text: str = "", version: int = 0) -> dict[str, Any]:
    return {
        "kind": kind,
        "language": language,
        "text": text,
        "version": version,
        "area": KINDS[kind].area,
        "placeholders": list(KINDS[kind].allowed),
        "most": KINDS[kind].most,
        "changed_at": None,
    }


def saved(*texts: dict[str, Any]) -> dict[str, Any]:
    written = {(text["kind"], text["language"]): text for text in texts}
    every = ((kind, language) for kind in KINDS for language in LANGUAGES)
    return {"items": [written.get(each, text_of(*each)) for each in every]}


def filled(text: str, **_: Any) -> dict[str, Any]:
    parts = [
        {"text": f"Filled: {text} ", "is_value": False, "is_link": False},
        {"text": "https://portal.example/invoices/inv-1", "is_value": True, "is_link": True},
    ]
    return {"text": "", "parts": parts}


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    services.on("customers", "list_texts", saved(text_of("invoice_closing", text="Kind regards", version=3)))
    services.on("customers", "find_customers", {"items": [CUSTOMER], "next_cursor": None})
    services.on("customers", "preview_text", filled)
    services.on("customers", "set_text", lambda kind, language, text, **_: text_of(kind, language, text, 1))
    services.on("invoices", "list_invoices", page(invoice(number=None), invoice()))
    services.on("invoices", "get_invoice", invoice_view())


def test_every_kind_and_every_placeholder_has_words() -> None:
    assert set(WORDS) == set(KINDS)
    assert set(MEANINGS) == FIELDS


def test_the_list_says_how_it_stands_with_each_language(staff: Browser) -> None:
    shown = staff.get(ALL).text
    for kind in KINDS:
        for language in LANGUAGES:
            assert f'href="{ALL}/{kind}/{language}"' in shown
    assert shown.count("Own text") == 1
    assert shown.count("Standard") == 2 * len(KINDS) - 1


def test_the_editor_offers_what_may_stand_in_this_text(staff: Browser) -> None:
    shown = staff.get(INTRO).text
    assert "[Invoice.due_date]" in shown
    assert "[Client.customerportal_passwort]" not in shown
    for name in ("url", "login", "passwort"):
        assert f"[Client.customerportal_{name}]" in staff.get(f"{ALL}/email_invoice_issued/de").text
    assert "[Client.customerportal_url]" not in staff.get(f"{ALL}/email_code_requested/de").text


def test_saving_sends_the_version_that_was_seen(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(f"{ALL}/invoice_closing/en", text="Bye\r\n\r\n[Company.name]", action="save")
    assert answer.headers["Location"] == f"{ALL}#invoice_closing"
    (call,) = services.asked("set_text")
    assert call.arguments["text"] == "Bye\n\n[Company.name]"
    assert call.arguments["version"] == 3
    assert str(call.context.principal) == "staff:staff-0001"
    assert "The text is saved." in staff.get(ALL).text


def test_mistakes_are_named_with_a_suggestion_and_nothing_is_lost(
    staff: Browser, services: FakeServices
) -> None:
    services.on("customers", "set_text", WRONG)
    services.on("customers", "preview_text", WRONG)
    for action, more in (("save", {}), ("preview", {"bill_group": "bg-0001"})):
        answer = staff.post(INTRO, text="Dear\n<b>[Client.nmae]", action=action, **more)
        assert answer.status_code == 422
        assert "Line 2: there is no placeholder [Client.nmae]. Did you mean [Client.name]?" in answer.text
        assert "Line 3: [Client.customerportal_passwort] can&#39;t be used in this text." in answer.text
        assert "Dear\n&lt;b&gt;[Client.nmae]</textarea>" in answer.text
        assert 'aria-describedby="text-hint text-error"' in answer.text
        assert '<a href="#text">' in answer.text


@pytest.mark.parametrize(
    "error,said",
    [
        (
            DomainError("invalid_text", fields={"text": "too_long"}, most=2000, problems=[]),
            "This is too long: at most 2,000 characters.",
        ),
        (DomainError("invalid_request", fields={}), "There are characters in this that can&#39;t be used."),
    ],
)
def test_what_can_not_be_kept_is_said(
    staff: Browser, services: FakeServices, error: DomainError, said: str
) -> None:
    services.on("customers", "set_text", error)
    answer = staff.post(INTRO, text="Hello", action="save")
    assert answer.status_code == 422
    assert said in answer.text
    assert "Hello</textarea>" in answer.text


def test_somebody_else_s_change_is_shown_beside_one_s_own(staff: Browser, services: FakeServices) -> None:
    current = text_of("invoice_intro", text="Theirs <i>", version=5)
    services.on("customers", "set_text", Stale(current=current))
    answer = staff.post(INTRO, text="Mine", action="save")
    assert answer.status_code == 409
    assert "Mine</textarea>" in answer.text
    assert "<p>Theirs &lt;i&gt;</p>" in answer.text
    assert 'name="version" value="5"' in answer.text


def test_a_customer_is_looked_for_and_each_bill_group_offered(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(INTRO, text="Mine", q="berg", action="find")
    assert services.asked("find_customers")[0].arguments["q"] == "berg"
    assert 'value="bg-0001"' in answer.text
    assert 'value="bg-0002"' in answer.text
    assert "Mine</textarea>" in answer.text
    assert not services.asked("set_text")


def test_nobody_found_is_said(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "find_customers", {"items": [], "next_cursor": None})
    assert "No customer was found." in staff.post(INTRO, text="Mine", q="x", action="find").text


def test_a_document_is_shown_as_it_will_look_with_both_texts(staff: Browser, services: FakeServices) -> None:
    answer = staff.post(INTRO, text="Dear [Client.name]", bill_group="bg-0001", action="preview")
    asked = {call.arguments["kind"]: call.arguments for call in services.asked("preview_text")}
    assert asked["invoice_intro"]["text"] == "Dear [Client.name]"
    assert asked["invoice_closing"]["text"] == "Kind regards"
    assert asked["invoice_intro"]["invoice"]["number"] == "2026-0042"
    places = [
        answer.text.index(each)
        for each in ('id="preview"', "<p>Filled: Dear [Client.name] ", "<table", "<p>Filled: Kind regards ")
    ]
    assert places == sorted(places)
    assert "Dear [Client.name]</textarea>" in answer.text


def test_without_such_a_document_the_text_alone_is_shown(staff: Browser, services: FakeServices) -> None:
    services.on("invoices", "list_invoices", page())
    answer = staff.post(INTRO, text="Dear", bill_group="bg-0001", action="preview")
    assert "its number and amounts are made up" in answer.text
    assert "<p>Filled: Dear " in answer.text


@pytest.mark.parametrize("kind", ["sign_in_page", "email_signature", "email_invoice_issued"])
def test_other_texts_are_shown_too(staff: Browser, kind: str) -> None:
    answer = staff.post(f"{ALL}/{kind}/de", text="Guten Tag", bill_group="bg-0001", action="preview")
    assert answer.status_code == 200
    assert "<p>Filled: Guten Tag " in answer.text


def test_a_preview_needs_a_customer(staff: Browser) -> None:
    answer = staff.post(INTRO, text="Mine", action="preview")
    assert answer.status_code == 422
    assert "Please look for a customer and choose one." in answer.text


def test_a_customer_who_is_gone_is_no_fault(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "preview_text", NotFound())
    services.on("customers", "get_bill_group", NotFound())
    answer = staff.post(INTRO, text="Mine", bill_group="bg-0009", action="preview")
    assert answer.status_code == 422
    assert "This customer is not there any more." in answer.text
    assert "Mine</textarea>" in answer.text


def test_going_back_to_the_standard_asks_first(staff: Browser, services: FakeServices) -> None:
    ask = f"{ALL}/invoice_closing/en/reset"
    assert ask in staff.get(f"{ALL}/invoice_closing/en").text
    assert "Kind regards" in staff.get(ask).text
    assert not services.asked("set_text")

    answer = staff.post(ask)

    assert answer.headers["Location"] == f"{ALL}#invoice_closing"
    (call,) = services.asked("set_text")
    assert (call.arguments["text"], call.arguments["version"]) == ("", 3)


def test_where_there_is_no_own_text_there_is_nothing_to_go_back_from(staff: Browser) -> None:
    assert staff.get(f"{INTRO}/reset").headers["Location"] == INTRO
    assert "/reset" not in staff.get(INTRO).text


def test_a_text_that_changed_meanwhile_is_not_deleted(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "set_text", Stale(current=text_of("invoice_closing", text="Theirs", version=4)))
    answer = staff.post(f"{ALL}/invoice_closing/en/reset")
    assert answer.headers["Location"] == f"{ALL}/invoice_closing/en"


@pytest.mark.parametrize("path", [f"{ALL}/nothing/en", f"{ALL}/invoice_intro/fr"])
def test_other_kinds_and_languages_are_no_pages(staff: Browser, path: str) -> None:
    assert staff.get(path).status_code == 404


def test_who_may_only_read_can_not_write(staff_as: StaffAs, services: FakeServices) -> None:
    reader = staff_as("read_only")
    shown = reader.get(f"{ALL}/invoice_closing/en").text
    assert 'value="save"' not in shown
    assert "/reset" not in shown
    assert reader.post(f"{ALL}/invoice_closing/en", text="Mine", action="save").status_code == 403
    assert reader.get(f"{ALL}/invoice_closing/en/reset").status_code == 403
    assert not services.asked("set_text")


def test_strangers_are_sent_to_the_door(stranger: Browser) -> None:
    assert stranger.get(INTRO).headers["Location"].startswith("/admin/login")


def test_the_timeline_names_the_text_that_was_changed(app: Flask) -> None:
    data = {"kind": "invoice_intro", "language": "de", "old": "", "new": "Guten Tag"}
    with app.test_request_context():
        assert sentence_of("customers", "text_changed", data) == (
            "Own text changed: Invoice: above the lines (German)"
        )
