"""Forms that are kept across a sign-in: for the same browser and bill group only, and unreadable to the store."""

from typing import Any

import pytest
from marshmallow import ValidationError

from services.auth.domain import limits
from shared.contracts.auth_forms import MOST_BYTES, KeepForm
from shared.kernel.errors import DomainError, NotFound
from tests.unit.auth.fakes import BROWSER, World, way_in

GROUP = "bg-of-cust-1"
PATH = "/details/billing?from=overview"
FIELDS = [
    {"name": "city", "value": "Timbuktu"},
    {"name": "key", "value": "a-key"},
    {"name": "city", "value": ""},
]


@pytest.fixture
def world() -> World:
    return World()


def keep(world: World, token: str, browser: str = BROWSER) -> str:
    """Keep the form; its handle."""
    handle: str = world.keeping.keep_form(token=token, browser=browser, path=PATH, fields=FIELDS)["form"]
    return handle


def get(world: World, form: str, bill_group: str = GROUP, browser: str = BROWSER) -> dict[str, Any]:
    """The kept form."""
    return world.keeping.get_form(bill_group=bill_group, form=form, browser=browser)


def test_a_form_comes_back_as_it_was_also_after_its_session_has_ended(world: World) -> None:
    token = world.sign_in()["token"]
    world.clock.forward(hours=3)
    form = keep(world, token)
    world.clock.forward(minutes=29)

    kept = get(world, form)

    assert (kept["path"], kept["fields"]) == (PATH, FIELDS)


def test_it_is_there_for_the_same_browser_and_bill_group_only(world: World) -> None:
    world.customers.ways["bob@example.com"] = [way_in("cust-2", email="bob@example.com")]
    form = keep(world, world.sign_in()["token"])

    for others in ({"browser": "browser-token-of-somebody-else"}, {"bill_group": "bg-of-cust-2"}):
        with pytest.raises(NotFound):
            get(world, form, **others)
        world.keeping.drop_form(**{"bill_group": GROUP, "form": form, "browser": BROWSER, **others})
    assert get(world, form)


def test_it_is_kept_for_half_an_hour_and_until_it_is_dropped(world: World) -> None:
    token = world.sign_in()["token"]
    old = keep(world, token)
    world.clock.forward(minutes=30)
    new = keep(world, token)

    with pytest.raises(NotFound):
        get(world, old)
    for _ in range(2):
        world.keeping.drop_form(bill_group=GROUP, form=new, browser=BROWSER)
    with pytest.raises(NotFound):
        get(world, new)


def test_the_store_can_not_read_it(world: World) -> None:
    form = keep(world, world.sign_in()["token"])

    stored = repr(world.forms.kept[form])
    for secret in ("Timbuktu", "city", "/details", BROWSER):
        assert secret not in stored


def test_nothing_is_kept_for_a_session_that_never_was(world: World) -> None:
    with pytest.raises(DomainError, match="no_session"):
        keep(world, "a-token-that-opened-nothing-at-all")
    assert not world.forms.kept


def test_the_token_of_an_old_session_can_not_fill_the_store(world: World) -> None:
    token = world.sign_in()["token"]
    for _ in range(limits.FORMS_PER_SESSION.most):
        keep(world, token)

    with pytest.raises(DomainError, match="too_many_requests"):
        keep(world, token)


def asked(**changed: Any) -> dict[str, Any]:
    return {"token": "t" * 30, "browser": BROWSER, "path": PATH, "fields": FIELDS, **changed}


def test_what_is_asked_for_comes_through_its_schema() -> None:
    assert KeepForm().load(asked()) == asked()


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "//evil.example/"},
        {"path": "https://evil.example/"},
        {"fields": [{"name": "code", "value": "12345678"}]},
        {"fields": [{"name": "csrf_token", "value": "x"}]},
        {"fields": [{"name": "new_password", "value": "secret"}]},
        {"fields": [{"name": "x", "value": "ä" * (MOST_BYTES // 2)}]},
        {"fields": [{"name": "x", "value": "y" * 1024}] * 64},
    ],
)
def test_secrets_other_sites_and_too_much_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KeepForm().load(asked(**changed))
