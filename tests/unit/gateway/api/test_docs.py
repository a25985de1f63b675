"""The documentation comes from our own host and explains every code."""

from __future__ import annotations

import re

from flask import Flask

from services.gateway.api.problem_texts import TEXTS


def test_it_explains_every_code(app: Flask) -> None:
    page = app.test_client().get("/api/docs").text
    assert set(re.findall(r'<tr id="(\w+)">', page)) == set(TEXTS)


def test_all_that_it_loads_is_there_and_our_own(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/api/docs").text
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert len(loaded) >= 6
    for address in loaded:
        assert address.startswith("/")
        assert client.get(address.replace("&amp;", "&"), buffered=True).status_code == 200, address


def test_the_viewer_may_be_kept_for_as_long_as_it_is_this_one(app: Flask) -> None:
    client = app.test_client()
    (address,) = re.findall(r'src="([^"]+swagger[^"]+)"', client.get("/api/docs").text)
    assert "max-age=31536000" in client.get(address, buffered=True).headers["Cache-Control"]
    assert client.get(re.sub(r"viewer/[^/]+", "viewer/0.1", address)).status_code == 404
    assert client.get(address.replace("swagger-ui-bundle.js", "swagger-ui.js")).status_code == 404


def test_only_its_own_page_may_do_more(app: Flask) -> None:
    client = app.test_client()
    policy = client.get("/api/docs").headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "img-src 'self' data:" in policy
    assert "unsafe" not in policy
    assert "connect-src" not in client.get("/login").headers["Content-Security-Policy"]
