"""The portal in a frame of another site: which cookies go along there, and what protects those who use it."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

import pytest
from flask import Flask

from services.gateway import process_memory
from services.gateway.app import create_app
from shared.contracts.registry import CONTRACTS
from tests.unit.gateway import samples
from tests.unit.gateway.admin.test_sign_in import SIGNED_IN
from tests.unit.gateway.conftest import Browser, settings
from tests.unit.gateway.fakes import FakeServices
from tests.unit.gateway.test_previews import paths, portal_rules

HTTPS, HTTP = "https://portal.example", "http://localhost"
FRAMED = samples.MERCHANT | {"frame_origins": ["https://shop.example"]}
# What is done by opening an address: with the secret in it, or for the bill group that had begun it.
DONE_BY_OPENING = {"auth.open_secret_link", "auth.use_opening", "payments.finish_payment_method"}


@cache
def app_at(url: str) -> Flask:
    """A gateway with this address for all tests: to make one takes longer than what they ask of it."""
    return create_app(settings(public_url=url), FakeServices())


class Site:
    """A browser in front of the portal at ``url``, and what it was last told about each cookie."""

    def __init__(self, services: FakeServices, url: str, merchant: dict[str, object]) -> None:
        self.services, self.url = services, url
        self.app = app_at(url)
        self.app.extensions["portico_client"] = services
        self.client = self.app.test_client()
        self.told: dict[str, str] = {}
        self.change(merchant)

    def change(self, merchant: dict[str, object]) -> None:
        """From now on these are the merchant's settings, and each process knows of them."""
        self.services.on("customers", "get_merchant", merchant)
        process_memory.forget_all(self.app)

    def open(self, path: str, method: str = "GET", **form: str) -> str:
        """What stands at this address."""
        answer = self.client.open(
            path, method=method, data=form, base_url=self.url, headers={"Accept-Language": "en"}
        )
        for line in answer.headers.getlist("Set-Cookie"):
            self.told[line.partition("=")[0]] = line
        return answer.text

    def send(self, path: str, seen: str, **form: str) -> None:
        """Send a form with the token that stands on the page ``seen``."""
        token = self.open(seen).split('name="csrf_token" value="')[1].split('"')[0]
        self.open(path, "POST", csrf_token=token, **form)

    def sign_in(self) -> None:
        """With a code, and in another language than the browser's."""
        self.send("/language", "/login", language="de")
        self.send("/login", "/login", email=samples.SESSION["email"])
        self.send("/login/code", "/login/code", code="12345678")

    def has(self, name: str) -> bool:
        """Whether the browser keeps a cookie of this name."""
        return self.client.get_cookie(name, domain=urlsplit(self.url).hostname or "") is not None

    def is_signed_in(self) -> bool:
        return "/logout" in self.open("/overview")


def test_framed_over_https_customers_cookies_go_along_and_stay_apart(services: FakeServices) -> None:
    site = Site(services, HTTPS, FRAMED)
    site.sign_in()
    assert site.is_signed_in()
    assert set(site.told) == {
        f"__Host-framed-{name}" for name in ("session", "browser", "language", "memory")
    }
    for line in site.told.values():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"} <= set(line.split("; "))
        assert "Domain" not in line


@pytest.mark.parametrize(
    "url, merchant, start", [(HTTPS, samples.MERCHANT, "__Host-"), (HTTP, FRAMED, ""), (HTTP, {}, "")]
)
def test_without_frames_or_without_https_they_do_not(
    services: FakeServices, url: str, merchant: dict[str, object], start: str
) -> None:
    site = Site(services, url, merchant or samples.MERCHANT)
    site.sign_in()
    assert site.is_signed_in()
    assert set(site.told) == {f"{start}{name}" for name in ("session", "browser", "language", "memory")}
    for line in site.told.values():
        assert "SameSite=Lax" in line
        assert "Partitioned" not in line


def test_staffs_cookies_never_do(services: FakeServices) -> None:
    services.on("auth", "sign_in_staff", SIGNED_IN)
    site = Site(services, HTTPS, FRAMED)
    site.send("/admin/login", "/admin/login", email="vera@nordlicht.example", password="three lanterns")
    assert "SameSite=Lax" in site.told["__Host-staff"]
    assert "Partitioned" not in site.told["__Host-staff"]


@pytest.mark.parametrize("before, after", [(samples.MERCHANT, FRAMED), (FRAMED, samples.MERCHANT)])
def test_whoever_is_signed_in_stays_so_when_frames_come_or_go_and_has_one_session_only(
    services: FakeServices, before: dict[str, object], after: dict[str, object]
) -> None:
    site = Site(services, HTTPS, before)
    site.sign_in()
    site.change(after)
    assert site.is_signed_in()
    site.send("/logout", "/overview")
    assert not site.is_signed_in()
    assert not site.has("__Host-session")
    assert not site.has("__Host-framed-session")
    site.sign_in()
    assert site.has("__Host-session") != site.has("__Host-framed-session")
    assert site.has("__Host-framed-session") == (after is FRAMED)


def test_a_form_is_taken_with_its_token_only_also_where_the_cookies_go_along(services: FakeServices) -> None:
    site = Site(services, HTTPS, FRAMED)
    site.sign_in()
    site.open("/logout", "POST")
    site.open("/logout", "POST", csrf_token="made-up")
    assert not services.asked("end_session")
    assert site.is_signed_in()


def test_opening_a_page_changes_nothing(app: Flask, visitor: Browser, services: FakeServices) -> None:
    """A page of another site may open any address with these cookies; new routes are walked, too."""
    services.on("subscriptions", "running_with_method", {"items": []})
    for rule in portal_rules(app):
        if "GET" in (rule.methods or ()):
            for path in paths(app, rule, "GET"):
                visitor.get(path, query_string={"setup": "setup-0001"})
                visitor.client.set_cookie("session", samples.TOKEN)
    changing = {
        f"{call.service}.{call.method}"
        for call in services.calls
        if call.method != "ping" and not CONTRACTS[call.service].methods[call.method].only_reads
    }
    # Who opens the portal another way leaves the session that was there.
    assert changing - {"auth.end_session"} == DONE_BY_OPENING
