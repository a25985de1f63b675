"""The staff's pages of subscriptions, over services that answer what a test tells them to."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from services.gateway.admin.subscription_texts import STAFF_TEXTS
from shared.contracts.subscriptions import CONSEQUENCES
from shared.kernel.errors import DomainError, Kind
from tests.unit.gateway.admin.catalogue_samples import (
    BEGINNING,
    CUSTOMER,
    PLAN,
    PRODUCT,
    found,
    found_subscription,
)
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import (
    event,
    invoice,
    invoice_preview,
    page,
    payment_method,
    preview,
    subscription_view,
    wallet,
)

AWAY = DomainError("service_away", Kind.RETRY)
NEW = "/admin/bill-groups/bg-0001/subscriptions/new"
WANTED = {"plan": "plan-team", "quantity": "5", "starts_on": "2026-12-01", "trial_days": "14"}


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    """One subscription, paid by card, billed once, and one plan."""
    actions = ["pause", "cancel"]
    for service, method, answer in (
        ("subscriptions", "find_subscriptions", found(found_subscription())),
        ("subscriptions", "get_subscription", subscription_view(actions=actions)),
        ("subscriptions", "preview_action", lambda *, action, **_asked: preview(action)),
        ("subscriptions", "find_plans", page(PLAN)),
        ("subscriptions", "get_plan", PLAN),
        ("subscriptions", "get_product", PRODUCT),
        ("subscriptions", "preview_subscription", BEGINNING),
        ("subscriptions", "create_subscription", subscription_view(actions=actions)),
        ("invoices", "preview_invoice", invoice_preview()),
        ("invoices", "list_invoices", page(invoice())),
        ("payments", "list_payment_methods", wallet(payment_method(default=True))),
        ("customers", "get_customer", CUSTOMER),
        (
            "customers",
            "list_timeline",
            page(
                event("subscription_created", "staff:staff-0001"),
                event("subscription_payment_method_chosen", payment_method="pm-0001"),
            ),
        ),
        (
            "auth",
            "name_principals",
            {"items": [{"principal": "staff:staff-0001", "name": "Vera Lindt", "detail": ""}]},
        ),
    ):
        services.on(service, method, answer)


def text_of(response: Any) -> str:
    """What a page says, without its marks."""
    main = response.text[response.text.index("<main") : response.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_list_shows_whose_they_are_and_what_they_cost(staff: Browser) -> None:
    text = text_of(staff.get("/admin/subscriptions"))
    for shown in ("Bergmann Apotheke e. K.", "sub-0001", "Reflow Cloud × 5", "Active", "€145.00 monthly"):
        assert shown in text


def test_the_list_is_searched_and_filtered(staff: Browser, services: FakeServices) -> None:
    staff.get("/admin/subscriptions?q=+berg+&stage=on_hold&plan=plan-team&customer=cust-0001&cursor=c")
    asked = services.asked("find_subscriptions")[-1].arguments
    assert asked == {
        "q": "berg",
        "stage": "on_hold",
        "plan": "plan-team",
        "customer": "cust-0001",
        "cursor": "c",
    }
    staff.get("/admin/subscriptions?stage=nonsense&plan=%00&customer=a+b")
    asked = services.asked("find_subscriptions")[-1].arguments
    assert (asked["stage"], asked["plan"], asked["customer"]) == (None, None, None)


def test_the_list_says_when_it_is_empty_or_more_would_fit(staff: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "find_subscriptions", found())
    assert "No subscriptions yet" in text_of(staff.get("/admin/subscriptions"))
    assert "No subscriptions match" in text_of(staff.get("/admin/subscriptions?q=nobody"))
    services.on("subscriptions", "find_subscriptions", found(found_subscription(), more=True))
    assert "the 50 that were created last" in text_of(staff.get("/admin/subscriptions?q=a"))
    services.on("subscriptions", "find_subscriptions", AWAY)
    assert "could not be loaded" in text_of(staff.get("/admin/subscriptions"))


def test_a_customer_whose_name_can_not_be_had_goes_by_the_handle(
    staff: Browser, services: FakeServices
) -> None:
    services.on("customers", "get_customer", AWAY)
    assert "cust-0001" in text_of(staff.get("/admin/subscriptions"))


def test_the_detail_shows_all_about_it(staff: Browser) -> None:
    text = text_of(staff.get("/admin/subscriptions/sub-0001"))
    for shown in (
        "February 1, 2025",
        "€29.00",
        "2026-0042",
        "Bergmann Apotheke e. K.",
        "Version 1",
        "The plan is at version 3 by now",
        "Subscription created",
        "by Vera Lindt",
        "by the customer",
        "Visa",
    ):
        assert shown in text


def test_the_detail_is_asked_for_in_its_own_bill_group(staff: Browser, services: FakeServices) -> None:
    staff.get("/admin/subscriptions/sub-0001")
    for method in ("get_subscription", "list_invoices", "list_timeline", "list_payment_methods"):
        assert services.asked(method)[0].arguments["bill_group"] == "bg-0001"


def test_the_detail_stays_a_page_while_others_are_away(staff: Browser, services: FakeServices) -> None:
    for service, method in (
        ("invoices", "list_invoices"),
        ("invoices", "preview_invoice"),
        ("customers", "list_timeline"),
        ("customers", "get_bill_group"),
        ("payments", "list_payment_methods"),
    ):
        services.on(service, method, AWAY)
    answer = staff.get("/admin/subscriptions/sub-0001")
    assert answer.status_code == 200
    assert text_of(answer).count("could not be loaded") == 3


@pytest.mark.parametrize("path", ["", "/pause"])
def test_a_subscription_that_is_not_there_is_not_found(
    staff: Browser, services: FakeServices, path: str
) -> None:
    for items in ((), (found_subscription("sub-other"),)):
        services.on("subscriptions", "find_subscriptions", found(*items))
        assert staff.get(f"/admin/subscriptions/sub-0001{path}").status_code == 404


def test_every_consequence_has_words_for_staff() -> None:
    assert set(STAFF_TEXTS) == set(CONSEQUENCES)


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "uncancel"])
def test_an_action_is_shown_before_it_is_done(staff: Browser, services: FakeServices, action: str) -> None:
    there = f"/admin/subscriptions/sub-0001/{action}"
    assert "What will happen" in text_of(staff.get(there))
    services.on("subscriptions", f"{action}_subscription", subscription_view())
    answer = staff.post(there, fingerprint="seen")
    assert (answer.status_code, answer.location) == (303, "/admin/subscriptions/sub-0001")
    (asked,) = services.asked(f"{action}_subscription")
    assert (asked.arguments["bill_group"], asked.arguments["fingerprint"]) == ("bg-0001", "seen")


def test_without_a_preview_nothing_is_done(staff: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "cancel_subscription", DomainError("preview_outdated", Kind.CONFLICT))
    there = "/admin/subscriptions/sub-0001/cancel"
    html = staff.get(there).text
    hidden = dict(re.findall(r'name="(csrf_token|key)" value="([^"]*)"', html[html.index("<main") :]))
    answer = staff.client.post(there, data=hidden)
    assert answer.status_code == 409
    assert services.asked("cancel_subscription")[0].arguments["fingerprint"] == ""
    assert "Something has changed" in text_of(answer)


def test_other_choices_are_shown_first(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/subscriptions/sub-0001/cancel", at="now", look="yes")
    assert answer.location.endswith("/cancel?at=now")
    staff.get(answer.location)
    assert services.asked("preview_action")[-1].arguments["at"] == "now"
    assert services.asked("cancel_subscription") == []


def test_a_cancelled_one_can_be_ended_at_once(staff: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "find_subscriptions", found(found_subscription(stage="cancelled")))
    view = subscription_view(stage="cancelled", access_until="2026-11-30", actions=["cancel", "uncancel"])
    services.on("subscriptions", "get_subscription", view)
    detail = text_of(staff.get("/admin/subscriptions/sub-0001"))
    assert "End at once" in detail
    assert "Its last day is November 30, 2026" in detail
    staff.get("/admin/subscriptions/sub-0001/cancel")
    assert services.asked("preview_action")[-1].arguments["at"] == "now"


@pytest.mark.parametrize(
    "refusal, fields, says",
    [
        (DomainError("invalid_resume_date"), {"resume_on": "never"}, "This is not a date."),
        (
            DomainError("invalid_resume_date", earliest="2026-12-02", latest="2031-12-01"),
            {"resume_on": "2020-01-01"},
            "The earliest day is December 2, 2026",
        ),
        (DomainError("not_possible"), {}, "not possible in the subscription's present state"),
    ],
)
def test_what_can_not_be_done_is_said(
    staff: Browser, services: FakeServices, refusal: DomainError, fields: dict[str, str], says: str
) -> None:
    services.on("subscriptions", "preview_action", refusal)
    answer = staff.get("/admin/subscriptions/sub-0001/pause", query_string=fields)
    assert answer.status_code in (409, 422)
    assert says in text_of(answer)


def test_a_comment_that_is_too_long_is_not_lost(staff: Browser, services: FakeServices) -> None:
    there = "/admin/subscriptions/sub-0001/cancel"
    answer = staff.post(there, comment="x" * 2001)
    assert "Please shorten your comment" in text_of(answer)
    assert "x" * 2001 in answer.text
    assert services.asked("cancel_subscription") == []


def test_subscribing_shows_the_first_invoices_and_begins_what_was_seen(
    staff: Browser, services: FakeServices
) -> None:
    assert "Team, monthly (€29.00 monthly)" in text_of(staff.get(NEW))
    shown = staff.post(NEW, **WANTED)
    text = text_of(shown)
    for part in (
        "Nothing is done yet.",
        "December 1, 2026",
        "December 15, 2026 €172.55",
        "January 15, 2027",
        "Tax 19% on €145.00 €27.55",
        "Trial until December 14, 2026",
        "Minimum term until December 14, 2027",
        "Begin the subscription",
    ):
        assert part in text
    assert services.asked("create_subscription") == []
    answer = staff.client.post(NEW, data=_sent_on(shown.text) | {"confirmed": "yes"})
    assert (answer.status_code, answer.location) == (303, "/admin/subscriptions/sub-0001")
    asked = dict(services.asked("create_subscription")[0].arguments)
    assert asked.pop("key")
    assert asked == {
        "bill_group": "bg-0001",
        "plan": "plan-team",
        "quantity": 5,
        "starts_on": "2026-12-01",
        "trial_days": 14,
        "payment_method": None,
        "discount": None,
        "fingerprint": BEGINNING["fingerprint"],
    }


@pytest.mark.parametrize(
    "method, answer",
    [
        ("preview_subscription", {**BEGINNING, "fingerprint": "0" * 32}),
        ("preview_invoice", invoice_preview(total=17300)),
        ("preview_invoice", AWAY),
    ],
)
def test_what_comes_to_something_else_by_now_is_shown_again(
    staff: Browser, services: FakeServices, method: str, answer: Any
) -> None:
    shown = staff.post(NEW, **WANTED)
    services.on("subscriptions" if method == "preview_subscription" else "invoices", method, answer)
    again = staff.client.post(NEW, data=_sent_on(shown.text) | {"confirmed": "yes"})
    assert again.status_code == 409
    assert "Something has changed since you saw this page." in text_of(again)
    assert services.asked("create_subscription") == []


def test_what_the_service_finds_changed_is_shown_again(staff: Browser, services: FakeServices) -> None:
    shown = staff.post(NEW, **WANTED)
    services.on("subscriptions", "create_subscription", DomainError("preview_outdated", Kind.CONFLICT))
    again = staff.client.post(NEW, data=_sent_on(shown.text) | {"confirmed": "yes"})
    assert again.status_code == 409
    assert "The first invoices" in text_of(again)


def test_nobody_knows_whether_it_was_begun_and_it_is_sent_again_with_its_key(
    staff: Browser, services: FakeServices
) -> None:
    shown = staff.post(NEW, **WANTED)
    services.on("subscriptions", "create_subscription", DomainError("not_known_yet", Kind.UNKNOWN))
    sent = _sent_on(shown.text) | {"confirmed": "yes"}
    again = staff.client.post(NEW, data=sent)
    assert again.status_code == 504
    assert f'name="key" value="{sent["key"]}"' in again.text


@pytest.mark.parametrize(
    "fields, discount",
    [
        (
            {
                "discount": "percent",
                "discount_value": "12.5",
                "discount_periods": "3",
                "discount_name_en": "Hi",
            },
            {"percent": "12.5", "names": {"en": "Hi"}, "periods": 3},
        ),
        (
            {
                "discount": "amount",
                "discount_value": "1,000.50",
                "discount_name_en": "Hi",
                "discount_name_de": "Hallo",
            },
            {"amount": 100050, "names": {"en": "Hi", "de": "Hallo"}, "periods": None},
        ),
    ],
)
def test_a_discount_is_taken_as_the_domain_has_it(
    staff: Browser, services: FakeServices, fields: dict[str, str], discount: dict[str, Any]
) -> None:
    assert staff.post(NEW, **WANTED, **fields).status_code == 200
    assert services.asked("preview_subscription")[0].arguments["discount"] == discount


@pytest.mark.parametrize(
    "fields, says",
    [
        ({"plan": ""}, "Plan: Please fill this in."),
        ({"quantity": "0"}, "a whole number from 1 to"),
        ({"starts_on": "tomorrow"}, "First day: This is not a date."),
        ({"trial_days": "1.5"}, "a whole number from 0 to 730"),
        ({"discount": "percent", "discount_value": "101", "discount_name_en": "Hi"}, "from 0 to 100"),
        ({"discount": "amount", "discount_value": "1.234,50", "discount_name_en": "Hi"}, "like 1,234.50"),
        ({"discount": "amount", "discount_value": "1"}, "Name in English: Please fill this in."),
        ({"discount": "percent", "discount_name_en": "Hi"}, "How much: Please fill this in."),
    ],
)
def test_what_can_not_be_wanted_is_said_beside_it(
    staff: Browser, services: FakeServices, fields: dict[str, str], says: str
) -> None:
    answer = staff.post(NEW, **{**WANTED, **fields})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert services.asked("preview_subscription") == []


@pytest.mark.parametrize(
    "error, says",
    [
        (DomainError("no_price_in_currency"), "Plan: This plan has no price in the customer's currency."),
        (DomainError("plan_archived"), "Plan: This plan is archived."),
        (DomainError("unknown_payment_method"), "Paid with: This payment method does not exist any more."),
        (
            DomainError("invalid_subscription", fields={"starts_on": "in_the_past"}),
            "First day: This day has passed.",
        ),
        (
            DomainError("invalid_subscription", fields={"quantity": "too_much"}),
            "Quantity: This comes to more than can be billed.",
        ),
    ],
)
def test_what_the_service_refuses_is_said_beside_it_and_nothing_is_lost(
    staff: Browser, services: FakeServices, error: DomainError, says: str
) -> None:
    services.on("subscriptions", "preview_subscription", error)
    answer = staff.post(NEW, **WANTED)
    assert answer.status_code in (409, 422)
    assert says in text_of(answer)
    assert 'value="14"' in answer.text


def test_where_there_are_many_plans_one_can_be_looked_for(staff: Browser, services: FakeServices) -> None:
    assert 'id="q"' not in staff.get(NEW).text
    services.on("subscriptions", "find_plans", page(PLAN, next_cursor="more"))
    assert 'id="q"' in staff.get(NEW).text
    staff.get(f"{NEW}?q=team")
    assert services.asked("find_plans")[-1].arguments["q"] == "team"


def test_who_may_only_look_does_nothing(staff_as: StaffAs, services: FakeServices) -> None:
    reader = staff_as("read_only")
    html = reader.get("/admin/subscriptions/sub-0001").text
    assert "/admin/subscriptions/sub-0001/pause" not in html
    for path in (NEW, *(f"/admin/subscriptions/sub-0001/{action}" for action in ("pause", "payment-method"))):
        assert reader.get(path).status_code == 403
    assert services.asked("preview_action") == []


def test_staff_choose_what_pays(staff: Browser, services: FakeServices) -> None:
    there = "/admin/subscriptions/sub-0001/payment-method"
    assert "Visa" in text_of(staff.get(there))
    services.on("subscriptions", "choose_payment_method", subscription_view())
    assert staff.post(there, payment_method="pm-0001").location == "/admin/subscriptions/sub-0001"
    assert staff.post(there, payment_method="").status_code == 303
    asked = [call.arguments for call in services.asked("choose_payment_method")]
    assert [each["payment_method"] for each in asked] == ["pm-0001", None]
    assert {each["bill_group"] for each in asked} == {"bg-0001"}


@pytest.mark.parametrize("chosen", ["pm-gone", "no handle"])
def test_a_payment_method_that_is_gone_is_refused(
    staff: Browser, services: FakeServices, chosen: str
) -> None:
    services.on("subscriptions", "choose_payment_method", DomainError("unknown_payment_method"))
    answer = staff.post("/admin/subscriptions/sub-0001/payment-method", payment_method=chosen)
    assert answer.status_code == 422
    assert "does not exist any more" in text_of(answer)


def _sent_on(html: str) -> dict[str, str]:
    """The hidden fields of the page, as a browser would send them."""
    main = html[html.index("<main") : html.index("</main>")]
    found_there = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', main)
    return {name: unescape(value) for name, value in found_there}
