"""What fills the placeholders that let a customer in: what auth has, and where it has none, nothing that opens."""

from __future__ import annotations

from typing import Any

import pytest

from shared.kernel.context import Context, PrincipalKind
from shared.placeholders.fields import KEYS, LOGIN, PASSWORD, PORTAL_LINK
from shared.placeholders.portal_keys import AuthService
from shared.placeholders.template import fill

PORTAL = "https://portal.example"
EMAIL = "jana@example.com"


class FakeAuth:
    """One customer's keys, as auth has them: the states of the secret link and of the credentials."""

    def __init__(self, link: str = "none", credentials: str = "none") -> None:
        self.link = link
        self.credentials = credentials
        self.made: list[str] = []

    def get_secret_link(self, context: Context, *, customer: str) -> dict[str, Any]:
        assert context.principal.kind is PrincipalKind.SYSTEM
        return {"state": self.link, "url": f"{PORTAL}/s/secret" if self.link == "active" else None}

    def make_secret_link(self, context: Context, *, customer: str, key: str) -> dict[str, Any]:
        self.made.append(f"link {key}")
        self.link = "active"
        return self.get_secret_link(context, customer=customer)

    def get_credentials_state(self, context: Context, *, customer: str) -> dict[str, Any]:
        return {"state": self.credentials}

    def hand_out_credentials(self, context: Context, *, customer: str, key: str) -> dict[str, Any]:
        self.made.append(f"credentials {key}")
        self.credentials = "unused"
        return {}

    def get_portal_credentials(self, context: Context, *, customer: str) -> dict[str, Any]:
        if self.credentials in ("none", "withdrawn"):
            return {"user_name": None, "password": None, "reset_path": None}
        unused = self.credentials == "unused"
        return {
            "user_name": "jana.l",
            "password": "first-words" if unused else None,
            "reset_path": None if unused else "/password/reset/token",
        }


class Calls:
    def __init__(self, auth: FakeAuth, *offered: str) -> None:
        self.auth = auth
        self.customers = self
        self._offered = list(offered)

    def get_merchant(self, context: Context) -> dict[str, Any]:
        return {"sign_in_ways": self._offered}


def known(auth: FakeAuth, *names: str, make: bool = False) -> dict[str, str]:
    service = AuthService(Calls(auth, "code", "secret_link", "password"), "tests", f"{PORTAL}/")
    return service.of("cust-1", EMAIL, names or KEYS, make=make)


def test_the_initial_password_while_it_is_unused() -> None:
    assert known(FakeAuth("active", "unused")) == {
        PORTAL_LINK: f"{PORTAL}/s/secret",
        LOGIN: "jana.l",
        PASSWORD: "first-words",
    }


def test_then_a_link_to_choose_another() -> None:
    values = known(FakeAuth("active", "used"), PASSWORD)
    assert values == {PASSWORD: f"{PORTAL}/password/reset/token"}
    assert fill(f"[{PASSWORD}]", values)[0].is_link
    assert not fill(f"[{PASSWORD}]", {PASSWORD: "first-words"})[0].is_link


@pytest.mark.parametrize(
    "link,credentials", [("revoked", "withdrawn"), ("expired", "withdrawn"), ("none", "none")]
)
def test_who_has_none_is_told_how_to_sign_in_without(link: str, credentials: str) -> None:
    assert known(FakeAuth(link, credentials)) == {PORTAL_LINK: PORTAL, LOGIN: EMAIL, PASSWORD: PORTAL}


def test_who_never_had_any_gets_them_where_a_text_speaks_of_them() -> None:
    auth = FakeAuth()
    assert known(auth, make=True)[PASSWORD] == "first-words"
    assert auth.made == ["link placeholder-cust-1", "credentials placeholder-cust-1"]


def test_what_is_not_offered_is_neither_made_nor_told() -> None:
    auth = FakeAuth("active", "unused")
    service = AuthService(Calls(auth, "code", "link"), "tests", PORTAL)
    assert service.of("cust-1", EMAIL, KEYS, make=True) == {
        PORTAL_LINK: PORTAL,
        LOGIN: EMAIL,
        PASSWORD: PORTAL,
    }
    assert auth.made == []


def test_a_user_name_alone_is_nothing_to_make() -> None:
    auth = FakeAuth()
    assert known(auth, LOGIN, make=True) == {LOGIN: EMAIL}
    assert auth.made == []


@pytest.mark.parametrize("link,credentials", [("revoked", "withdrawn"), ("active", "used")])
def test_what_was_taken_away_or_is_there_is_not_made(link: str, credentials: str) -> None:
    auth = FakeAuth(link, credentials)
    known(auth, make=True)
    assert auth.made == []
