"""The pages of the merchant's settings: what they save, what they refuse, and what others saved meanwhile."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import pytest

from services.gateway.admin.logo_texts import REASONS
from services.gateway.admin.portal_form import KIND_NAMES, SWITCH_NAMES, WAYS
from services.gateway.admin.settings_payments import CONTACT_PROBLEMS, WEBHOOK_PROBLEMS
from services.gateway.look import contrast, shades, text_on
from shared.contracts.customer_words import SIGN_IN_WAYS, SWITCHES
from shared.contracts.invoice_documents import KINDS
from shared.contracts.payment_providers import WEBHOOK_REFUSALS
from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway import samples
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

PAGES = ("company", "portal", "documents", "payments")
MERCHANT: dict[str, Any] = samples.MERCHANT | {
    "version": 7,
    "company": samples.MERCHANT["company"]
    | {
        "address": samples.BILLING_CONTACT["address"],
        "bank": {"iban": "DE89370400440532013000", "bic": "", "bank_name": ""},
    },
    "headlines": {"en": "Hello"},
    "frame_origins": ["https://app.example"],
}
PROVIDER: dict[str, Any] = {
    "provider": "sandbox",
    "on": True,
    "key": {"source": "stored", "ending": "1234", "since": "2026-11-21T10:00:00+00:00"},
    "offered": True,
    "last_contact": {"at": "2026-11-21T11:00:00+00:00", "ok": False, "problem": "provider_away"},
    "webhooks": {
        "url": "https://portal.example/webhooks/sandbox",
        "secret": {"source": "stored", "ending": "9XY=", "since": "2026-11-21T10:00:00+00:00"},
        "last_received": {"at": "2026-11-21T11:30:00+00:00", "type": "method.updated"},
        "last_refused": {"at": "2026-11-21T11:40:00+00:00", "reason": "too_old"},
        "last_day": {"received": 12, "unrelated": 3, "refused": 1},
    },
}
NO_WEBHOOKS: dict[str, Any] = {
    **PROVIDER["webhooks"],
    "secret": None,
    "last_received": None,
    "last_refused": None,
    "last_day": {"received": 0, "unrelated": 0, "refused": 0},
}
LOGO = {"version": "0" * 16, "width": 160, "height": 40, "plate": "none"}
_INPUT = re.compile(r"<(?:input|textarea|select|button)[^>]*?\bname=\"(\w+)\"[^>]*>")


@pytest.fixture(autouse=True)
def merchant(services: FakeServices) -> None:
    services.on("customers", "get_merchant", MERCHANT)
    services.on("invoices", "preview_numbers", {"invoice": "2026-00043", "credit_note": "CN-2026-00007"})
    services.on("payments", "list_providers", {"items": [PROVIDER]})


def company_fields(**more: str) -> dict[str, Any]:
    company = MERCHANT["company"]
    own = ("name", "legal_name", "email", "phone", "website", "vat_number", "registration_number")
    return {name: company[name] for name in own} | company["address"] | company["bank"] | more


def portal_fields(**more: Any) -> dict[str, Any]:
    named = ("accent", "default_language", "terms_url", "privacy_url", "sign_in_answer", "sign_in_ways")
    return (
        {name: MERCHANT[name] for name in named}
        | dict.fromkeys(SWITCHES, "y")
        | {"document_kinds": list(KINDS), "headline_en": "Hello", "frame_origins": "https://app.example"}
        | more
    )


def documents_fields(**more: Any) -> dict[str, Any]:
    return {**MERCHANT["numbering"], "payment_days": "14", "pay_by_transfer": "y", **more}


FORMS = {
    "company": (company_fields, "set_company", {"name": "Nordlicht"}),
    "portal": (portal_fields, "set_portal", {"accent": "#aa0000"}),
    "documents": (documents_fields, "set_documents", {"payment_days": "30"}),
}
each_form = pytest.mark.parametrize("page", FORMS)


def test_all_that_can_be_chosen_has_a_name() -> None:
    assert set(WAYS) == set(SIGN_IN_WAYS)
    assert set(SWITCH_NAMES) == set(SWITCHES)
    assert set(KIND_NAMES) == set(KINDS)
    assert {"too_large", "nothing_seen"} < set(REASONS)
    assert set(CONTACT_PROBLEMS) == {"provider_away", "provider_not_known_yet"}


@pytest.mark.parametrize("page", PAGES)
def test_who_may_only_read_can_change_nothing(staff_as: StaffAs, page: str) -> None:
    for role in ("billing", "support", "read_only"):
        text = staff_as(role).get(f"/admin/settings/{page}").text
        main = text[text.index("<main") : text.index("</main>")]
        assert "up to the owner" in main
        assert "Save</button>" not in main
        assert main.count("<form") == (0 if page == "payments" else 1)
        if page != "payments":
            assert "<fieldset disabled>" in main


@each_form
def test_a_page_sends_what_it_shows(staff: Browser, services: FakeServices, page: str) -> None:
    """What is there goes out again as it came, but for what was changed; nothing of other pages goes with it."""
    fields, saves, change = FORMS[page]
    services.on("customers", saves, MERCHANT)
    answer = staff.post(f"/admin/settings/{page}", **fields(**change))
    assert (answer.status_code, answer.location) == (303, f"/admin/settings/{page}")
    (call,) = services.asked(saves)
    sent = {name: value for name, value in call.arguments.items() if name not in ("key", "version")}
    assert call.arguments["version"] == 7
    assert str(call.context.principal) == "staff:staff-0001"
    changed = {"company": {"name": "Nordlicht"}, "portal": {}, "documents": {"payment_days": 30}}[page]
    if page == "company":
        assert sent == {"company": MERCHANT["company"] | changed}
    elif page == "portal":
        assert sent == {name: MERCHANT[name] for name in sent} | {"accent": "#aa0000"}
        assert set(SWITCHES) < set(sent)
    else:
        assert sent == {name: MERCHANT[name] for name in sent} | changed
    assert "saved" in staff.get(f"/admin/settings/{page}").text


@each_form
def test_what_somebody_else_saved_is_shown_beside_what_was_typed(
    staff: Browser, services: FakeServices, page: str
) -> None:
    fields, saves, _change = FORMS[page]
    current = MERCHANT | {
        "version": 9,
        "company": MERCHANT["company"] | {"phone": "+49 40 999"},
        "accent": "#00aa00",
        "customers_pause": False,
        "sign_in_ways": ["link"],
        "payment_days": 21,
        "pay_by_transfer": False,
    }
    services.on("customers", saves, DomainError("changed_meanwhile", Kind.CONFLICT, current=current))
    answer = staff.post(f"/admin/settings/{page}", **fields())
    assert answer.status_code == 409
    theirs = {
        "company": ["+49 40 999"],
        "portal": ["#00aa00", "A link in an e-mail", "Off"],
        "documents": ["21", "Off"],
    }[page]
    assert re.findall(r"Saved meanwhile: ([^<]*)<", answer.text) == theirs
    assert 'name="version" value="9"' in answer.text


@pytest.mark.parametrize(
    "page, fields, code, marked",
    [
        ("company", {"iban": "DE00"}, {"company.bank.iban": "invalid_iban"}, "iban"),
        ("company", {"city": ""}, {"company.address.city": "required"}, "city"),
        ("portal", {"terms_url": "x"}, {"terms_url": "invalid_url"}, "terms_url"),
        ("portal", {"frame_origins": "x"}, {"frame_origins": "invalid_origin"}, "frame_origins"),
        ("documents", {}, {"numbering.credit_note": "numbering_used"}, "credit_note"),
    ],
)
def test_what_the_service_refuses_stands_beside_its_field(
    staff: Browser,
    services: FakeServices,
    page: str,
    fields: dict[str, str],
    code: dict[str, str],
    marked: str,
) -> None:
    filled, saves, _change = FORMS[page]
    services.on("customers", saves, DomainError("invalid_merchant", fields=code))
    answer = staff.post(f"/admin/settings/{page}", **filled(**fields))
    assert answer.status_code == 422
    assert f'id="{marked}-error"' in answer.text
    assert f'<a href="#{marked}">' in answer.text


@pytest.mark.parametrize(
    "page, fields, marked",
    [
        ("portal", {"accent": "red"}, "accent"),
        ("portal", {"sign_in_ways": []}, "sign_in_ways"),
        ("documents", {"payment_days": "soon"}, "payment_days"),
        ("documents", {"payment_days": "366"}, "payment_days"),
        ("documents", {"invoice": ""}, "invoice"),
        ("company", {"name": "x" * 201}, "name"),
    ],
)
def test_what_no_service_would_take_is_not_sent(
    staff: Browser, services: FakeServices, page: str, fields: dict[str, str], marked: str
) -> None:
    filled, saves, _change = FORMS[page]
    answer = staff.post(f"/admin/settings/{page}", **filled(**fields))
    assert answer.status_code == 422
    assert f'id="{marked}-error"' in answer.text
    assert not services.asked(saves)


@each_form
def test_a_service_that_is_away_loses_nothing(staff: Browser, services: FakeServices, page: str) -> None:
    fields, saves, change = FORMS[page]
    services.on("customers", saves, DomainError("no_answer", Kind.UNKNOWN))
    answer = staff.post(f"/admin/settings/{page}", **fields(**change))
    assert answer.status_code == 504
    assert all(value in answer.text for value in change.values())
    assert f'name="key" value="{services.asked(saves)[0].arguments["key"]}"' in answer.text


# The company.


def test_the_address_follows_the_country(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/settings/company", **company_fields(country="US"), show="fields")
    assert answer.status_code == 200
    assert "ZIP code" in answer.text
    assert not services.asked("set_company")


def send_logo(staff: Browser, content: bytes) -> Any:
    page = staff.get("/admin/settings/company").text
    hidden = dict(re.findall(r'name="(csrf_token|key)" value="([^"]*)"', page[page.index("<main") :]))
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in hidden.items()]
    parts.append(b'name="logo"; filename="logo.svg"\r\nContent-Type: image/svg+xml\r\n\r\n' + content)
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return staff.client.post(
        "/admin/settings/company/logo",
        data=body + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def test_a_logo_is_uploaded(staff: Browser, services: FakeServices) -> None:
    services.on("customers", "set_logo", {"logo": LOGO})
    content = b"<svg/>" + b" " * 1024 * 1000
    assert send_logo(staff, content).status_code == 303
    (call,) = services.asked("set_logo")
    assert b64decode(call.arguments["image"]) == content


@pytest.mark.parametrize("reason", REASONS)
def test_a_picture_that_is_no_logo_is_told_why(staff: Browser, services: FakeServices, reason: str) -> None:
    services.on("customers", "set_logo", DomainError("invalid_logo", reason=reason))
    answer = send_logo(staff, b"<svg/>")
    assert answer.status_code == 422
    assert 'id="logo-error"' in answer.text
    assert '<a href="#logo">' in answer.text


def test_no_file_and_too_large_a_file(staff: Browser, services: FakeServices) -> None:
    assert "choose a file" in send_logo(staff, b"").text
    assert send_logo(staff, b"x" * 2 * 1024 * 1024).status_code == 413
    assert not services.asked("set_logo")


def test_other_forms_stay_small(staff: Browser) -> None:
    assert staff.post("/admin/settings/documents", invoice="x" * 300 * 1024).status_code == 413


def test_the_logo_is_removed_after_a_question(staff: Browser, services: FakeServices) -> None:
    assert staff.get("/admin/settings/company/logo/remove").location == "/admin/settings/company"
    services.on("customers", "get_merchant", MERCHANT | {"logo": LOGO})
    services.on("customers", "remove_logo", {"logo": None})
    assert 'src="/logo.0000000000000000.png"' in staff.get("/admin/settings/company").text
    assert "Documents that show the logo keep it" in staff.get("/admin/settings/company/logo/remove").text
    assert staff.post("/admin/settings/company/logo/remove").status_code == 303
    assert services.asked("remove_logo")


# The portal.


def test_the_portals_address_is_there_to_copy(staff: Browser) -> None:
    text = staff.get("/admin/settings/portal").text
    assert re.search(r'<input id="portal-url"\s+type="text"\s+readonly\s+value="http://localhost">', text)


@pytest.mark.parametrize("accent", ["#ffff00", "#000000", "#1f7a6d", "#ffffff"])
def test_the_shades_are_shown_by_the_server(staff: Browser, services: FakeServices, accent: str) -> None:
    answer = staff.post("/admin/settings/portal", **portal_fields(accent=accent), show="colour")
    assert answer.status_code == 200
    assert not services.asked("set_portal")
    path = f"/admin/settings/portal/look.css?accent={accent[1:]}"
    assert f'href="{path}"' in answer.text
    css = staff.get(path).text
    for name, shade in zip(("light", "dark"), shades(accent), strict=True):
        assert f".shade-{name}{{background:{shade};color:{text_on(shade)}}}" in css
        assert contrast(shade, text_on(shade)) >= 4.5


@pytest.mark.parametrize("accent", ["", "red", "12345", "1234567", "12345;"])
def test_a_look_takes_nothing_but_a_colour(staff: Browser, accent: str) -> None:
    assert staff.get(f"/admin/settings/portal/look.css?accent={accent}").status_code == 400


# Documents.


def test_the_next_numbers_are_shown_for_what_was_typed(staff: Browser, services: FakeServices) -> None:
    fields = documents_fields(invoice="R-{number}", show="numbers")
    answer = staff.post("/admin/settings/documents", **fields)
    assert answer.status_code == 200
    assert services.asked("preview_numbers")[-1].arguments["invoice"] == "R-{number}"
    assert "<strong>2026-00043</strong>" in answer.text
    assert not services.asked("set_documents")


def test_what_is_no_pattern_is_marked(staff: Browser, services: FakeServices) -> None:
    refused = DomainError("invalid_numbering", fields={"invoice": "invalid_numbering"})
    services.on("invoices", "preview_numbers", refused)
    answer = staff.post("/admin/settings/documents", **documents_fields(invoice="{year}"), show="numbers")
    assert answer.status_code == 422
    assert 'id="invoice-error"' in answer.text


def test_the_page_can_do_without_the_next_numbers(staff: Browser, services: FakeServices) -> None:
    services.on("invoices", "preview_numbers", DomainError("service_away", Kind.RETRY))
    answer = staff.get("/admin/settings/documents")
    assert answer.status_code == 200
    assert "Next number" not in answer.text


# Payments.


def test_a_provider_is_shown_with_the_end_of_its_key_alone(staff: Browser) -> None:
    text = staff.get("/admin/settings/payments").text
    assert "•••• 1234" in text
    assert "did not accept the key" in text
    assert "DE89370400440532013000" in text


@pytest.mark.parametrize("page", ["list_providers", "get_merchant"])
def test_the_page_can_do_without_one_of_its_services(
    staff: Browser, services: FakeServices, page: str
) -> None:
    service = "payments" if page == "list_providers" else "customers"
    services.on(service, page, DomainError("service_away", Kind.RETRY))
    answer = staff.get("/admin/settings/payments")
    assert answer.status_code == 200
    assert "could not be loaded" in answer.text


@pytest.mark.parametrize("on", [True, False])
def test_a_provider_is_switched(staff: Browser, services: FakeServices, on: bool) -> None:
    services.on("payments", "switch_provider", PROVIDER | {"on": on})
    answer = staff.post(
        "/admin/settings/payments/sandbox/switch", seen="/admin/settings/payments", on="on" if on else "off"
    )
    assert answer.status_code == 303
    assert services.asked("switch_provider")[0].arguments["on"] is on


def test_a_key_goes_in_and_is_on_no_page(staff: Browser, services: FakeServices) -> None:
    services.on("payments", "set_provider_key", PROVIDER)
    path = "/admin/settings/payments/sandbox/key"
    secret = "sk_live_abcdefghijkl1234"
    assert staff.post(path, provider_key=secret).status_code == 303
    assert services.asked("set_provider_key")[0].arguments["provider_key"] == secret
    for wrong in ("", "short", "with a blank in it", "ä" * 20):
        answer = staff.post(path, provider_key=wrong)
        assert answer.status_code == 422
        assert not wrong or f'value="{wrong}"' not in answer.text
    services.on("payments", "set_provider_key", DomainError("busy", Kind.RETRY))
    answer = staff.post(path, provider_key=secret)
    assert answer.status_code == 503
    assert secret not in answer.text


def test_a_key_is_forgotten_after_a_question(staff: Browser, services: FakeServices) -> None:
    path = "/admin/settings/payments/sandbox/key/remove"
    services.on("payments", "remove_provider_key", PROVIDER | {"key": None})
    assert "be brought back" in staff.get(path).text
    assert staff.post(path).status_code == 303
    services.on("payments", "list_providers", {"items": [PROVIDER | {"key": None}]})
    assert staff.get(path).location == "/admin/settings/payments"
    assert staff.get("/admin/settings/payments/other/key").status_code == 404


# Webhooks of payment providers.


def test_the_state_of_the_webhooks_is_shown(staff: Browser) -> None:
    text = staff.get("/admin/settings/payments").text
    assert 'value="https://portal.example/webhooks/sandbox"' in text
    assert "•••• 9XY=" in text
    assert "method.updated" in text
    assert "more than five minutes before it came" in text
    assert "12 received" in text
    assert "3 of those received" in text
    assert "1 refused" in text


@pytest.mark.parametrize(
    "state, advice",
    [
        ({}, "then its secret here"),
        ({"secret": PROVIDER["webhooks"]["secret"]}, "open to the internet"),
        (
            {"last_refused": {"at": "2026-11-21T11:40:00+00:00", "reason": "no_secret"}},
            "then its secret here",
        ),
        (
            {
                "secret": PROVIDER["webhooks"]["secret"],
                "last_refused": {"at": "2026-11-21T11:40:00+00:00", "reason": "wrong_signature"},
            },
            "What has come was refused",
        ),
    ],
)
def test_where_none_ever_came_there_is_advice(
    staff: Browser, services: FakeServices, state: dict[str, Any], advice: str
) -> None:
    webhooks = NO_WEBHOOKS | state
    services.on("payments", "list_providers", {"items": [PROVIDER | {"webhooks": webhooks}]})
    assert advice in staff.get("/admin/settings/payments").text


def test_every_reason_of_a_refusal_has_its_text() -> None:
    assert set(WEBHOOK_PROBLEMS) == set(WEBHOOK_REFUSALS)


def test_a_webhook_secret_goes_in_and_is_on_no_page(staff: Browser, services: FakeServices) -> None:
    services.on("payments", "set_webhook_secret", PROVIDER)
    path = "/admin/settings/payments/sandbox/webhook-secret"
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert staff.post(path, webhook_secret=secret).status_code == 303
    assert services.asked("set_webhook_secret")[0].arguments["webhook_secret"] == secret
    for wrong in ("", "short", "with a blank in it"):
        answer = staff.post(path, webhook_secret=wrong)
        assert answer.status_code == 422
        assert not wrong or f'value="{wrong}"' not in answer.text
    for error, status in (
        (DomainError("invalid_webhook_secret"), 422),
        (DomainError("busy", Kind.RETRY), 503),
    ):
        services.on("payments", "set_webhook_secret", error)
        answer = staff.post(path, webhook_secret=secret)
        assert answer.status_code == status
        assert secret not in answer.text


def test_a_webhook_secret_is_forgotten_after_a_question(staff: Browser, services: FakeServices) -> None:
    path = "/admin/settings/payments/sandbox/webhook-secret/remove"
    services.on("payments", "remove_webhook_secret", PROVIDER)
    assert "be brought back" in staff.get(path).text
    assert staff.post(path).status_code == 303
    services.on("payments", "remove_webhook_secret", DomainError("no_webhook_secret"))
    assert staff.post(path).status_code == 303
    services.on("payments", "list_providers", {"items": [PROVIDER | {"webhooks": NO_WEBHOOKS}]})
    assert staff.get(path).location == "/admin/settings/payments"


@pytest.mark.parametrize("role", ["billing", "read_only"])
def test_others_than_owners_see_the_webhooks_and_change_nothing(staff_as: StaffAs, role: str) -> None:
    browser = staff_as(role)
    text = browser.get("/admin/settings/payments").text
    assert "12 received" in text
    assert "webhook-secret" not in text
    assert browser.get("/admin/settings/payments/sandbox/webhook-secret").status_code == 403
