"""How pages must look, whoever sees them: accessible, in each language, light and dark, and on a phone."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

LANGUAGES = ("en", "de")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# In the dark, a page has other colours, and nothing else that axe-core looks at is different.
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
_PHONE: ViewportSize = {"width": 320, "height": 640}
_BEYOND = """
width => [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > width)
    .map(each => `${each.localName}.${each.className} ${each.textContent.trim().slice(0, 40)}`)
"""


def look(page: Page) -> None:
    """Nothing that axe-core finds on the page as it is, light and dark; and nothing is cut off on a phone."""
    page.emulate_media(color_scheme="light")
    _find_nothing(page, _RULES, "light")
    page.emulate_media(color_scheme="dark")
    _find_nothing(page, _COLOURS, "dark")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(_PHONE)
    fits(page)
    page.set_viewport_size(size)


def look_in_each_language(page: Page) -> None:
    """``look`` in all languages. The page is loaded anew, at last in English."""
    for language in reversed(LANGUAGES):
        page.locator(f'button[lang="{language}"]').click()
        look(page)


def fits(page: Page) -> None:
    """Nothing of the page is cut off as wide as it is."""
    size = page.viewport_size
    assert size is not None
    width = size["width"]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        raise AssertionError(f"{page.url}, beyond the edge: {page.evaluate(_BEYOND, width)}")


def _find_nothing(page: Page, options: dict[str, object], scheme: str) -> None:
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, f"{page.url}, {scheme}\n{results.generate_report()}"
