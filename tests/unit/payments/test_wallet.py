"""The rules of a wallet."""

from dataclasses import replace
from itertools import product

import pytest

from services.payments.domain.setups import start
from services.payments.domain.wallet import Action, Change, RunningSubscription, Status, Wallet
from shared.contracts.payments import contract
from shared.kernel.errors import DomainError, NotFound
from tests.unit.payments.examples import EXPIRED, GROUP, NOW, card, method, wallet

RUNNING = (RunningSubscription("sub-1", None), RunningSubscription("sub-2", "pm-1"))
UPDATABLE = {Status.ACTIVE, Status.INACTIVATED, Status.FAILED, Status.PENDING}

# What comes of each action on a method in each status: the status after it, or the error.
EXPECTED: dict[tuple[Status, Action], Status | str] = {
    **{(status, Action.UPDATE): Status.ACTIVE for status in UPDATABLE},
    **{(status, Action.REMOVE): Status.DELETED for status in UPDATABLE},
    **{(status, Action.END): Status.INACTIVATED for status in UPDATABLE},
    **{(status, Action.MAKE_DEFAULT): "method_not_active" for status in UPDATABLE - {Status.ACTIVE}},
    (Status.ACTIVE, Action.MAKE_DEFAULT): Status.ACTIVE,
    **{(Status.DELETED, action): "not_found" for action in Action},
}


def act(before: Wallet, action: Action) -> Change:
    match action:
        case Action.MAKE_DEFAULT:
            return before.make_default("pm-1", NOW)
        case Action.UPDATE:
            return before.update("pm-1", card("1881"), "setup-9", NOW)
        case Action.REMOVE:
            return before.remove("pm-1", (), NOW)
        case Action.END:
            # What it does not have any more is simply not there for a provider that tells of it.
            before.get("pm-1")
            return before.follow(card(), ended=True)


def status_of(after: Wallet, handle: str) -> Status:
    return next(kept.status for kept in after.methods if kept.handle == handle)


@pytest.mark.parametrize("status, action", list(product(Status, Action)))
def test_every_action_in_every_status(status: Status, action: Action) -> None:
    before = wallet(method("pm-1", status), method("pm-2"), default="pm-2")
    expected = EXPECTED[status, action]

    if isinstance(expected, Status):
        assert status_of(act(before, action).wallet, "pm-1") is expected
    else:
        with pytest.raises(DomainError) as refused:
            act(before, action)
        assert refused.value.code == expected


def types(change: Change) -> list[str]:
    return [happening.type for happening in change.happenings]


def test_first_method_becomes_the_default() -> None:
    change = wallet().add(method("pm-1"), NOW)

    assert change.wallet.default == "pm-1"
    assert types(change) == ["payment_method_added", "default_payment_method_changed"]
    assert change.happenings[0].data == {
        "payment_method": "pm-1",
        "kind": "card",
        "brand": "Visa",
        "last4": "4242",
        "expiry": {"month": 12, "year": 2029},
        "default": True,
    }


def test_second_method_leaves_the_default_alone() -> None:
    change = wallet(method("pm-1"), default="pm-1").add(method("pm-2"), NOW)

    assert change.wallet.default == "pm-1"
    assert types(change) == ["payment_method_added"]


@pytest.mark.parametrize("unusable", [method("pm-1", expiry=EXPIRED), method("pm-1", Status.FAILED)])
def test_new_method_takes_over_from_a_default_that_cannot_be_charged(unusable: object) -> None:
    change = wallet(unusable, default="pm-1").add(method("pm-2"), NOW)

    assert change.wallet.default == "pm-2"


def test_method_that_cannot_be_charged_does_not_become_the_default() -> None:
    assert wallet().add(method("pm-1", Status.PENDING), NOW).wallet.default is None


def test_expired_card_is_not_made_the_default() -> None:
    before = wallet(method("pm-1"), method("pm-2", expiry=EXPIRED), default="pm-1")

    with pytest.raises(DomainError, match="method_expired"):
        before.make_default("pm-2", NOW)


def test_making_the_default_the_default_changes_nothing() -> None:
    before = wallet(method("pm-1"), default="pm-1")

    assert before.make_default("pm-1", NOW) == Change(before)


def test_removing_the_default_moves_it_to_the_newest_that_can_be_charged() -> None:
    before = wallet(
        method("pm-1"), method("pm-2"), method("pm-3"), method("pm-4", expiry=EXPIRED), default="pm-1"
    )

    change = before.remove("pm-1", RUNNING, NOW)

    assert change.wallet.default == "pm-3"
    assert types(change) == ["payment_method_removed", "default_payment_method_changed"]
    assert change.happenings[0].data["default"] is True
    assert change.happenings[1].data == {"old": "pm-1", "new": "pm-3"}


def test_removing_another_leaves_the_default_alone() -> None:
    before = wallet(method("pm-1"), method("pm-2"), default="pm-2")

    change = before.remove("pm-1", RUNNING, NOW)

    assert change.wallet.default == "pm-2"
    assert types(change) == ["payment_method_removed"]


def test_removing_another_moves_a_default_that_has_expired_to_one_that_can_be_charged() -> None:
    before = wallet(method("pm-1", expiry=EXPIRED), method("pm-2"), method("pm-3"), default="pm-1")

    change = before.remove("pm-3", RUNNING, NOW)

    assert change.wallet.default == "pm-2"
    assert change.happenings[1].data == {"old": "pm-1", "new": "pm-2"}


def test_removing_another_leaves_a_default_that_has_expired_where_nothing_else_can_be_charged() -> None:
    before = wallet(method("pm-1", expiry=EXPIRED), method("pm-2", Status.FAILED), default="pm-1")

    assert before.remove("pm-2", RUNNING, NOW).wallet.default == "pm-1"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (method("pm-2", Status.FAILED),),
        (method("pm-2", Status.DELETED),),
        (method("pm-2", expiry=EXPIRED),),
    ],
)
def test_last_method_is_needed_while_a_subscription_runs(others: tuple) -> None:
    before = wallet(method("pm-1"), *others, default="pm-1")

    with pytest.raises(DomainError) as refused:
        before.remove("pm-1", RUNNING, NOW)

    assert refused.value.code == "method_needed"
    assert refused.value.params == {"subscriptions": ["sub-1", "sub-2"]}


def test_last_method_goes_when_no_subscription_runs() -> None:
    change = wallet(method("pm-1"), default="pm-1").remove("pm-1", (), NOW)

    assert change.wallet.shown == ()
    assert change.wallet.default is None


@pytest.mark.parametrize("useless", [method("pm-1", Status.FAILED), method("pm-1", expiry=EXPIRED)])
def test_method_that_cannot_be_charged_is_not_needed(useless: object) -> None:
    change = wallet(useless, default="pm-1").remove("pm-1", RUNNING, NOW)

    assert change.wallet.shown == ()


def test_setup_adds_its_method_once() -> None:
    setup = start("setup-1", GROUP, "sandbox", "https://portal.test/", "en", None, NOW)
    once = wallet().complete(setup, card(), NOW)
    twice = once.wallet.complete(setup, card(), NOW)

    assert [kept.handle for kept in once.wallet.shown] == ["pm-1"]
    assert twice == Change(once.wallet)


def test_setup_does_not_bring_back_a_method_that_was_removed() -> None:
    setup = start("setup-1", GROUP, "sandbox", "https://portal.test/", "en", None, NOW)
    removed = wallet().complete(setup, card(), NOW).wallet.remove("pm-1", (), NOW).wallet

    assert removed.complete(setup, card(), NOW) == Change(removed)


def test_setup_updates_the_method_that_it_replaces() -> None:
    setup = start("setup-1", GROUP, "sandbox", "https://portal.test/", "en", "pm-7", NOW)
    before = wallet(method("pm-7", Status.FAILED, expiry=EXPIRED), default="pm-7")

    change = before.complete(setup, card("1881"), NOW)

    (updated,) = change.wallet.shown
    assert (updated.handle, updated.instrument.last4, updated.status) == ("pm-7", "1881", Status.ACTIVE)
    assert types(change) == ["payment_method_updated"]
    assert change.happenings[0].data["replaced"] == {
        "kind": "card",
        "brand": "Visa",
        "last4": "4242",
        "expiry": {"month": 5, "year": 2026},
    }
    assert change.wallet.complete(setup, card("1881"), NOW) == Change(change.wallet)


def test_setup_adds_a_method_when_the_one_to_replace_is_gone() -> None:
    setup = start("setup-1", GROUP, "sandbox", "https://portal.test/", "en", "pm-7", NOW)
    before = wallet(method("pm-7", Status.DELETED))

    assert [kept.handle for kept in before.complete(setup, card(), NOW).wallet.shown] == ["pm-1"]


def test_auto_pay_is_turned_off_once() -> None:
    change = wallet().set_auto_pay(False)

    assert change.wallet.auto_pay is False
    assert types(change) == ["auto_pay_changed"]
    assert change.wallet.set_auto_pay(False) == Change(change.wallet)


def test_import_takes_the_first_that_can_be_charged_as_default() -> None:
    methods = [method("pm-1", expiry=EXPIRED), method("pm-2"), method("pm-3")]

    change = wallet().take_over(methods, None, False, NOW)

    assert change.wallet.default == "pm-2"
    assert change.wallet.auto_pay is False
    assert types(change) == ["payment_methods_imported"]


def test_import_may_name_an_expired_card_as_default() -> None:
    change = wallet().take_over([method("pm-1", expiry=EXPIRED)], "pm-1", True, NOW)

    assert change.wallet.default == "pm-1"


def test_import_leaves_alone_what_is_known() -> None:
    before = wallet(method("pm-1"), method("pm-2"), default="pm-2", auto_pay=False)

    assert before.take_over([method("pm-1", Status.FAILED)], "pm-1", True, NOW) == Change(before)


def test_import_refuses_a_default_that_is_not_active() -> None:
    with pytest.raises(DomainError, match="method_not_active"):
        wallet().take_over([method("pm-1", Status.FAILED)], "pm-1", True, NOW)
    with pytest.raises(NotFound):
        wallet().take_over([method("pm-1")], "pm-2", True, NOW)


@pytest.mark.parametrize(
    "before, paid, needed_by, default_after",
    [
        (wallet(method("pm-1"), default="pm-1"), ["sub-1", "sub-2"], ("sub-1", "sub-2"), None),
        (wallet(method("pm-1"), method("pm-2"), default="pm-2"), ["sub-2"], (), "pm-2"),
        (wallet(method("pm-1"), method("pm-2"), default="pm-1"), ["sub-1", "sub-2"], (), "pm-2"),
        (wallet(method("pm-1", expiry=EXPIRED), default="pm-1"), ["sub-1", "sub-2"], (), None),
    ],
)
def test_what_a_removal_comes_to(
    before: Wallet, paid: list[str], needed_by: tuple[str, ...], default_after: str | None
) -> None:
    planned = before.removal("pm-1", RUNNING, NOW)

    assert [one.handle for one in planned.paid] == paid
    assert planned.needed_by == needed_by
    assert planned.after.default == default_after
    if not needed_by:
        assert before.remove("pm-1", RUNNING, NOW).wallet == planned.after


def test_a_subscription_whose_own_method_is_gone_is_paid_with_the_default() -> None:
    kept = wallet(method("pm-1", Status.DELETED), method("pm-2"), default="pm-2")

    assert [kept.payer(one) for one in RUNNING] == ["pm-2", "pm-2"]


def test_an_updated_method_takes_over_from_a_default_that_cannot_be_charged() -> None:
    before = wallet(method("pm-1", expiry=EXPIRED), method("pm-2", Status.FAILED), default="pm-1")

    assert before.update("pm-2", card("1881"), "setup-9", NOW).wallet.default == "pm-2"
    assert before.update("pm-1", card("1881"), "setup-9", NOW).wallet.default == "pm-1"


@pytest.mark.parametrize("status", UPDATABLE)
def test_a_card_that_its_issuer_has_renewed_is_known_with_its_new_expiry(status: Status) -> None:
    before = wallet(method("pm-1", status, EXPIRED), default="pm-1")

    change = before.follow(card("1881"), ended=False)
    assert change == Change(before), "another token"

    renewed = replace(card(), last4="9876")
    change = before.follow(renewed, ended=False)
    (updated,) = change.wallet.shown
    assert (updated.instrument, updated.status, change.wallet.default) == (renewed, status, "pm-1")
    [told] = change.happenings
    assert (told.type, told.data["renewed"]) == ("payment_method_updated", True)
    assert (told.data["last4"], told.data["expiry"]) == ("9876", {"month": 12, "year": 2029})
    assert (told.data["replaced"]["last4"], told.data["replaced"]["expiry"]["year"]) == ("4242", 2026)
    assert contract.events[told.type].data().validate(told.data) == {}
    assert change.wallet.follow(renewed, ended=False) == Change(change.wallet)


def test_what_is_ended_at_its_provider_stays_the_default_and_pays_nothing() -> None:
    before = wallet(method("pm-1"), method("pm-2"), default="pm-1")
    before = replace(before, methods=(before.methods[0], replace(before.methods[1], instrument=card("1881"))))

    change = before.follow(card(), ended=True)
    assert types(change) == ["payment_method_inactivated"]
    assert change.happenings[0].data["default"] is True
    assert contract.events["payment_method_inactivated"].data().validate(change.happenings[0].data) == {}
    assert [kept.status for kept in change.wallet.methods] == [Status.INACTIVATED, Status.ACTIVE]
    assert (change.wallet.default, change.wallet.collects(NOW)) == ("pm-1", False)
    assert change.wallet.follow(card(), ended=True) == Change(change.wallet)
    # What was ended for good is not begun again by older word of it.
    assert change.wallet.follow(card(), ended=False) == Change(change.wallet)


def test_a_provider_tells_of_its_own_methods_only() -> None:
    before = wallet(method("pm-1"), method("pm-2", Status.DELETED))
    assert before.follow(replace(card(), provider="other"), ended=True) == Change(before)
    assert before.known_as("sandbox", "sm_4242") == before.methods[0]
    assert before.known_as("imported", "sm_4242") is None
