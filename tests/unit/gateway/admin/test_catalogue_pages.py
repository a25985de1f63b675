"""The pages of products and plans, over services that answer what a test tells them to."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from shared.kernel.errors import DomainError, Kind, NotFound, Stale
from tests.unit.gateway.admin.catalogue_samples import PLAN, PRODUCT, VERSIONS, version
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.section_samples import page

AWAY = DomainError("service_away", Kind.RETRY)
GERMAN = {"Accept-Language": "de"}
NEW_PLAN = {
    "product": "prod-cloud",
    "name_en": "Team",
    "name_de": "",
    "count": "3",
    "unit": "month",
    "tax_code": "reduced",
    "trial_days": "14",
    "notice_days": "",
    "minimum_term_months": "12",
    "currency": ["EUR", "JPY", "USD"],
    "unit_amount": ["1,234.50", "900", ""],
    "setup_fee": ["50", "", ""],
}


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    """One product with one plan, which is in its third version."""
    for name, answer in (
        ("find_products", page(PRODUCT)),
        ("get_product", PRODUCT),
        ("create_product", PRODUCT),
        ("change_product", {**PRODUCT, "product_version": 3}),
        ("archive_product", {**PRODUCT, "archived": True}),
        ("find_plans", page(PLAN)),
        ("get_plan", PLAN),
        ("list_plan_versions", VERSIONS),
        ("create_plan", PLAN),
        ("change_plan", {**PLAN, "plan_version": 4}),
        ("archive_plan", {**PLAN, "archived": True}),
    ):
        services.on("subscriptions", name, answer)


def text_of(response: Any) -> str:
    """What a page says, without its marks."""
    main = response.text[response.text.index("<main") : response.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_lists_show_names_states_and_prices(staff: Browser) -> None:
    products = text_of(staff.get("/admin/products"))
    assert "Reflow Cloud prod-cloud On sale" in products
    plans = text_of(staff.get("/admin/plans"))
    for shown in ("Team, monthly Reflow Cloud", "monthly €29.00", "$1,234.50 and $50.00 once"):
        assert shown in plans
    assert "Team, monatlich Reflow Wolke" in text_of(staff.get("/admin/plans", headers=GERMAN))


@pytest.mark.parametrize("kind", ["products", "plans"])
@pytest.mark.parametrize(
    "show, archived", [("", False), ("archived", True), ("all", None), ("nonsense", False)]
)
def test_lists_are_searched_and_filtered(
    staff: Browser, services: FakeServices, kind: str, show: str, archived: bool | None
) -> None:
    staff.get(f"/admin/{kind}?q=%20team%00&show={show}&cursor=c")
    asked = services.asked(f"find_{kind}")[-1].arguments
    assert (asked["q"], asked["archived"], asked["cursor"]) == ("team", archived, "c")


@pytest.mark.parametrize("kind, word", [("products", "product"), ("plans", "plan")])
def test_empty_lists_say_so_and_what_helps(
    staff: Browser, services: FakeServices, kind: str, word: str
) -> None:
    services.on("subscriptions", f"find_{kind}", page())
    assert f"No {kind} yet" in text_of(staff.get(f"/admin/{kind}"))
    assert f"No {word} fits" in text_of(staff.get(f"/admin/{kind}?q=nothing"))
    services.on("subscriptions", f"find_{kind}", AWAY)
    assert "could not be loaded" in text_of(staff.get(f"/admin/{kind}"))


def test_a_product_is_made(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/products/new", name_en=" Atelier ", name_de="", handle="prod-atelier")
    assert (answer.status_code, answer.location) == (303, "/admin/products/prod-cloud")
    (asked,) = services.asked("create_product")
    assert (asked.arguments["names"], asked.arguments["product"]) == ({"en": "Atelier"}, "prod-atelier")
    assert "Add a plan" in text_of(staff.get("/admin/products/prod-cloud"))


@pytest.mark.parametrize(
    "fields, says",
    [
        ({"name_en": ""}, "Name in English: Please fill this in."),
        ({"name_en": "x" * 201}, "This is too long."),
        ({"name_en": "a\x00b"}, "characters in this"),
        ({"name_en": "Atelier", "handle": "Straße 1"}, "Only letters without accents"),
    ],
)
def test_what_can_not_be_a_product_is_said_beside_it_and_nothing_is_lost(
    staff: Browser, services: FakeServices, fields: dict[str, str], says: str
) -> None:
    answer = staff.post("/admin/products/new", **{"name_de": "Zeichensaal", **fields})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'value="Zeichensaal"' in answer.text
    assert services.asked("create_product") == []


def test_a_handle_that_is_taken_is_said_beside_it(staff: Browser, services: FakeServices) -> None:
    services.on("subscriptions", "create_product", DomainError("already_exists"))
    answer = staff.post("/admin/products/new", name_en="Atelier", handle="prod-cloud")
    assert answer.status_code == 409
    assert "Handle: Something else has this handle already." in text_of(answer)


def test_other_names_are_saved_with_the_version_that_was_seen(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/products/prod-cloud/change", name_en="Reflow", name_de="Reflow")
    assert answer.status_code == 303
    asked = services.asked("change_product")[0].arguments
    assert (asked["product_version"], asked["names"]) == (2, {"en": "Reflow", "de": "Reflow"})


def test_what_somebody_else_saved_meanwhile_stands_beside_what_was_typed(
    staff: Browser, services: FakeServices
) -> None:
    now = {**PRODUCT, "product_version": 7, "names": {"en": "Reflow One"}}
    services.on("subscriptions", "change_product", Stale(current=now))
    answer = staff.post("/admin/products/prod-cloud/change", name_en="Reflow Two", name_de="Reflow")
    assert answer.status_code == 409
    assert "Saved meanwhile: Reflow One" in text_of(answer)
    assert 'value="Reflow Two"' in answer.text
    assert 'name="version" value="7"' in answer.text


@pytest.mark.parametrize("kind, handle", [("products", "prod-cloud"), ("plans", "plan-team")])
def test_archiving_asks_first(staff: Browser, services: FakeServices, kind: str, handle: str) -> None:
    there = f"/admin/{kind}/{handle}"
    asked = text_of(staff.get(f"{there}/archive"))
    assert "Subscriptions that run go on as they are" in asked
    method = f"archive_{kind[:-1]}"
    assert services.asked(method) == []
    assert staff.post(f"{there}/archive").location == there
    assert len(services.asked(method)) == 1
    thing = {**(PRODUCT if kind == "products" else PLAN), "archived": True}
    services.on("subscriptions", f"get_{kind[:-1]}", thing)
    assert staff.get(f"{there}/archive").status_code == 302
    shown = staff.get(there).text
    assert "Archived" in shown
    assert f"{there}/change" not in shown


def test_a_plan_is_made_with_amounts_as_the_language_has_them(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/plans/new", **NEW_PLAN)
    assert (answer.status_code, answer.location) == (303, "/admin/plans/plan-team")
    asked = dict(services.asked("create_plan")[0].arguments)
    assert asked.pop("key")
    assert asked == {
        "plan": None,
        "product": "prod-cloud",
        "names": {"en": "Team"},
        "interval": {"unit": "month", "count": 3},
        "prices": [
            {"currency": "EUR", "unit_amount": 123450, "setup_fee": 5000},
            {"currency": "JPY", "unit_amount": 900, "setup_fee": 0},
        ],
        "trial_days": 14,
        "notice_days": 0,
        "minimum_term_months": 12,
        "tax_code": "reduced",
    }


@pytest.mark.parametrize(
    "fields, says",
    [
        ({"product": ""}, "Product: Please fill this in."),
        ({"count": "0"}, "Billed every: Please enter a whole number from 1 to 366."),
        ({"trial_days": "-1"}, "a whole number from 0 to 730"),
        ({"unit": "decade"}, "Unit: "),
        ({"unit_amount": ["1.234,50", "", ""]}, "Price: Please enter an amount like 1,234.50."),
        ({"unit_amount": ["", "", ""], "setup_fee": ["", "", ""]}, "Please enter a price, 0 for free."),
        ({"unit_amount": ["", "1", ""]}, "Please enter a price, 0 for free."),
        ({"currency": ["EUR", "EUR", "USD"]}, "There is a price in this currency already."),
        ({"currency": ["EUR", "XXX", "USD"]}, "Currency: Please choose a currency."),
        ({"unit_amount": ["1", "1.5", ""]}, "Please enter an amount like 123,450."),
    ],
)
def test_what_can_not_be_a_plan_is_said_beside_it_and_nothing_is_lost(
    staff: Browser, services: FakeServices, fields: dict[str, Any], says: str
) -> None:
    answer = staff.post("/admin/plans/new", **{**NEW_PLAN, "name_de": "Gruppe", **fields})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'value="Gruppe"' in answer.text
    assert services.asked("create_plan") == []


def test_one_more_currency_gets_a_row_and_nothing_is_lost(staff: Browser, services: FakeServices) -> None:
    answer = staff.post("/admin/plans/new", **NEW_PLAN, more="price")
    assert answer.status_code == 200
    assert answer.text.count('name="unit_amount"') == 4
    assert 'value="1,234.50"' in answer.text
    assert services.asked("create_plan") == []


def test_a_product_chooses_itself_for_its_new_plan(staff: Browser, services: FakeServices) -> None:
    assert 'value="prod-cloud" selected' in _selected(staff.get("/admin/plans/new?product=prod-cloud").text)
    assert 'value="prod-other" selected' in _selected(staff.get("/admin/plans/new?product=prod-other").text)


def _selected(html: str) -> str:
    """Options say ``value="…" selected``, whichever stood first."""
    return re.sub(r'<option selected value="([^"]*)"', r'<option value="\1" selected', html)


def test_a_plan_shows_its_versions_and_who_runs_under_each(staff: Browser) -> None:
    text = text_of(staff.get("/admin/plans/plan-team"))
    for shown in (
        "Version 3",
        "since Nov 1, 2026 monthly €29.00 2 subscriptions",
        "€27.00 none",
        "€25.00 1,000 subscriptions or more",
        "Each subscription keeps the version that it was begun with.",
        "Minimum term 12 months",
    ):
        assert shown in text


@pytest.mark.parametrize("path, thing", [("products/prod-cloud", PRODUCT), ("plans/plan-team", PLAN)])
def test_what_has_one_name_says_so(
    staff: Browser, services: FakeServices, path: str, thing: dict[str, Any]
) -> None:
    kind = path.partition("s/")[0]
    services.on("subscriptions", f"get_{kind}", {**thing, "names": {"en": "Only"}})
    for suffix in ("", "/change", "/archive"):
        assert staff.get(f"/admin/{path}{suffix}", headers=GERMAN).status_code == 200
    assert "as in English" in text_of(staff.get(f"/admin/{path}"))


def test_a_version_whose_beginning_was_not_kept_is_shown(staff: Browser, services: FakeServices) -> None:
    old = {**version(1, 2500, 0, "2026-11-01T09:00:00+00:00"), "since": None}
    alone = {**version(2, 2900, 0, None), "since": None}
    services.on("subscriptions", "list_plan_versions", {"items": [alone, old], "next_cursor": "more"})
    text = text_of(staff.get("/admin/plans/plan-team"))
    assert "2 – monthly" in text
    assert "1 until Nov 1, 2026 monthly" in text
    assert "Earlier versions" in text


def test_a_new_price_says_who_keeps_which_before_it_is_made(staff: Browser, services: FakeServices) -> None:
    there = "/admin/plans/plan-team/change"
    fields = _fields_of(staff.get(there).text) | {"unit_amount": ["31", "1,234.50"]}
    asked = staff.post(there, **fields)
    text = text_of(asked)
    assert asked.status_code == 200
    for shown in (
        "Make version 4?",
        "Price in EUR €29.00 €31.00",
        "3 2 subscriptions €29.00 monthly",
        "1 1,000 subscriptions or more €25.00 monthly",
        "Nothing changes for them",
    ):
        assert shown in text
    assert "Price in USD" not in text
    assert services.asked("change_plan") == []
    answer = staff.post(there, **fields, confirmed="yes")
    assert (answer.status_code, answer.location) == (303, "/admin/plans/plan-team")
    sent = services.asked("change_plan")[0].arguments
    assert sent["plan_version"] == 3
    assert sent["prices"][0] == {"currency": "EUR", "unit_amount": 3100, "setup_fee": 0}
    assert sent["prices"][1]["setup_fee"] == 5000


def test_a_plan_that_is_as_it_was_makes_no_version(staff: Browser) -> None:
    there = "/admin/plans/plan-team/change"
    answer = staff.post(there, **_fields_of(staff.get(there).text))
    assert "no new version is needed" in text_of(answer)
    assert 'name="confirmed"' not in answer.text


def test_going_back_from_what_changes_loses_nothing(staff: Browser) -> None:
    there = "/admin/plans/plan-team/change"
    fields = _fields_of(staff.get(there).text) | {"name_en": "Crew"}
    answer = staff.post(there, **fields, back="yes")
    assert answer.status_code == 200
    assert 'value="Crew"' in answer.text


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_a_plan_that_somebody_else_changed_is_shown_beside_what_was_typed(
    staff: Browser, services: FakeServices, confirmed: dict[str, str]
) -> None:
    there = "/admin/plans/plan-team/change"
    fields = _fields_of(staff.get(there).text) | {"name_en": "Crew", "count": "2"}
    now = {**PLAN, "plan_version": 9, "notice_days": 60, "prices": version(9, 700, 0, None)["prices"]}
    services.on("subscriptions", "get_plan", now)
    answer = staff.client.post(there, data=_hidden(staff, there) | fields | {"version": "3"} | confirmed)
    assert answer.status_code == 409
    text = text_of(answer)
    for shown in (
        "Saved meanwhile: Team, monthly",
        "Saved meanwhile: monthly",
        "Saved meanwhile: 60",
        "€7.00",
    ):
        assert shown in text
    assert 'name="version" value="9"' in answer.text
    assert services.asked("change_plan") == []


def _hidden(staff: Browser, there: str) -> dict[str, str]:
    html = staff.get(there).text
    return dict(re.findall(r'name="(csrf_token|key)" value="([^"]*)"', html[html.index("<main") :]))


def _fields_of(html: str) -> dict[str, Any]:
    """What the form of the plan holds, as a browser would send it."""
    fields: dict[str, list[str]] = {}
    for control in re.findall(r"<input[^>]*>", html[html.index("<main") : html.index("</main>")]):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', control))
        if attributes.get("type") != "hidden":
            fields.setdefault(attributes["name"], []).append(unescape(attributes.get("value", "")))
    assert fields["unit_amount"] == ["29.00", "1,234.50"]
    return {
        **{
            name: values if name in ("unit_amount", "setup_fee") else values[0]
            for name, values in fields.items()
        },
        "unit": PLAN["interval"]["unit"],
        "tax_code": PLAN["tax_code"],
        "currency": ["EUR", "USD"],
    }


def test_what_is_not_there_is_not_found(staff: Browser, services: FakeServices) -> None:
    for name in ("get_product", "get_plan"):
        services.on("subscriptions", name, NotFound())
    for path in (
        "products/prod-none",
        "plans/plan-none",
        "plans/plan-none/change",
        "products/prod-none/archive",
    ):
        assert staff.get(f"/admin/{path}").status_code == 404


def test_who_may_only_look_sees_no_buttons_and_is_refused(staff_as: StaffAs, services: FakeServices) -> None:
    reader = staff_as("read_only")
    for path in ("products", "plans", "products/prod-cloud", "plans/plan-team"):
        html = reader.get(f"/admin/{path}").text
        for action in ("/new", "/change", "/archive"):
            assert f'{action}"' not in html[html.index("<main") :]
    for path in ("products/new", "products/prod-cloud/change", "plans/new", "plans/plan-team/archive"):
        assert reader.get(f"/admin/{path}").status_code == 403
