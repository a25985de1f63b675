from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from services.notifications.customers import CustomersService, Reader
from services.notifications.domain.mails import ANSWER, CLAIM, Status
from services.notifications.domain.occasions import STAFF_TOLD, optional_kind
from services.notifications.smtp import Lost, Refused, ServerAway
from shared.contracts.customer_words import EmailWishes
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Kind, NotFound
from tests.unit.notifications.examples import HEARD, envelope
from tests.unit.notifications.fakes import World

INVOICE = "invoices.invoice_issued"
CODE = "auth.code_requested"


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("event", HEARD)
def test_every_event_is_mailed(world: World, event: str) -> None:
    world.mailing.take_in(envelope(event))
    world.send()

    assert world.mails.kept["e1"].status is Status.SENT
    assert "ada@example.com" in world.recipients


@pytest.mark.parametrize("language, spoken", [("de", "de"), ("", "en"), ("fr", "en")])
def test_staff_are_told_in_their_language_or_else_the_merchants(
    world: World, language: str, spoken: str
) -> None:
    world.mailing.take_in(
        envelope("auth.staff_password_changed", email="vera@example.com", language=language)
    )
    world.send()

    ((recipient, content),) = world.server.sent
    assert recipient == "vera@example.com"
    assert f"Content-Language: {spoken}" in content


def test_without_a_language_of_their_own_staff_read_the_merchants(world: World) -> None:
    world.customers.language = "de"
    world.mailing.take_in(envelope("auth.staff_password_changed", language=""))
    world.send()

    assert "Content-Language: de" in world.server.sent[0][1]


@pytest.mark.parametrize(
    "event, data",
    [
        ("auth.staff_set_up", {"is_reset": False, "drops_second_factor": False}),
        ("auth.staff_changed", {"changes": [{"field": "name", "old": "Ada B.", "new": "Ada"}]}),
        # Of an auth service of before.
        ("auth.staff_password_changed", {"email": ""}),
    ],
)
def test_staff_get_no_letter_about_what_lets_nobody_in(
    world: World, event: str, data: dict[str, Any]
) -> None:
    world.mailing.take_in(envelope(event, **data))
    world.send()

    assert not world.mails.kept


def test_an_event_that_comes_again_is_mailed_once(world: World) -> None:
    for _ in range(3):
        world.mailing.take_in(envelope(INVOICE))
        world.send()

    assert len(world.server.sent) == 1


def test_a_code_goes_to_the_address_of_the_event_in_its_language(world: World) -> None:
    world.mailing.take_in(envelope(CODE, email="zoe@example.com", language="en"))
    world.send()

    ((recipient, content),) = world.server.sent
    assert recipient == "zoe@example.com"
    assert "01234567" in content
    assert "Content-Language: en" in content


def test_a_link_leads_to_its_page_in_the_portal(world: World) -> None:
    world.mailing.take_in(envelope(CODE, language="en"))
    world.send()

    ((_, content),) = world.server.sent
    assert "https://portal.example.com/login/link/token-of-a-link" in content


@pytest.mark.parametrize("by_code, subject", [(True, "Your sign-in code"), (False, "Your sign-in link")])
def test_what_is_offered_is_what_the_event_says(world: World, by_code: bool, subject: str) -> None:
    world.mailing.take_in(envelope(CODE, language="en", by_code=by_code))
    world.send()

    ((_, content),) = world.server.sent
    assert f"Subject: {subject}" in content


def test_a_code_that_an_older_auth_service_tells_of_comes_without_a_link(world: World) -> None:
    event = envelope(CODE, language="en")
    for name in ("link", "by_code"):
        del event["data"][name]
    world.mailing.take_in(event)
    world.send()

    ((_, content),) = world.server.sent
    assert "01234567" in content
    assert "/login/link/" not in content


def test_other_mail_goes_to_the_billing_contact_in_their_language(world: World) -> None:
    world.mailing.take_in(envelope(INVOICE))
    world.send()

    ((recipient, content),) = world.server.sent
    assert recipient == "ada@example.com"
    assert "Content-Language: de" in content


def test_whoever_had_the_address_before_is_told_of_the_change(world: World) -> None:
    world.mailing.take_in(envelope("customers.contact_changed"))
    world.send()

    assert sorted(world.recipients) == ["ada@example.com", "old@example.com"]


def test_a_new_address_gets_the_link_and_the_present_one_word(world: World) -> None:
    world.mailing.take_in(envelope("customers.email_change_requested"))
    world.send()

    contents = dict(world.server.sent)
    link = "https://portal.example.com/details/confirm/token-of-a-confirmation"
    assert link in contents["new@example.com"].replace("=\r\n", "")
    assert "/details/confirm/" not in contents["ada@example.com"].replace("=\r\n", "")
    assert all(mail.status is Status.SENT for mail in world.mails.kept.values())
    assert "sealed" not in str([mail.data for mail in world.mails.kept.values()])


def test_whoever_forgot_a_password_gets_the_link_and_it_is_kept_nowhere(world: World) -> None:
    world.mailing.take_in(envelope("auth.password_reset_requested"))
    world.send()

    ((recipient, content),) = world.server.sent
    assert recipient == "ada@example.com"
    link = "https://portal.example.com/password/reset/token-of-a-reset"
    assert link in content.replace("=\r\n", "")
    assert "valid for 60 minutes" in content.replace("=\r\n", "")
    assert "sealed" not in str([mail.data for mail in world.mails.kept.values()])


def test_another_link_is_for_the_new_address_alone(world: World) -> None:
    world.mailing.take_in(envelope("customers.email_change_requested", again=True))
    world.send()

    assert world.recipients == ["new@example.com"]


def test_nobody_else_is_told_of_a_changed_shipping_contact(world: World) -> None:
    world.mailing.take_in(envelope("customers.contact_changed", role="shipping"))
    world.send()

    assert world.recipients == ["ada@example.com"]


def test_codes_go_out_before_all_other_mail(world: World) -> None:
    for number in range(3):
        world.mailing.take_in(envelope(INVOICE, f"e{number}"))
    world.mailing.take_in(envelope(CODE, "code", email="zoe@example.com"))
    world.send()

    assert world.recipients[0] == "zoe@example.com"


def test_while_the_server_is_away_mail_waits_and_then_goes_out_once(world: World) -> None:
    world.server.at_opening = ServerAway("ConnectionRefusedError")
    world.mailing.take_in(envelope(INVOICE))
    for _ in range(5):
        world.send()
        world.clock.forward(minutes=30)
    assert world.only.status is Status.WAITING
    assert world.only.attempts == 5

    world.server.at_opening = None
    world.send()
    world.send()
    assert len(world.server.sent) == 1


def test_a_server_that_is_away_is_asked_once_a_round(world: World) -> None:
    world.server.at_opening = ServerAway("ConnectionRefusedError")
    for number in range(10):
        world.mailing.take_in(envelope(INVOICE, f"e{number}"))
    world.send()

    assert world.server.opened <= 2


@pytest.mark.parametrize(
    "code, status", [(421, Status.WAITING), (451, Status.WAITING), (550, Status.FAILED), (554, Status.FAILED)]
)
@pytest.mark.parametrize("phase", ["at_opening", "at_content"])
def test_what_becomes_of_mail_that_the_server_refuses(
    world: World, phase: str, code: int, status: Status
) -> None:
    setattr(world.server, phase, Refused(code))
    world.mailing.take_in(envelope(INVOICE))
    world.send()

    assert world.only.status is status
    assert world.only.problem == f"smtp_{code}"


def test_a_server_lost_before_the_content_began_is_tried_again(world: World) -> None:
    world.server.at_content = ServerAway("SMTPServerDisconnected")
    world.mailing.take_in(envelope(INVOICE))
    world.send()

    assert world.only.status is Status.WAITING


def test_a_mail_whose_acceptance_is_unknown_is_not_sent_again(world: World) -> None:
    world.server.at_content = Lost("SMTPServerDisconnected")
    world.mailing.take_in(envelope(INVOICE))
    world.send()
    world.server.at_content = None
    world.clock.forward(days=1)
    world.send()

    assert world.only.status is Status.UNKNOWN
    assert not world.server.sent


def test_a_mail_whose_process_died_while_sending_is_not_sent_again(world: World) -> None:
    world.mailing.take_in(envelope(INVOICE))
    now = world.clock.now()
    world.mails.kept["e1"] = world.only.claimed("of a dead process", now).handing_over(now)
    world.send()
    assert world.only.status is Status.SENDING

    world.clock.forward(seconds=ANSWER.total_seconds())
    world.send()
    assert world.only.status is Status.UNKNOWN
    assert not world.server.sent


def test_a_mail_whose_process_died_before_sending_is_sent_by_another(world: World) -> None:
    world.mailing.take_in(envelope(INVOICE))
    world.mails.kept["e1"] = world.only.claimed("of a dead process", world.clock.now())
    world.send()
    assert not world.server.sent

    world.clock.forward(seconds=CLAIM.total_seconds())
    world.send()
    assert len(world.server.sent) == 1


def test_a_process_whose_claim_ran_out_sends_nothing(world: World) -> None:
    world.mailing.take_in(envelope(INVOICE))
    world.mails.stolen = Status.SENDING
    world.send()

    assert world.server.opened == 1
    assert not world.server.sent


def test_an_expired_code_is_not_sent(world: World) -> None:
    world.mailing.take_in(envelope(CODE))
    world.clock.forward(minutes=10)
    world.send()

    assert world.only.status is Status.EXPIRED
    assert not world.server.opened


@pytest.mark.parametrize(
    "error, status",
    [
        (DomainError("service_away", Kind.RETRY), Status.WAITING),
        (DomainError("no_answer", Kind.RETRY), Status.WAITING),
        (NotFound(), Status.FAILED),
    ],
)
def test_when_the_recipient_can_not_be_looked_up(world: World, error: DomainError, status: Status) -> None:
    world.customers.error = error
    world.mailing.take_in(envelope(INVOICE))
    world.send()

    assert world.only.status is status
    assert world.only.problem == error.code
    assert not world.server.opened


def test_without_an_address_the_mail_fails_and_others_go_on(world: World) -> None:
    world.customers.reader = Reader("Ada", "", "de")
    world.mailing.take_in(envelope(INVOICE))
    world.mailing.take_in(envelope(CODE, "e2", email="zoe@example.com"))
    world.send()

    assert world.mails.kept["e1"].status is Status.FAILED
    assert world.recipients == ["zoe@example.com"]


def test_a_code_sealed_under_another_secret_fails(world: World) -> None:
    world.mailing.take_in(envelope(CODE, sealed="sealed under another secret"))
    world.send()

    assert world.only.status is Status.FAILED


def test_no_stored_mail_holds_a_code(world: World) -> None:
    world.mailing.take_in(envelope(CODE))
    assert "01234567" not in repr(world.mails.kept)
    world.send()
    assert "01234567" not in repr(world.mails.kept)
    assert "01234567" in world.server.sent[0][1]


ALWAYS = STAFF_TOLD | {
    "auth.code_requested",
    "auth.staff_invited",
    "auth.password_reset_requested",
    "auth.password_changed",
    "customers.contact_changed",
    "customers.email_change_requested",
    "subscriptions.subscription_cancelled",
    "subscriptions.subscription_uncancelled",
    "invoices.invoice_issued",
}


@pytest.mark.parametrize("event", HEARD)
def test_what_may_be_unwanted_is_not_sent_to_who_wants_nothing(world: World, event: str) -> None:
    world.customers.reader = replace(
        world.customers.reader, unwanted=frozenset({"subscriptions", "payment_methods"})
    )
    world.mailing.take_in(envelope(event))
    world.send()

    assert world.mails.kept["e1"].status is (Status.SENT if event in ALWAYS else Status.UNWANTED)
    assert bool(world.recipients) is (event in ALWAYS)


def test_the_kinds_are_those_that_can_be_chosen() -> None:
    assert {optional_kind(event) for event in HEARD} - {None} == set(EmailWishes().fields)


def test_other_kinds_than_the_unwanted_one_are_sent(world: World) -> None:
    world.customers.reader = replace(world.customers.reader, unwanted=frozenset({"payment_methods"}))
    world.mailing.take_in(envelope("subscriptions.subscription_paused"))
    world.send()

    assert world.only.status is Status.SENT


@pytest.mark.parametrize(
    "preferences, language, unwanted",
    [
        ({}, "de", set()),
        ({"preferences": {"billing": {"language": None, "emails": {"subscriptions": True}}}}, "de", set()),
        (
            {"preferences": {"billing": {"language": "fr", "emails": {"subscriptions": False}}}},
            "fr",
            {"subscriptions"},
        ),
    ],
)
def test_a_reader_has_their_wishes(preferences: dict[str, Any], language: str, unwanted: set[str]) -> None:
    contact = {"name": "Ada", "company": "Byron Ltd", "email": "ada@example.com"}
    group = {
        "customer": "cust-1",
        "customer_name": "Byron",
        "vat_number": "",
        "po_number": "PO 7",
        "contacts": {"billing": contact},
        "language": "de",
        **preferences,
    }
    calls = SimpleNamespace(customers=SimpleNamespace(get_bill_group=lambda *_, **__: group))
    reader = CustomersService(calls, portal="https://portal.example.com").billing_contact(Context(), "bg-1")

    wishes = (reader.name, reader.email, reader.language, reader.unwanted)
    assert wishes == ("Ada", "ada@example.com", language, frozenset(unwanted))
    assert (reader.customer, reader.client["Client.company"]) == ("cust-1", "Byron Ltd")
