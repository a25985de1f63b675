"""The sandbox provider's rules: what it takes, what comes of it, and its texts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from stdnum import iban, luhn

from services.payments.sandbox.checks import Entered, Mistakes, check_account, check_card
from services.payments.sandbox.events import event_of
from services.payments.sandbox.model import ATTEMPTS, LIFETIME, Method, NotPossible, Setup, State
from services.payments.sandbox.test_numbers import CARDS, IBANS, Behaviour, TestNumber
from services.payments.sandbox.texts import TEXTS

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
GOOD_CARD = {"number": "4242 4242 4242 4242", "expiry": "12/29", "cvc": "123"}
METHOD = Method("sm_1", "card", "Visa", "4242", NOW, expiry_year=2029, expiry_month=12)
NEW = Setup("ss_1", "setup-1", "https://portal.test/", "en", NOW)


def mistakes_of(checked: Entered | Mistakes) -> dict[str, str]:
    return dict(checked.fields) if isinstance(checked, Mistakes) else {}


@pytest.mark.parametrize("number", [*CARDS, *IBANS], ids=lambda known: known.number)
def test_test_numbers_have_good_check_digits(number: TestNumber) -> None:
    assert luhn.is_valid(number.number) if number in CARDS else iban.is_valid(number.number)


@pytest.mark.parametrize(
    "field, text, code",
    [
        ("number", "", "required"),
        ("number", "4242 4242 4242 4241", "invalid_number"),
        ("number", "0", "invalid_number"),
        ("number", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "invalid_number"),
        ("number", "4111 1111 1111 1111", "no_test_number"),
        ("expiry", " ", "required"),
        ("expiry", "13/29", "invalid_expiry"),
        ("expiry", "0/29", "invalid_expiry"),
        ("expiry", "12/2099", "invalid_expiry"),
        ("expiry", "05/26", "expired"),
        ("cvc", "", "required"),
        ("cvc", "12", "invalid_cvc_3"),
        ("cvc", "1234", "invalid_cvc_3"),
        ("cvc", "abc", "invalid_cvc_3"),
    ],
)
def test_mistake_in_each_field_of_a_card(field: str, text: str, code: str) -> None:
    assert mistakes_of(check_card({**GOOD_CARD, field: text}, "sm_1", NOW)) == {field: code}


@pytest.mark.parametrize("expiry", ["12/29", "12 / 29", "1229", "12/2029", "12.29", "12-29"])
def test_expiry_as_people_write_it(expiry: str) -> None:
    checked = check_card({**GOOD_CARD, "expiry": expiry}, "sm_1", NOW)

    assert isinstance(checked, Entered)
    assert (checked.method.expiry_year, checked.method.expiry_month) == (2029, 12)


def test_card_is_taken_in_its_last_month() -> None:
    assert not mistakes_of(check_card({**GOOD_CARD, "expiry": "6/26"}, "sm_1", NOW))


def test_american_express_has_four_digits() -> None:
    amex = {**GOOD_CARD, "number": "3782 822463 10005"}

    assert mistakes_of(check_card(amex, "sm_1", NOW)) == {"cvc": "invalid_cvc_4"}
    assert not mistakes_of(check_card({**amex, "cvc": "1234"}, "sm_1", NOW))


def test_all_mistakes_at_once_in_the_order_of_the_form() -> None:
    assert list(mistakes_of(check_card({}, "sm_1", NOW))) == ["number", "expiry", "cvc"]


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "required"),
        ("DE00 3704 0044 0532 0130 00", "invalid_iban"),
        ("hello", "invalid_iban"),
        ("GB29 NWBK 6016 1331 9268 19", "no_test_number"),
    ],
)
def test_mistake_in_an_iban(text: str, code: str) -> None:
    assert mistakes_of(check_account({"iban": text}, "sm_1", "REF", NOW)) == {"iban": code}


def test_of_an_account_only_country_and_last_digits_are_kept() -> None:
    checked = check_account({"iban": "de89 3704 0044 0532 0130 00"}, "sm_1", "REF", NOW)

    assert checked == Entered(
        Method("sm_1", "sepa_debit", "DE", "3000", NOW, mandate="REF"), Behaviour.ACCEPTED
    )


@pytest.mark.parametrize("state, behaviour", list(product(State, Behaviour)))
def test_entering_in_every_state(state: State, behaviour: Behaviour) -> None:
    before = Setup("ss_1", "setup-1", "https://portal.test/", "en", NOW, state)
    after = before.entered(METHOD, behaviour)

    if state is not State.OPEN:
        assert after == before
    elif behaviour is Behaviour.ACCEPTED:
        assert (after.state, after.method) == (State.SUCCEEDED, METHOD)
    elif behaviour is Behaviour.CHALLENGED:
        assert (after.state, after.method) == (State.CHALLENGED, METHOD)
    else:
        assert (after.state, after.method, after.refusal) == (State.OPEN, None, behaviour.value)


def test_challenge_is_confirmed_or_tried_again() -> None:
    challenged = NEW.entered(METHOD, Behaviour.CHALLENGED)
    refused = challenged.challenge_answered(False)

    assert challenged.challenge_answered(True).state is State.SUCCEEDED
    assert (refused.state, refused.method, refused.refusal) == (State.OPEN, None, "authentication_failed")
    assert NEW.challenge_answered(True) == NEW


def test_fails_after_too_many_refusals() -> None:
    setup = NEW
    for _ in range(ATTEMPTS):
        setup = setup.entered(METHOD, Behaviour.CARD_DECLINED)

    assert (setup.state, setup.refusal) == (State.FAILED, "card_declined")


def test_expires() -> None:
    challenged = NEW.entered(METHOD, Behaviour.CHALLENGED)
    end = NOW + LIFETIME

    assert challenged.at(end - timedelta(seconds=1)) == challenged
    assert (challenged.at(end).state, challenged.at(end).refusal) == (State.FAILED, "expired")
    assert NEW.entered(METHOD, Behaviour.ACCEPTED).at(end).state is State.SUCCEEDED


def test_cancelling_ends_what_is_open_only() -> None:
    assert NEW.entered(METHOD, Behaviour.CHALLENGED).cancelled().method is None
    assert NEW.cancelled().state is State.CANCELLED
    assert NEW.entered(METHOD, Behaviour.ACCEPTED).cancelled().state is State.SUCCEEDED


def test_mandate_reference_is_short_enough() -> None:
    assert len(Setup(f"ss_{'0' * 24}", "", "", "en", NOW).mandate_reference) <= 35


def stored(method: Method = METHOD) -> Setup:
    return NEW.entered(method, Behaviour.ACCEPTED)


def test_an_issuer_renews_a_card() -> None:
    after = stored().renewed(2036, 2, "9876", "another")
    assert after.method == replace(
        METHOD, expiry_year=2036, expiry_month=2, last4="9876", fingerprint="another"
    )


@pytest.mark.parametrize("kind, reason", [("card", "card_closed"), ("sepa_debit", "mandate_revoked")])
def test_what_is_revoked_ends_for_good(kind: str, reason: str) -> None:
    after = stored(replace(METHOD, kind=kind)).revoked()
    assert after.method == replace(METHOD, kind=kind, revoked=reason)
    for step in (Setup.revoked, lambda setup: setup.renewed(2036, 2, "9876", "")):
        with pytest.raises(NotPossible):
            step(after)


@pytest.mark.parametrize(
    "setup",
    [
        NEW,
        NEW.cancelled(),
        NEW.entered(METHOD, Behaviour.CHALLENGED),
        stored(replace(METHOD, kind="sepa_debit")),
    ],
)
def test_only_a_card_that_is_stored_is_renewed(setup: Setup) -> None:
    with pytest.raises(NotPossible):
        setup.renewed(2036, 2, "9876", "")


@pytest.mark.parametrize(
    "before, after, told",
    [
        (NEW, stored(), ("setup.succeeded", "ss_1")),
        (NEW, NEW.cancelled(), ("setup.cancelled", "ss_1")),
        (NEW, NEW.at(NOW + LIFETIME), ("setup.failed", "ss_1")),
        (NEW, NEW.entered(METHOD, Behaviour.CHALLENGED), None),
        (NEW, NEW.entered(METHOD, Behaviour.CARD_DECLINED), None),
        (stored(), stored().renewed(2036, 2, "4242", ""), ("method.updated", "sm_1")),
        (stored(), stored().renewed(2029, 12, "4242", ""), None),
        (stored(), stored().revoked(), ("method.revoked", "sm_1")),
    ],
)
def test_what_the_merchant_is_told_of(before: Setup, after: Setup, told: tuple[str, str] | None) -> None:
    event = event_of(before, after, NOW)
    assert (event and (event.type, event.subject)) == told
    assert event is None or (event.reference, event.at) == ("setup-1", NOW)


def test_both_languages_are_complete() -> None:
    assert TEXTS["en"].keys() == TEXTS["de"].keys()
    assert all(text.strip() for texts in TEXTS.values() for text in texts.values())


def test_every_code_has_its_text() -> None:
    codes = {
        "number": ("required", "invalid_number", "no_test_number"),
        "expiry": ("required", "invalid_expiry", "expired"),
        "cvc": ("required", "invalid_cvc_3", "invalid_cvc_4"),
        "iban": ("required", "invalid_iban", "no_test_number"),
    }
    refusals = {behaviour.value for behaviour in Behaviour} - {"accepted", "challenged"}
    expected = {f"mistake_{field}_{code}" for field, found in codes.items() for code in found}
    expected |= {f"effect_{behaviour.value}" for behaviour in Behaviour}
    expected |= {f"refusal_{reason}" for reason in (*refusals, "authentication_failed")}

    assert expected <= TEXTS["en"].keys()
