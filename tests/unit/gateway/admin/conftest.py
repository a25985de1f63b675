"""Browsers in which somebody of the staff is signed in to the admin pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from shared.contracts.scopes import ROLES
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

StaffAs = Callable[[str], Browser]

TOKEN_OF = {role: f"a-staff-token-of-somebody-who-is-{role}" for role in ROLES}


def session_of(role: str) -> dict[str, Any]:
    """The session of Vera Lindt, who has this role."""
    return {
        "session": "ses-staff-1",
        "staff": "staff-0001",
        "name": "Vera Lindt",
        "email": "vera@nordlicht.example",
        "role": role,
        "scopes": sorted(ROLES[role]),
        "created_at": "2026-11-21T10:00:00+00:00",
        "expires_at": "2026-11-21T11:00:00+00:00",
    }


@pytest.fixture
def staff_as(app: Flask, services: FakeServices) -> StaffAs:
    """A browser for each role: ``staff_as("support")``."""
    sessions = {token: session_of(role) for role, token in TOKEN_OF.items()}
    services.on("auth", "get_staff_session", lambda token: sessions[token])

    def sign_in(role: str) -> Browser:
        client = app.test_client()
        client.set_cookie("staff", TOKEN_OF[role])
        return Browser(client)

    return sign_in


@pytest.fixture
def staff(staff_as: StaffAs) -> Browser:
    """A browser in which the owner is signed in to the admin pages."""
    return staff_as("owner")
