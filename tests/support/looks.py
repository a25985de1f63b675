"""How pages must look, whoever sees them: accessible, in both languages, light and dark, and on a phone."""

from __future__ import annotations

import itertools

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

LOOKS = list(itertools.product(("en", "de"), ("light", "dark")))
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_PHONE: ViewportSize = {"width": 320, "height": 640}


def look(page: Page) -> None:
    """Nothing that axe-core finds on the page as it is."""
    results = Axe().run(page, options=_RULES)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def fits(page: Page) -> None:
    """Nothing of the page is cut off as wide as it is."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def fits_on_a_phone(page: Page) -> None:
    """Nothing of the page is cut off on a phone; it is as wide as before afterwards."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(_PHONE)
    fits(page)
    page.set_viewport_size(size)


def look_in_all_ways(page: Page) -> None:
    """``look`` in both languages, light and dark, and on a phone. The page is loaded anew, at last in English."""
    for language, scheme in LOOKS:
        page.locator(f'button[lang="{language}"]').click()
        page.emulate_media(color_scheme=scheme)
        look(page)
        fits_on_a_phone(page)
    page.locator('button[lang="en"]').click()
