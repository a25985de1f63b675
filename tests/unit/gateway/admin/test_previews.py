"""Starting a preview from the admin pages."""

from __future__ import annotations

import re

import pytest

from shared.contracts.scopes import ROLES
from shared.kernel.errors import NotFound
from tests.unit.gateway import samples
from tests.unit.gateway.admin.conftest import StaffAs
from tests.unit.gateway.conftest import Browser
from tests.unit.gateway.fakes import FakeServices

PATH = "/admin/bill-groups/bg-0001/preview"


def form(browser: Browser) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/nowhere").text)
    assert found is not None
    return {"csrf_token": found[1], "key": "a-key-that-fits"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_everybody_of_the_staff_may_look(staff_as: StaffAs, services: FakeServices, role: str) -> None:
    services.on("auth", "start_preview", samples.PREVIEW | {"token": samples.PREVIEW_TOKEN})
    browser = staff_as(role)
    answer = browser.client.post(PATH, data=form(browser))
    assert (answer.status_code, answer.location) == (303, "/overview")
    assert browser.client.get_cookie("preview").value == samples.PREVIEW_TOKEN
    (asked,) = services.asked("start_preview")
    assert asked.arguments == {"bill_group": "bg-0001", "key": "a-key-that-fits"}
    assert str(asked.context.principal) == "staff:staff-0001"
    assert "/preview/end" in browser.get("/overview").text


def test_the_staffs_own_pages_are_no_preview(staff: Browser, services: FakeServices) -> None:
    staff.client.set_cookie("preview", samples.PREVIEW_TOKEN)
    services.on("auth", "start_preview", samples.PREVIEW | {"token": "another-token-of-many-characters"})
    answer = staff.client.post(PATH, data=form(staff))
    assert answer.status_code == 303
    (asked,) = services.asked("start_preview")
    assert not asked.context.read_only


def test_of_what_is_not_there_is_none(staff: Browser, services: FakeServices) -> None:
    services.on("auth", "start_preview", NotFound())
    assert staff.client.post(PATH, data=form(staff)).status_code == 404
    assert staff.client.get_cookie("preview") is None


def test_others_are_sent_to_the_door(stranger: Browser, services: FakeServices) -> None:
    answer = stranger.client.post(PATH, data=form(stranger))
    assert answer.status_code in (302, 303, 403)
    assert not services.asked("start_preview")


def test_signing_out_ends_it(staff: Browser, services: FakeServices) -> None:
    staff.client.set_cookie("preview", samples.PREVIEW_TOKEN)
    services.on("auth", "end_staff_session", {})
    services.on("auth", "end_preview", {})
    assert staff.client.post("/admin/logout", data=form(staff)).status_code in (302, 303)
    assert staff.client.get_cookie("preview") is None
    (ended,) = services.asked("end_preview")
    assert ended.arguments == {"token": samples.PREVIEW_TOKEN}
