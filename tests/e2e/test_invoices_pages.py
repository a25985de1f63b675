"""Invoices in a browser: found by filters, also without JavaScript, read, printed as documents; in both languages."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import NewPage
from tests.support.looks import LANGUAGES, look

WORDS = {
    "en": {
        "more": "More filters",
        "from": "Created from",
        "to": "Created to",
        "kind": "Kind",
        "status": "Status",
        "show": "Show",
        "apply": "Apply",
        "reset": "Reset filters",
        "paid": "Paid",
        "documents": r"\d+ documents? together €",
        "none": "No invoices match",
        "day": "Please enter a day",
        "total": "Total",
    },
    "de": {
        "more": "Weitere Filter",
        "from": "Erstellt von",
        "to": "Erstellt bis",
        "kind": "Art",
        "status": "Status",
        "show": "Anzeigen",
        "apply": "Anwenden",
        "reset": "Filter zurücksetzen",
        "paid": "Bezahlt",
        "documents": r"\d+ Dokumente? zusammen [\d.,]+\s€",
        "none": "Keine passenden Rechnungen",
        "day": "Bitte geben Sie einen Tag",
        "total": "Gesamt",
    },
}


@pytest.mark.parametrize("language, scripts, width", [("en", True, 1280), ("de", False, 390)])
def test_invoices_are_filtered_and_the_filter_is_taken_back(
    new_page: NewPage, signed_in: dict[str, object], language: str, scripts: bool, width: int
) -> None:
    words = WORDS[language]
    page = new_page(
        storage_state=signed_in,
        locale=language,
        java_script_enabled=scripts,
        viewport={"width": width, "height": 800},
    )
    page.goto("/invoices")
    newest = page.locator("tbody th a").first.inner_text()
    year = newest[:4]
    expect(page.get_by_label(words["from"])).to_be_hidden()
    page.get_by_text(words["more"]).click()
    page.get_by_label(words["from"]).fill(f"{year}-03-01")
    page.get_by_label(words["to"]).fill(f"{year}-04-30")
    page.get_by_label(words["kind"], exact=True).select_option("invoice")
    page.get_by_role("button", name=words["apply"]).click()

    expect(page.get_by_label(words["from"])).to_have_value(f"{year}-03-01")
    shown = page.locator("tbody tr").count()
    assert shown > 0
    expect(page.locator(".found")).to_contain_text(re.compile(words["documents"]))
    expect(page.locator(".found")).to_contain_text(re.compile(rf"^\s*{shown}\s"))

    page.get_by_label(words["status"], exact=True).select_option("settled")
    page.get_by_role("button", name=words["show"]).click()
    for badge in page.locator("tbody .badge").all_inner_texts():
        assert badge == words["paid"]
    expect(page.get_by_label(words["to"])).to_have_value(f"{year}-04-30")

    page.get_by_role("link", name=words["reset"]).click()
    page.wait_for_url("**/invoices")
    assert page.locator("tbody th a").first.inner_text() == newest


def test_the_next_page_keeps_the_filter(new_page: NewPage, signed_in: dict[str, object]) -> None:
    page = new_page(storage_state=signed_in)
    page.goto("/invoices?status=settled&sort=created")
    oldest = page.locator("tbody th a").all_inner_texts()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_label("Status", exact=True)).to_have_value("settled")
    expect(page.get_by_label("Order")).to_have_value("created")
    assert not set(oldest) & set(page.locator("tbody th a").all_inner_texts())
    page.goto("/invoices?status=settled&cursor=nonsense")
    expect(page.locator(".notice.warn")).to_contain_text("Here is the first one.")
    expect(page.locator("tbody tr")).to_have_count(25)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_stands_beside_its_field_and_all_is_accessible(
    new_page: NewPage, signed_in: dict[str, object], language: str
) -> None:
    words = WORDS[language]
    page = new_page(storage_state=signed_in, locale=language)
    page.goto("/invoices?from=yesterday&status=lost&search=2026")
    expect(page.locator("#from-error")).to_contain_text(words["day"])
    expect(page.locator("#status-error")).to_be_visible()
    expect(page.locator("#search")).to_have_value("2026")
    look(page)
    page.goto("/invoices?search=does-not-exist")
    expect(page.get_by_role("heading", name=words["none"])).to_be_visible()
    look(page)
    page.goto("/invoices?from=2020-01-01&status=settled")
    look(page)
    page.locator("tbody th a").first.click()
    expect(page.locator(".totals")).to_be_visible()
    look(page)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_document_is_printed_as_a_document(
    new_page: NewPage, signed_in: dict[str, object], language: str
) -> None:
    page = new_page(storage_state=signed_in, locale=language, color_scheme="dark")
    page.goto("/invoices")
    page.locator("tbody th a").first.click()
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".sections", ".document-actions", ".money-moved", ".back", ".language"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".totals")).to_contain_text(WORDS[language]["total"])
    expect(page.locator(".lines thead")).to_have_css("display", "table-header-group")
    expect(page.locator(".lines tbody tr").first).to_have_css("break-inside", "avoid")
    # Black on white, whatever the screen is like.
    paper = Image.open(BytesIO(page.screenshot())).convert("L")
    assert paper.getpixel((paper.width - 3, paper.height - 3)) == 255
    assert sum(paper.histogram()[200:]) > 0.9 * paper.width * paper.height
    assert sum(paper.histogram()[:60]) > 0
