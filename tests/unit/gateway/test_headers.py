"""What every answer tells the browser."""

import gzip

import pytest

from services.gateway.app import create_app
from tests.unit.gateway import samples
from tests.unit.gateway.conftest import Browser, settings
from tests.unit.gateway.fakes import FakeServices


@pytest.mark.parametrize("path", ["/login", "/overview", "/healthz", "/nowhere", "/static/portico.css"])
def test_every_answer_has_a_policy_without_inline_code(stranger: Browser, path: str) -> None:
    headers = stranger.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-ID"]


def test_forms_may_lead_to_the_payment_provider_and_nowhere_else(stranger: Browser) -> None:
    policy = stranger.get("/login").headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:8030;" in policy


def test_pages_are_not_kept_but_assets_are(visitor: Browser) -> None:
    assert visitor.get("/overview").headers["Cache-Control"] == "no-store"
    assert "max-age=31536000" in visitor.get("/static/portico.css?v=1").headers["Cache-Control"]


@pytest.mark.parametrize(
    "public_url, name", [("http://localhost", "browser"), ("https://localhost", "__Host-browser")]
)
def test_cookies_are_out_of_reach_for_scripts_and_other_hosts(public_url: str, name: str) -> None:
    client = create_app(settings(public_url=public_url), FakeServices()).test_client()
    base = {"base_url": public_url}
    token = client.get("/login", **base).text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/login",
        data={"csrf_token": token, "email": "anna@bergmann-apotheke.example"},
        headers={"Referer": f"{public_url}/login"},
        **base,
    )
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{name}="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert ("Secure" in cookie) == public_url.startswith("https")


def test_https_is_asked_for_where_it_is_there() -> None:
    app = create_app(settings(public_url="https://localhost"), FakeServices())
    assert "max-age=31536000" in app.test_client().get("/healthz").headers["Strict-Transport-Security"]


@pytest.mark.parametrize("name", ["portico.css", "portico.js", "icon.svg"])
def test_static_files_shrink_for_browsers_that_take_it_and_pages_do_not(visitor: Browser, name: str) -> None:
    plain = visitor.get(f"/static/{name}")
    small = visitor.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert plain.content_encoding is None
    assert small.content_encoding == "gzip"
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in small.vary
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data)
    assert visitor.get("/overview", headers={"Accept-Encoding": "gzip"}).content_encoding is None
    assert visitor.get("/static/none.css", headers={"Accept-Encoding": "gzip"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_says_its_language(stranger: Browser, language: str) -> None:
    answer = stranger.get("/login", headers={"Accept-Language": language})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_the_first_page_is_small_and_asks_no_other_host(stranger: Browser) -> None:
    page = stranger.get("/login").text
    assets = [part.split('"')[0] for part in page.replace("src=", "href=").split('href="')[1:]]
    assets = [path for path in assets if path.startswith(("/static", "/look.css"))]
    assert len(assets) == 4
    assert sum(len(stranger.get(path).data) for path in assets) + len(page) < 60_000
    assert "//" not in "".join(assets)


def test_pages_of_the_portal_may_be_framed_by_the_origins_that_the_merchant_names(
    stranger: Browser, services: FakeServices
) -> None:
    origins = ["https://app.example", "https://intranet.example:8443"]
    services.on("customers", "get_merchant", samples.MERCHANT | {"frame_origins": origins})
    for path in ("/login", "/nowhere"):
        headers = stranger.get(path).headers
        assert "frame-ancestors 'self' https://app.example https://intranet.example:8443;" in (
            headers["Content-Security-Policy"] + ";"
        )
        assert "X-Frame-Options" not in headers
    for path in ("/static/portico.css", "/healthz", "/api/v1/settings", "/api/docs"):
        headers = stranger.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"].lower() == "deny"
