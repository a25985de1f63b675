"""API keys: who may make which, and what a secret opens."""

import base64
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from services.auth.domain.api_keys import ApiKey, State
from services.auth.domain.staff import Role, StaffMember
from services.auth.secrecy import Secrecy
from services.auth.usecases.api_keys import KeyRing
from shared.contracts.scopes import SCOPES
from shared.kernel.context import ANONYMOUS, Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.kernel.ids import new_id
from tests.unit.auth.fakes import NOON, SECRET, FakeApiKeys, ManualClock
from tests.unit.auth.staff_world import FakeStaff

OPERATOR = Context(principal=system("tests"))
A_SECOND = timedelta(seconds=1)


class Ring:
    """The use cases over fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.keys = FakeApiKeys()
        self.staff = FakeStaff()
        self.use = KeyRing(self.keys, self.staff, Secrecy(SECRET), self.clock)  # type: ignore[arg-type]

    def create(
        self,
        *scopes: str,
        context: Context = OPERATOR,
        expires_at: datetime | None = None,
        key: str = "",
        body_hash: str = "hash",
    ) -> dict[str, Any]:
        return self.use.create_api_key(
            context,
            name="the shop",
            scopes=scopes or SCOPES,
            expires_at=expires_at,
            key=IdempotencyKey(key or new_id(), body_hash, "create_api_key"),
        )

    def withdraw(self, api_key: str, context: Context = OPERATOR) -> dict[str, Any]:
        key = IdempotencyKey(new_id(), "hash", "withdraw_api_key")
        return self.use.withdraw_api_key(context, api_key=api_key, key=key)

    def check(self, secret: str) -> dict[str, Any]:
        return self.use.check_api_key(Context(), secret=secret)

    def listed(self, limit: int = 25, cursor: str | None = None) -> dict[str, Any]:
        return self.use.list_api_keys(OPERATOR, limit=limit, cursor=cursor)


@pytest.fixture
def ring() -> Ring:
    return Ring()


def holder(api_key: dict[str, Any]) -> Context:
    """Whoever comes with this key."""
    return Context(principal=Principal(PrincipalKind.API_KEY, api_key["api_key"]))


def made(**others: Any) -> ApiKey:
    """A key as the store has it."""
    values = {"name": "", "scopes": (), "secret_hash": "", "created_at": NOON, "created_by": ""}
    return ApiKey(**{**values, **others})


@pytest.mark.parametrize(
    "key,state",
    [
        (made(), State.ACTIVE),
        (made(expires_at=NOON + A_SECOND), State.ACTIVE),
        (made(expires_at=NOON), State.EXPIRED),
        (made(withdrawn_at=NOON), State.WITHDRAWN),
        (made(withdrawn_at=NOON, expires_at=NOON - A_SECOND), State.WITHDRAWN),
    ],
)
def test_states(key: ApiKey, state: State) -> None:
    assert key.state(NOON) is state


def test_to_write_includes_to_read_and_nothing_else() -> None:
    key = made(scopes=("invoices:write", "customers:read", "import"))

    assert key.allowed == {"invoices:write", "invoices:read", "customers:read", "import"}


def test_a_secret_opens_what_its_key_may_do(ring: Ring) -> None:
    created = ring.create("invoices:write")

    assert ring.check(created["secret"]) == {
        "api_key": created["api_key"],
        "scopes": ["invoices:read", "invoices:write"],
    }


def test_a_secret_has_256_random_bits_and_says_whose_it_is(ring: Ring) -> None:
    first, second = ring.create(), ring.create()

    program, handle, random_part = first["secret"].split("_", 2)
    assert (program, f"key-{handle}") == ("portico", first["api_key"])
    assert len(random_part) * 6 >= 256
    assert not second["secret"].endswith(random_part)


def test_the_store_knows_no_secret(ring: Ring) -> None:
    secret = ring.create()["secret"]

    assert secret.split("_", 2)[2] not in repr(ring.keys)


def test_a_repeated_request_is_answered_with_the_same_secret(ring: Ring) -> None:
    first = ring.create(key="a-key-of-a-form")
    again = ring.create(key="a-key-of-a-form")

    assert again == first
    assert len(ring.keys.kept) == 1


def test_another_who_uses_the_same_idempotency_key_is_not_told_the_secret(ring: Ring) -> None:
    other = ring.create()
    ring.create(key="a-key-of-a-form")

    with pytest.raises(DomainError, match="key_used_for_something_else"):
        ring.create(key="a-key-of-a-form", context=holder(other))


def altered(secret: str) -> str:
    """The same key's handle, another secret."""
    return secret[:-4] + ("aaaa" if secret[-4:] != "aaaa" else "bbbb")


@pytest.mark.parametrize("text", ["", "portico_", "Bearer", "portico_0123456789abcdef_" + "A" * 43, "\ud800"])
def test_what_is_no_secret_opens_nothing(ring: Ring, text: str) -> None:
    with pytest.raises(DomainError, match="invalid_api_key"):
        ring.check(text)


def test_an_altered_secret_opens_nothing(ring: Ring) -> None:
    with pytest.raises(DomainError, match="invalid_api_key"):
        ring.check(altered(ring.create()["secret"]))


def test_an_expired_key_opens_nothing(ring: Ring) -> None:
    secret = ring.create(expires_at=NOON + timedelta(hours=1))["secret"]
    ring.check(secret)
    ring.clock.forward(hours=1)

    with pytest.raises(DomainError, match="invalid_api_key"):
        ring.check(secret)


@pytest.mark.parametrize(
    "expires_at",
    [
        NOON,
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=14))),
    ],
)
def test_a_key_can_not_be_made_expired_nor_for_ever_and_a_day(ring: Ring, expires_at: datetime) -> None:
    with pytest.raises(DomainError, match="invalid_request") as refused:
        ring.create(expires_at=expires_at)
    assert set(refused.value.params["fields"]) == {"expires_at"}


def test_a_withdrawn_key_opens_nothing_and_is_told_of_once(ring: Ring) -> None:
    created = ring.create("invoices:read")

    assert ring.withdraw(created["api_key"])["state"] == "withdrawn"
    ring.clock.forward(hours=1)
    assert ring.withdraw(created["api_key"])["withdrawn_at"] == NOON

    with pytest.raises(DomainError, match="invalid_api_key"):
        ring.check(created["secret"])
    told = [(happening.type, happening.subject, happening.bill_group) for happening in ring.keys.happened]
    assert told == [
        ("api_key_created", created["api_key"], ""),
        ("api_key_withdrawn", created["api_key"], ""),
    ]


def test_what_is_not_there_can_not_be_withdrawn(ring: Ring) -> None:
    with pytest.raises(NotFound):
        ring.withdraw("key-0123456789abcdef")


def test_use_is_written_once_a_minute(ring: Ring) -> None:
    secret = ring.create()["secret"]
    for _ in range(240):
        ring.check(secret)
        ring.clock.forward(seconds=30)

    assert ring.keys.writes == 120
    assert NOON + timedelta(minutes=119) <= ring.listed()["items"][0]["last_used_at"]


@pytest.mark.parametrize(
    "scopes",
    [("keys:write", "invoices:write"), ("invoices:read",), ("invoices:write", "keys:read")],
)
def test_a_key_makes_and_withdraws_keys_that_may_do_no_more(ring: Ring, scopes: tuple[str, ...]) -> None:
    maker = holder(ring.create("keys:write", "invoices:write"))

    created = ring.create(*scopes, context=maker)

    assert created["created_by"] == str(maker.principal)
    assert ring.withdraw(created["api_key"], maker)["state"] == "withdrawn"


@pytest.mark.parametrize("scopes", [SCOPES, ("payments:read",), ("invoices:read", "import")])
def test_a_key_neither_makes_nor_withdraws_keys_that_may_do_more(ring: Ring, scopes: tuple[str, ...]) -> None:
    maker = holder(ring.create("keys:write", "invoices:write"))
    broader = ring.create(*scopes)

    with pytest.raises(DomainError, match="missing_scope"):
        ring.create(*scopes, context=maker)
    with pytest.raises(DomainError, match="missing_scope"):
        ring.withdraw(broader["api_key"], maker)
    assert ring.check(broader["secret"])


def test_a_key_that_expires_makes_none_that_is_good_for_longer(ring: Ring) -> None:
    end = NOON + timedelta(days=1)
    maker = holder(ring.create("keys:write", expires_at=end))

    for longer in (None, end + A_SECOND):
        with pytest.raises(DomainError, match="invalid_request") as refused:
            ring.create("keys:write", context=maker, expires_at=longer)
        assert set(refused.value.params["fields"]) == {"expires_at"}
    assert ring.create("keys:write", context=maker, expires_at=end)["expires_at"] == end


def test_to_read_does_not_let_a_key_make_one_that_writes(ring: Ring) -> None:
    with pytest.raises(DomainError, match="missing_scope") as refused:
        ring.create("invoices:write", context=holder(ring.create("keys:write", "invoices:read")))
    assert refused.value.params == {"scope": "invoices:write"}


def test_a_key_can_withdraw_itself(ring: Ring) -> None:
    own = ring.create("keys:write")

    assert ring.withdraw(own["api_key"], holder(own))["state"] == "withdrawn"


def test_a_key_that_was_withdrawn_meanwhile_makes_and_withdraws_none(ring: Ring) -> None:
    maker = ring.create()
    other = ring.create("import")
    ring.withdraw(maker["api_key"])

    with pytest.raises(DomainError, match="invalid_api_key"):
        ring.create("import", context=holder(maker))
    with pytest.raises(DomainError, match="invalid_api_key"):
        ring.withdraw(other["api_key"], holder(maker))


@pytest.mark.parametrize("principal", [ANONYMOUS, Principal(PrincipalKind.CUSTOMER, "cust-1")])
def test_customers_and_strangers_have_no_business_here(ring: Ring, principal: Principal) -> None:
    stranger = Context(principal=principal)
    api_key = ring.create()["api_key"]

    for attempt in (
        lambda: ring.create(context=stranger),
        lambda: ring.withdraw(api_key, stranger),
        lambda: ring.use.list_api_keys(stranger, limit=25, cursor=None),
    ):
        with pytest.raises(DomainError, match="not_allowed"):
            attempt()


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_hold_each_key_once_and_the_newest_first(ring: Ring, limit: int) -> None:
    created = []
    for i in range(7):
        created.append(ring.create()["api_key"])
        ring.clock.forward(minutes=i % 2)

    listed, cursor = [], None
    while True:
        page = ring.listed(limit, cursor)
        assert 0 < len(page["items"]) <= limit
        listed += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert sorted(line["api_key"] for line in listed) == sorted(created)
    assert [line["created_at"] for line in listed] == sorted(
        (line["created_at"] for line in listed), reverse=True
    )
    assert "secret" not in listed[0]


def cursor_of(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "?",
        "x",
        "é",
        cursor_of("2026"),
        cursor_of("today key-1"),
        cursor_of("0001-01-01T00:00:00+14:00 key-1"),
    ],
)
def test_made_up_cursors_are_refused(ring: Ring, cursor: str) -> None:
    with pytest.raises(DomainError, match="invalid_cursor"):
        ring.listed(cursor=cursor)


def test_staff_give_what_their_role_has(ring: Ring) -> None:
    uwe = Context(principal=Principal(PrincipalKind.STAFF, "staff-1"))
    ring.staff.kept["staff-1"] = StaffMember(
        "uwe@x.example", "uwe@x.example", "Uwe", Role.SUPPORT, NOON, "system:x", password_hash="hash"
    )
    made = ring.create("invoices:read", context=uwe)
    with pytest.raises(DomainError, match="missing_scope"):
        ring.create("settings:write", context=uwe)
    others = ring.create("settings:write")
    with pytest.raises(DomainError, match="missing_scope"):
        ring.withdraw(others["api_key"], uwe)
    ring.withdraw(made["api_key"], uwe)
    ring.staff.kept.clear()
    with pytest.raises(DomainError, match="not_allowed"):
        ring.create("invoices:read", context=uwe)
