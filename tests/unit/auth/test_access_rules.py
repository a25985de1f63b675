"""Rules that admit domains and addresses: they never overlap, and who comes in by one is somebody of their own."""

from dataclasses import replace
from typing import Any

import pytest

from services.auth.domain import addresses
from services.auth.domain.access_rules import MOST_RULES, AccessRule, AccessRules, RuleKind
from shared.contracts.auth import contract
from shared.kernel.context import Context, Principal, PrincipalKind
from shared.kernel.errors import DomainError, Kind, NotFound
from shared.kernel.happening import IdempotencyKey
from tests.unit.auth.fakes import NOON, World, way_in

GROUP = "bg-of-cust-1"
JANE = Context(principal=Principal(PrincipalKind.STAFF, "jane"))
KEY = IdempotencyKey("key-of-a-test", "", "")


def domain(text: str, handle: str = "rule-d") -> AccessRule:
    return AccessRule(handle, RuleKind.DOMAIN, *addresses.one_domain(text), NOON, "staff:jane")


def address(text: str, handle: str = "rule-a") -> AccessRule:
    return AccessRule(handle, RuleKind.ADDRESS, *addresses.one_address(text), NOON, "staff:jane")


def rules(*held: AccessRule) -> AccessRules:
    return AccessRules(GROUP, held)


@pytest.mark.parametrize(
    "typed, shown, key",
    [
        ("max@firm.example", "max@firm.example", "max@firm.example"),
        ("  Max.Muster@FIRM.example ", "Max.Muster@firm.example", "max.muster@firm.example"),
        ("max@müller.example", "max@müller.example", "max@xn--mller-kva.example"),
        ("MAX@XN--MLLER-KVA.example", "MAX@müller.example", "max@xn--mller-kva.example"),
        ("ma\u0308x@firm.example", "m\u00e4x@firm.example", "m\u00e4x@firm.example"),
    ],
)
def test_an_address_is_compared_without_case_and_in_ascii(typed: str, shown: str, key: str) -> None:
    assert addresses.one_address(typed) == (shown, key)


@pytest.mark.parametrize(
    "typed, shown, key",
    [
        ("firm.example", "firm.example", "firm.example"),
        (" @Firm.EXAMPLE ", "firm.example", "firm.example"),
        ("mail.firm.example", "mail.firm.example", "mail.firm.example"),
        ("Müller.example", "müller.example", "xn--mller-kva.example"),
        ("xn--mller-kva.example", "müller.example", "xn--mller-kva.example"),
    ],
)
def test_a_domain_is_compared_without_case_and_in_ascii(typed: str, shown: str, key: str) -> None:
    assert addresses.one_domain(typed) == (shown, key)


@pytest.mark.parametrize("between", [",", ", ", ";", " ; ", " ", "\n", "\t", ",\u00a0"])
def test_a_list_is_refused(between: str) -> None:
    with pytest.raises(DomainError, match="one_at_a_time"):
        addresses.one_address(f"max@firm.example{between}eva@firm.example")
    with pytest.raises(DomainError, match="one_at_a_time"):
        addresses.one_domain(f"firm.example{between}other.example")


@pytest.mark.parametrize("typed", ["", "max", "max@", "@firm.example", "max@firm", "max@@firm.example"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="invalid_email"):
        addresses.one_address(typed)


@pytest.mark.parametrize(
    "typed", ["", "@", "firm", "*.firm.example", "max@firm.example", "firm..example", "[::1]"]
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="invalid_domain"):
        addresses.one_domain(typed)


@pytest.mark.parametrize(
    "held, added, refused",
    [
        (domain("firm.example"), "max@firm.example", "domain_granted"),
        (domain("firm.example"), "MAX@Firm.example", "domain_granted"),
        (domain("müller.example"), "max@xn--mller-kva.example", "domain_granted"),
        (domain("firm.example"), "max@mail.firm.example", None),
        (domain("mail.firm.example"), "max@firm.example", None),
        (address("max@firm.example"), "Max@firm.example", "already_granted"),
        (address("max@firm.example"), "eva@firm.example", None),
    ],
)
def test_an_address_whose_domain_is_granted_is_refused(
    held: AccessRule, added: str, refused: str | None
) -> None:
    new = address(added, "rule-new")
    if refused is None:
        after, [happening] = rules(held).grant_address(new)
        assert after.rules == (held, new)
        assert (happening.type, happening.data["replaced"]) == ("access_rule_added", [])
        return
    with pytest.raises(DomainError, match=refused):
        rules(held).grant_address(new)


def test_granting_a_domain_replaces_the_addresses_that_were_named() -> None:
    max_, eva = address("Max@firm.example", "rule-1"), address("eva@firm.example", "rule-2")
    other = address("max@mail.firm.example", "rule-3")
    before = rules(max_, other, eva)
    assert before.covered_by("firm.example") == (max_, eva)

    with pytest.raises(DomainError, match="addresses_covered") as more:
        before.grant_domain(domain("firm.example"), ["max@firm.example"])
    assert more.value.kind is Kind.CONFLICT
    assert more.value.params["addresses"] == ["Max@firm.example", "eva@firm.example"]

    confirmed = ["max@firm.example", "eva@firm.example", "gone@firm.example"]
    after, [happening] = before.grant_domain(domain("firm.example"), confirmed)
    assert after.rules == (other, domain("firm.example"))
    assert happening.data["replaced"] == ["Max@firm.example", "eva@firm.example"]
    assert happening.data["changes"] == [
        {"field": "access_rules.address", "old": "Max@firm.example", "new": ""},
        {"field": "access_rules.address", "old": "eva@firm.example", "new": ""},
        {"field": "access_rules.domain", "old": "", "new": "firm.example"},
    ]
    assert contract.events[happening.type].data().validate(happening.data) == {}

    with pytest.raises(DomainError, match="already_granted"):
        after.grant_domain(domain("FIRM.example"), confirmed)


def test_a_rule_that_is_removed_is_told() -> None:
    after, [happening] = rules(domain("firm.example"), address("eva@x.example")).remove("rule-d")
    assert after.rules == (address("eva@x.example"),)
    assert (happening.type, happening.bill_group) == ("access_rule_removed", GROUP)
    assert happening.data["changes"] == [{"field": "access_rules.domain", "old": "firm.example", "new": ""}]
    assert contract.events[happening.type].data().validate(happening.data) == {}
    with pytest.raises(NotFound):
        after.remove("rule-d")


def test_there_is_room_for_so_many() -> None:
    many = rules(*(address(f"a{number}@firm.example", f"rule-{number}") for number in range(MOST_RULES)))
    with pytest.raises(DomainError, match="too_many_rules"):
        many.grant_address(address("one-more@firm.example"))
    every = [rule.key for rule in many.rules]
    assert len(many.grant_domain(domain("firm.example"), every)[0].rules) == 1


@pytest.fixture
def world() -> World:
    world = World()
    world.customers.groups[GROUP] = way_in()
    return world


def grant(world: World, text: str, replaces: tuple[str, ...] = (), context: Context = JANE) -> dict[str, Any]:
    if "@" in text:
        return world.rules.grant_address(context, bill_group=GROUP, address=text, key=KEY)
    return world.rules.grant_domain(context, bill_group=GROUP, domain=text, replaces=replaces, key=KEY)


def test_granting_in_two_steps(world: World) -> None:
    grant(world, "Max@firm.example")
    preview = world.rules.preview_domain_grant(JANE, bill_group=GROUP, domain="Firm.example")
    assert preview["covered"] == ["Max@firm.example"]
    assert preview["is_public_provider"] is False
    with pytest.raises(DomainError, match="addresses_covered"):
        grant(world, "firm.example")
    granted = grant(world, "firm.example", replaces=("MAX@firm.example", "no address"))
    assert [(item["kind"], item["value"], item["added_by"]) for item in granted["items"]] == [
        ("domain", "firm.example", "staff:jane")
    ]
    assert world.rules.list_access_rules(JANE, bill_group=GROUP) == granted
    schema = contract.methods["grant_domain"].reply()
    schema.load(schema.dump(granted))


@pytest.mark.parametrize("text", ["gmail.com", "@GMX.de", "web.de", "outlook.com"])
def test_a_public_provider_is_warned_of(world: World, text: str) -> None:
    assert world.rules.preview_domain_grant(JANE, bill_group=GROUP, domain=text)["is_public_provider"]


def test_only_the_merchants_side_may(world: World) -> None:
    customer = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
    for text in ("firm.example", "max@firm.example"):
        with pytest.raises(DomainError, match="not_allowed"):
            grant(world, text, context=customer)
    with pytest.raises(DomainError, match="not_allowed"):
        world.rules.list_access_rules(customer, bill_group=GROUP)
    with pytest.raises(DomainError, match="not_allowed"):
        world.rules.remove_access_rule(customer, bill_group=GROUP, rule="rule-1", key=KEY)


def test_a_bill_group_that_is_not_there(world: World) -> None:
    for refused in (
        lambda: world.rules.list_access_rules(JANE, bill_group="bg-9"),
        lambda: world.rules.preview_domain_grant(JANE, bill_group="bg-9", domain="firm.example"),
        lambda: world.rules.grant_address(JANE, bill_group="bg-9", address="max@firm.example", key=KEY),
    ):
        with pytest.raises(NotFound):
            refused()
    assert world.book.kept == {}


def test_somebody_of_a_granted_domain_comes_in_as_somebody_of_their_own(world: World) -> None:
    grant(world, "firm.example")
    session = world.sign_in("Max@Firm.example")
    assert (session["bill_group"], session["contact_role"]) == (GROUP, "guest")
    assert (session["email"], session["name"]) == ("max@firm.example", "")
    assert session["principal"].startswith("guest-")
    [(context, told)] = world.sessions.happened
    assert str(context.principal) == f"customer:{session['principal']}"
    assert told.data["email"] == "max@firm.example"
    assert world.guests.emails([session["principal"]]) == {session["principal"]: "max@firm.example"}
    assert world.sign_in("max@FIRM.example", browser="x" * 30)["principal"] == session["principal"]


def test_an_address_that_is_admitted_gets_its_mail_as_staff_entered_it(world: World) -> None:
    grant(world, "Max@firm.example")
    session = world.sign_in("MAX@firm.example")
    assert world.challenges.happened[-1].data["email"] == "Max@firm.example"
    assert session["email"] == "Max@firm.example"
    with pytest.raises(DomainError, match="unknown_address"):
        world.ask("eva@firm.example")


def test_a_contact_stays_a_contact_where_their_domain_is_granted(world: World) -> None:
    grant(world, "example.com")
    session = world.sign_in()
    assert (session["contact_role"], session["principal"]) == ("billing", "cust-1")


def test_subdomains_are_not_covered(world: World) -> None:
    grant(world, "firm.example")
    with pytest.raises(DomainError, match="unknown_address"):
        world.ask("max@mail.firm.example")


def test_a_rule_opens_nothing_that_is_switched_off(world: World) -> None:
    grant(world, "firm.example")
    world.customers.groups[GROUP] = replace(way_in(), is_on=False)
    with pytest.raises(DomainError, match="no_access"):
        world.ask("max@firm.example")
