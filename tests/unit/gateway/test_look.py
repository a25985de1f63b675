"""Any accent colour stays readable, and so do our own."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.look import accent_css, contrast, pressed, readable, text_on
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(colours)
def test_every_colour_is_made_readable_on_light_and_dark(accent: str) -> None:
    for ground in ("#f1f3f5", "#262c33"):
        shade = readable(accent, ground)
        assert contrast(shade, ground) >= 4.5
        assert contrast(text_on(shade), shade) >= 4.5
        # A button that the pointer is on.
        assert contrast(text_on(shade), pressed(shade)) >= 4.5


def tokens(css: str) -> list[dict[str, str]]:
    """The custom properties of a stylesheet's light and dark ``:root``."""
    roots = re.findall(r":root\s*{([^}]*)}", css)
    return [dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", root)) for root in roots]


# What stands on what in portico.css; the accent only where it may be.
TEXTS = {
    "ink": ("ground", "surface", "sunken"),
    "ink-soft": ("ground", "surface", "sunken"),
    "accent": ("ground", "surface", "sunken"),
    "bad": ("surface", "bad-ground"),
    "good": ("surface", "good-ground"),
    "warn": ("surface", "warn-ground"),
    "info": ("surface", "info-ground"),
}


@pytest.mark.parametrize(
    "accent", ["#ffffff", "#000000", "#ffee00", "#00ff88", "#ff0000", "#808080", "#1f5f8b"]
)
def test_every_text_is_readable_on_its_ground_light_and_dark(accent: str) -> None:
    css = Path("services/gateway/static/portico.css").read_text()
    for own, merchants in zip(tokens(css)[:2], tokens(accent_css(accent)), strict=True):
        colours = own | merchants
        for text, grounds in TEXTS.items():
            for ground in grounds:
                assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground, colours[text])
        # The edges of what can be filled in or pressed.
        assert contrast(colours["line-strong"], colours["surface"]) >= 3


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable("#1f5f8b", "#f1f3f5") == "#1f5f8b"


def test_the_look_is_kept_under_an_address_that_names_its_colour(
    stranger: Browser, services: FakeServices
) -> None:
    services.on("customers", "get_merchant", samples.MERCHANT | {"accent": "#ffee00"})
    page = stranger.get("/login").text
    assert 'href="/look.css?accent=ffee00"' in page
    look = stranger.get("/look.css?accent=ffee00")
    assert look.mimetype == "text/css"
    assert "max-age" in look.headers["Cache-Control"]
    assert stranger.get("/look.css?accent=000000").headers["Cache-Control"] == "no-store"
