"""Both languages, chosen by browser or person, and complete."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.texts import FOLDER, KEYWORDS, catalogues, untranslated
from tests.unit.gateway.conftest import Browser


@pytest.mark.parametrize(
    "accepted, heading",
    [("de-AT,de;q=0.9", "Anmelden"), ("en-GB", "Sign in"), ("fr,de;q=0.5", "Anmelden"), ("fr", "Sign in")],
)
def test_the_browser_chooses(stranger: Browser, accepted: str, heading: str) -> None:
    assert f"<h1>{heading}</h1>" in stranger.get("/login", headers={"Accept-Language": accepted}).text


def test_the_person_outranks_the_browser_and_stays_where_they_were(visitor: Browser) -> None:
    page = visitor.get("/details").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "language": "de", "next": "/details"}
    assert visitor.client.post("/language", data=form).location == "/details"
    page = visitor.get("/details", headers={"Accept-Language": "en"}).text
    assert '<html lang="de">' in page
    assert "Meine Kundendaten" in page


@pytest.mark.parametrize("after", ["/logout", "/nowhere", "//evil.example", "/details/owner"])
def test_where_nothing_can_be_seen_the_overview_comes_instead(visitor: Browser, after: str) -> None:
    token = visitor.get("/details").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "language": "de", "next": after}
    assert visitor.client.post("/language", data=form).location == "/overview"


def test_there_is_no_third_language(stranger: Browser) -> None:
    token = stranger.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert stranger.client.post("/language", data={"csrf_token": token, "language": "tlh"}).status_code == 400


def test_the_sections_bear_their_names(visitor: Browser) -> None:
    names = {
        "en": ["My details", "My subscriptions", "My payment methods", "My invoices"],
        "de": ["Meine Kundendaten", "Meine Abonnements", "Meine Zahlungsmethoden", "Meine Rechnungen"],
    }
    for language, sections in names.items():
        page = visitor.get("/overview", headers={"Accept-Language": language}).text
        assert all(name in page for name in sections)


def test_no_text_is_left_untranslated() -> None:
    paths = list(catalogues())
    assert paths
    for path in paths:
        assert [message.id for message in untranslated(path)] == []


def test_no_text_stands_where_it_is_not_found() -> None:
    """What gathers texts doesn't look into f-strings before Python 3.12."""
    hidden = [f"{path.name}:{line}" for path in FOLDER.rglob("*.py") for line in texts_in_f_strings(path)]
    assert hidden == []


def texts_in_f_strings(path: Path) -> Iterator[int]:
    strings = (
        node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.JoinedStr)
    )
    for node in (inner for string in strings for inner in ast.walk(string)):
        if isinstance(node, ast.Name) and node.id in KEYWORDS:
            yield node.lineno
