"""The pictures that the README shows, made of the demo: `make pictures` takes them over from test-results/."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.e2e.conftest import NewPage, sign_in
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

FOLDER = Path("test-results/pictures")
MOST_BYTES = 150_000
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 780}


ALI = "ali@fahrschule-tempelhof.example"


@pytest.mark.parametrize(
    "name, path, language, scheme, size",
    [
        ("overview", "/overview", "en", "light", WIDE),
        ("cancel", "/subscriptions/{first}/cancel", "en", "dark", WIDE),
        ("phone-invoices", "/invoices", "de", "light", PHONE),
        ("phone-invoice", "/invoices/{first}#paying", "en", "light", PHONE),
        ("phone-dark", "/payment-methods", "de", "dark", PHONE),
    ],
)
def test_a_picture_for_the_readme(
    new_page: NewPage,
    ali: dict[str, object],
    name: str,
    path: str,
    language: str,
    scheme: str,
    size: dict[str, int],
) -> None:
    page = new_page(
        storage_state=ali, locale=language, color_scheme=scheme, viewport=size, device_scale_factor=2
    )
    if "{first}" in path:
        page.goto(path.partition("/{first}")[0])
        first = page.locator("tbody th a").first.get_attribute("href") or ""
        path = path.replace("{first}", first.rpartition("/")[2])
    page.goto(path)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    if size is WIDE:
        picture = picture.resize((1920, 1200), Image.Resampling.LANCZOS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.png"
    picture.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    assert file.stat().st_size <= MOST_BYTES


@pytest.fixture(scope="module")
def ali(portal: Suite, browser: Browser, mailbox: Mailbox) -> dict[str, object]:
    """The cookies of a browser in which a customer is signed in who has something to see to."""
    context = browser.new_context(locale="en", base_url=portal.url)
    sign_in(context.new_page(), mailbox, ALI)
    state = context.storage_state()
    context.close()
    return state  # type: ignore[return-value]
