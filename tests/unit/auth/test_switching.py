"""Portal links lead to one bill group, and whoever may enter several can switch between them."""

from datetime import timedelta
from typing import Any

import pytest

from services.auth.domain.sessions import LONGEST
from services.auth.secrecy import Secrecy
from services.auth.usecases.portal_links import PortalLinks
from services.auth.usecases.switching import Switching
from shared.contracts.auth import contract
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from tests.unit.auth.fakes import NOON, SECRET, World, way_in

STAFF = Context(principal=system("tests"))
NEWER, OLDER = "bg-of-cust-2", "bg-of-cust-1"


class Portal(World):
    """Ada is a contact of two customers, and somebody else of a third."""

    def __init__(self) -> None:
        super().__init__()
        self.customers.ways["ada@example.com"] = [
            way_in("cust-2", created_at=NOON + timedelta(days=1), customer_name="Newer", company="North"),
            way_in("cust-1", customer_name="Older", company="Older"),
        ]
        self.customers.ways["bob@example.com"] = [way_in("cust-3", email="bob@example.com")]
        for handle in (NEWER, OLDER, "bg-of-cust-3"):
            self.customers.groups[handle] = way_in(bill_group=handle)
        secrecy: Any = Secrecy(SECRET)
        sessions: Any = self.sessions
        self.portal_links = PortalLinks(self.customers, secrecy, portal="https://portal.example/")
        self.switching = Switching(sessions, self.onward, self.desk, secrecy, self.clock)

    def link(self, bill_group: str) -> str:
        """What the portal link of a bill group ends with."""
        url: str = self.portal_links.get_portal_link(STAFF, bill_group=bill_group)["url"]
        assert url.startswith("https://portal.example/p/")
        return url.removeprefix("https://portal.example/p/")

    def ask_at(self, link: str, email: str = "ada@example.com") -> str:
        """Ask for a code at a portal link; the challenge."""
        view = self.codes.request_code(
            self.context, email=email, browser="b" * 30, language="en", portal_link=link
        )
        handle: str = view["challenge"]
        return handle

    def entrances(self, session: dict[str, Any]) -> list[tuple[str, str, bool]]:
        """What is open to whoever is in a session."""
        found = self.switching.list_entrances(
            self.context, bill_group=session["bill_group"], session=session["session"]
        )
        schema = contract.methods["list_entrances"].reply()
        schema.load(schema.dump(found))
        return [(each["bill_group"], each["account"], each["is_here"]) for each in found["items"]]

    def switch(self, session: dict[str, Any], to: str) -> dict[str, Any]:
        return self.switching.switch_bill_group(
            self.context, bill_group=session["bill_group"], token=session["token"], to=to
        )


@pytest.fixture
def portal() -> Portal:
    return Portal()


def test_the_sign_in_of_a_portal_link_is_for_its_bill_group(portal: Portal) -> None:
    assert portal.sign_in()["bill_group"] == NEWER
    challenge = portal.ask_at(portal.link(OLDER))
    session = portal.try_code(challenge, portal.mailed_codes[-1], "b" * 30)
    assert session["bill_group"] == OLDER
    told = portal.challenges.happened[-1]
    assert (told.bill_group, told.data["account"]) == (OLDER, "Older")
    assert contract.events[told.type].data().validate(told.data) == {}


def test_a_new_code_of_such_a_sign_in_is_for_the_same_bill_group(portal: Portal) -> None:
    challenge = portal.ask_at(portal.link(OLDER))
    portal.clock.forward(minutes=1)
    portal.codes.resend_code(portal.context, challenge=challenge, browser="b" * 30)
    session = portal.try_code(challenge, portal.mailed_codes[-1], "b" * 30)
    assert session["bill_group"] == OLDER


def test_a_sign_in_elsewhere_does_not_stand_in_for_it(portal: Portal) -> None:
    # In the same browser within a minute, where otherwise the first code would stand.
    assert portal.ask(browser="b" * 30) != portal.ask_at(portal.link(OLDER))
    assert [told.bill_group for told in portal.challenges.happened] == [NEWER, OLDER]


def test_who_may_enter_elsewhere_only_is_not_known_there(portal: Portal) -> None:
    link = portal.link(OLDER)
    with pytest.raises(DomainError, match="unknown_address"):
        portal.ask_at(link, "bob@example.com")
    portal.customers.ways["ada@example.com"][1] = way_in("cust-1", is_on=False)
    with pytest.raises(DomainError, match="no_access"):
        portal.ask_at(link)


@pytest.mark.parametrize(
    "change", [lambda link: link[:-1], lambda link: f"x{link}", lambda _: "", lambda _: "."]
)
def test_a_link_that_was_never_given_out_leads_nowhere(portal: Portal, change: Any) -> None:
    link = portal.link(OLDER)
    assert portal.portal_links.check_portal_link(portal_link=link) == {"bill_group": OLDER}
    with pytest.raises(NotFound):
        portal.portal_links.check_portal_link(portal_link=change(link))
    with pytest.raises(NotFound):
        portal.ask_at(change(link))
    with pytest.raises(NotFound):
        portal.ask_at(link.replace(OLDER, NEWER))


def test_portal_links_are_given_to_the_merchants_side_only(portal: Portal) -> None:
    customer = Context(principal=Principal(PrincipalKind.CUSTOMER, "cust-1"))
    with pytest.raises(DomainError, match="not_allowed"):
        portal.portal_links.get_portal_link(customer, bill_group=OLDER)
    with pytest.raises(NotFound):
        portal.portal_links.get_portal_link(STAFF, bill_group="bg-9")


def test_all_that_are_open_are_offered_under_their_names(portal: Portal) -> None:
    session = portal.sign_in()
    assert session["may_switch"]
    assert portal.entrances(session) == [(NEWER, "Newer – North", True), (OLDER, "Older", False)]
    portal.customers.ways["ada@example.com"][1] = way_in("cust-1", is_on=False)
    assert portal.entrances(session) == [(NEWER, "Newer – North", True)]


def test_a_rule_opens_another_one_to_switch_to(portal: Portal) -> None:
    key = IdempotencyKey("key-of-a-test", "", "")
    portal.rules.grant_address(STAFF, bill_group="bg-of-cust-3", address="ada@example.com", key=key)
    session = portal.sign_in()
    assert [handle for handle, _, _ in portal.entrances(session)] == ["bg-of-cust-3", NEWER, OLDER]
    there = portal.switch(session, "bg-of-cust-3")
    assert there["contact_role"] == "guest"
    assert there["principal"].startswith("guest-")


def test_switching_ends_the_session_and_begins_another_of_the_same_age(portal: Portal) -> None:
    session = portal.sign_in()
    portal.clock.forward(minutes=50)
    there = portal.switch(session, OLDER)
    assert (there["bill_group"], there["customer"], there["account"]) == (OLDER, "cust-1", "Older")
    assert [portal.is_open(each) for each in (session, there)] == [False, True]
    ended = portal.sessions.happened[-1][1]
    assert (ended.type, ended.data["reason"]) == ("signed_out", "switched")
    assert contract.events[ended.type].data().validate(ended.data) == {}
    # Going to and fro doesn't make the stay any longer.
    for number in range(40):
        portal.clock.forward(minutes=40)
        if portal.clock.now() - NOON >= LONGEST:
            break
        there = portal.switch(there, [NEWER, OLDER][number % 2])
    assert portal.clock.now() - NOON >= LONGEST
    assert not portal.is_open(there)


@pytest.mark.parametrize("to", ["bg-of-cust-3", "bg-9"])
def test_what_is_not_open_to_them_is_not_there(portal: Portal, to: str) -> None:
    session = portal.sign_in()
    with pytest.raises(NotFound):
        portal.switch(session, to)
    assert portal.is_open(session)


def test_what_is_switched_off_meanwhile_is_not_there(portal: Portal) -> None:
    session = portal.sign_in()
    portal.customers.ways["ada@example.com"][1] = way_in("cust-1", is_on=False)
    with pytest.raises(NotFound):
        portal.switch(session, OLDER)


def test_a_session_that_is_over_or_of_another_bill_group_leads_nowhere(portal: Portal) -> None:
    session = portal.sign_in()
    with pytest.raises(DomainError, match="no_session"):
        portal.switch({**session, "bill_group": OLDER}, OLDER)
    portal.open_sessions.end_session(portal.context, token=session["token"])
    with pytest.raises(DomainError, match="no_session"):
        portal.switch(session, OLDER)
    with pytest.raises(NotFound):
        portal.entrances(session)


def test_who_came_in_by_secret_link_has_what_is_the_customers_and_no_more(portal: Portal) -> None:
    second = way_in("cust-1", bill_group="bg-second", customer_name="Older")
    portal.customers.theirs["cust-1"] = [portal.customers.ways["ada@example.com"][1], second]
    entrance = portal.customers.theirs["cust-1"][0]
    session = portal.desk.open_session(portal.context, entrance, way="secret_link", now=NOON)
    assert [handle for handle, _, _ in portal.entrances(session)] == [OLDER, "bg-second"]
    there = portal.switch(session, "bg-second")
    assert there["way"] == "secret_link"
    with pytest.raises(NotFound):
        portal.switch(there, NEWER)


def test_who_came_from_the_merchants_app_stays_where_they_were_sent(portal: Portal) -> None:
    entrance = portal.customers.ways["ada@example.com"][0]
    session = portal.desk.open_session(portal.context, entrance, way="app", now=NOON)
    assert [handle for handle, _, _ in portal.entrances(session)] == [NEWER]
