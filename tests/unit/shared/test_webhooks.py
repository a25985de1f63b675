"""Messages that are to be believed, and all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.webhooks import ID, SIGNATURE, TIMESTAMP, Secret, WebhookRefused

# An example of the documentation of Svix, where Standard Webhooks come from.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
NOW = datetime.fromtimestamp(1614265330, UTC)
HEADERS = {
    ID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    TIMESTAMP: "1614265330",
    SIGNATURE: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def refusal(headers: dict[str, str] = HEADERS, body: bytes = BODY, now: datetime = NOW) -> str:
    with pytest.raises(WebhookRefused) as refused:
        Secret.read(SECRET).verify(headers, body, now)
    return refused.value.reason


def test_signs_as_others_do() -> None:
    assert Secret.read(SECRET).sign(HEADERS[ID], BODY, NOW) == HEADERS


def test_a_right_message_is_believed() -> None:
    assert Secret.read(SECRET).verify(HEADERS, BODY, NOW) == HEADERS[ID]


def test_one_right_signature_among_several_is_enough() -> None:
    headers = {**HEADERS, SIGNATURE: f"v1,b3RoZXI= v1a,b3RoZXI= {HEADERS[SIGNATURE]}"}
    assert Secret.read(SECRET).verify(headers, BODY, NOW) == HEADERS[ID]


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_may_be_five_minutes_old_or_ahead(seconds: int) -> None:
    for fraction in (0, 999):
        now = NOW + timedelta(seconds=seconds, milliseconds=fraction)
        assert Secret.read(SECRET).verify(HEADERS, BODY, now)


@pytest.mark.parametrize("seconds, reason", [(301, "too_old"), (-301, "too_early"), (86_400, "too_old")])
def test_is_refused_a_second_later(seconds: int, reason: str) -> None:
    assert refusal(now=NOW + timedelta(seconds=seconds)) == reason


def test_age_is_told_of_what_was_signed_only() -> None:
    assert refusal({**HEADERS, SIGNATURE: "v1,b3RoZXI="}, now=NOW + timedelta(hours=1)) == "wrong_signature"


@pytest.mark.parametrize("position", range(len(BODY)))
def test_every_altered_byte_is_seen(position: int) -> None:
    altered = bytes(byte ^ (index == position) for index, byte in enumerate(BODY))
    assert refusal(body=altered) == "wrong_signature"


@pytest.mark.parametrize(
    "changed, reason",
    [
        ({ID: "msg_other"}, "wrong_signature"),
        ({TIMESTAMP: "1614265331"}, "wrong_signature"),
        ({SIGNATURE: ""}, "wrong_signature"),
        ({SIGNATURE: "v1,"}, "wrong_signature"),
        ({SIGNATURE: HEADERS[SIGNATURE].removeprefix("v1,")}, "wrong_signature"),
        ({SIGNATURE: HEADERS[SIGNATURE].replace("v1,", "v2,")}, "wrong_signature"),
        ({SIGNATURE: "v1,ü"}, "wrong_signature"),
        # Read in another way, the same would be signed.
        ({ID: "msg.1614265330"}, "malformed"),
        ({ID: ""}, "malformed"),
        ({ID: "m" * 101}, "malformed"),
        ({TIMESTAMP: ""}, "malformed"),
        ({TIMESTAMP: "-1"}, "malformed"),
        ({TIMESTAMP: "1614265330.0"}, "malformed"),
        ({TIMESTAMP: "9" * 13}, "malformed"),
        ({TIMESTAMP: "١٦١٤٢٦٥٣٣٠"}, "malformed"),
    ],
)
def test_whatever_is_wrong_with_the_headers(changed: dict[str, str], reason: str) -> None:
    assert refusal({**HEADERS, **changed}) == reason


@pytest.mark.parametrize("missing", HEADERS)
def test_no_header_may_be_missing(missing: str) -> None:
    assert refusal({name: value for name, value in HEADERS.items() if name != missing})


def test_another_secret_believes_nothing() -> None:
    with pytest.raises(WebhookRefused, match="wrong_signature"):
        Secret.read(Secret.new()).verify(HEADERS, BODY, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_c2hvcnQ=",
        "whsec_?" + "A" * 32,
        "whsec_é",
        "whsec_" + "A" * 88,
    ],
)
def test_what_is_no_secret(text: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        Secret.read(text)


def test_a_secret_is_in_no_log() -> None:
    assert repr(Secret.read(SECRET)) == "Secret()"
