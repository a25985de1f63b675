"""The merchant's logo on pages, and as a picture of our own host."""

from base64 import b64encode
from typing import Any

import pytest

from shared.kernel.errors import NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

LOGO = {"version": "0123456789abcdef", "width": 160, "height": 40, "plate": "dark"}
ADDRESS = "/logo.0123456789abcdef.png"


@pytest.fixture
def with_logo(services: FakeServices) -> FakeServices:
    def get_logo(version: str, form: str) -> dict[str, Any]:
        if version != LOGO["version"] or form != "screen":
            raise NotFound
        return {"version": version, "width": 320, "height": 80, "image": b64encode(b"a picture").decode()}

    services.on("customers", "get_merchant", samples.MERCHANT | {"logo": LOGO})
    services.on("customers", "get_logo", get_logo)
    return services


@pytest.mark.usefixtures("with_logo")
def test_it_stands_on_every_page_instead_of_the_name(stranger: Browser, visitor: Browser) -> None:
    for page in (stranger.get("/login").text, visitor.get("/overview").text, stranger.get("/nowhere").text):
        brand = page.split('class="brand"')[1].split("</a>")[0]
        assert f'src="{ADDRESS}" width="160" height="40" alt="Nordlicht Software"' in " ".join(brand.split())
        assert "on-dark" in brand
        assert "<span>" not in brand


def test_without_one_the_name_stands_there(stranger: Browser) -> None:
    brand = stranger.get("/login").text.split('class="brand"')[1].split("</a>")[0]
    assert "<span>Nordlicht Software</span>" in brand
    assert "<img" not in brand


def test_a_customers_service_of_before_knows_of_none(stranger: Browser, services: FakeServices) -> None:
    before = {name: value for name, value in samples.MERCHANT.items() if name != "logo"}
    services.begin = lambda *_args, **_more: _Answered(before)  # type: ignore[assignment]
    assert "Nordlicht Software" in stranger.get("/login").text


class _Answered:
    def __init__(self, reply: dict[str, Any]) -> None:
        self._reply = reply

    def result(self) -> dict[str, Any]:
        return self._reply


def test_the_picture_may_be_kept_and_shown_in_mails(stranger: Browser, with_logo: FakeServices) -> None:
    answer = stranger.get(ADDRESS)
    assert (answer.data, answer.mimetype) == (b"a picture", "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    stranger.get(ADDRESS)
    assert len(with_logo.asked("get_logo")) <= 1


@pytest.mark.usefixtures("with_logo")
@pytest.mark.parametrize("path", ["/logo.aaaaaaaaaaaaaaaa.png", "/logo.png", "/logo.x.png", "/logo..png"])
def test_no_other_is_there_and_that_is_not_kept(stranger: Browser, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
