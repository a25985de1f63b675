"""Any accent colour stays readable."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.look import contrast, readable, text_on
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
