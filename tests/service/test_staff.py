"""Staff, with a real broker and store: the first owner's link by command, signing in, and what is kept of it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from pymongo import MongoClient

from deploy.local import owner_link
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory
from tests.support.mailbox import Mailbox
from tests.support.suite import Suite

PASSWORD = "correct horse battery"
EMAIL = "vera@nordlicht.example"
OPERATOR = Context(principal=system("tests"))


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "auth", "notifications")


@pytest.fixture(scope="module")
def auth(running: Suite) -> Iterator[Any]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS, timeout=30)
    yield client.auth
    client.close()


def command(running: Suite, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What ``python -m services.auth.staff`` says and prints."""
    return subprocess.run(
        [sys.executable, "-m", "services.auth.staff", *arguments],
        env=running.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def link(running: Suite) -> str:
    made = command(running, "owner-link")
    assert made.returncode == 0, made.stderr
    address, _, token = made.stdout.strip().rpartition("/")
    assert address == f"{running.url}/admin/set-up"
    return token


@pytest.fixture(scope="module")
def owner(running: Suite, auth: Any) -> Any:
    """The first owner's session. Of many who use the link at once, one comes in."""
    first, token = link(running), link(running)
    refusals: list[str] = []

    def use(number: int) -> Any:
        try:
            return auth.set_up_staff(
                Context(), token=token, password=f"{PASSWORD} {number}", email=EMAIL, name="Vera"
            )
        except DomainError as error:
            refusals.append(error.code)
            return None

    with pytest.raises(DomainError, match="set_up_over"):
        auth.get_staff_set_up(Context(), token=first)
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(use, range(8)))
    came_in = [(number, session) for number, session in enumerate(sessions) if session]
    assert len(came_in) == 1
    assert refusals == ["set_up_over"] * 7
    number, session = came_in[0]
    return session["session"] | {"token": session["token"], "password": f"{PASSWORD} {number}"}


def test_there_is_one_first_owner(running: Suite, owner: Any) -> None:
    refused = command(running, "owner-link")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "There is an owner already" in refused.stderr
    # So `make run` prints no link any more.
    assert owner_link.make(running.env) is None
    assert owner["role"] == "owner"


def test_signing_in_and_out(auth: Any, owner: Any) -> None:
    session = auth.sign_in_staff(Context(), email=EMAIL.upper(), password=owner["password"])
    assert session["session"]["staff"] == owner["staff"]
    assert auth.get_staff_session(Context(), token=session["token"])["staff"] == owner["staff"]
    auth.end_staff_session(Context(), token=session["token"])
    with pytest.raises(DomainError, match="no_session"):
        auth.get_staff_session(Context(), token=session["token"])
    assert auth.get_staff_session(Context(), token=owner["token"])["session"] == owner["session"]


def test_guesses_in_parallel_are_as_few_as_one_after_the_other(auth: Any, owner: Any) -> None:
    def guess(number: int) -> str:
        try:
            auth.sign_in_staff(
                Context(address="192.0.2.1"), email="other@x.example", password=f"guess {number}"
            )
        except DomainError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count("wrong_password") == 10
    assert answers.count("too_many_requests") == 30


def as_owner(owner: Any) -> Context:
    return Context(principal=Principal(PrincipalKind.STAFF, owner["staff"]), session=owner["session"])


def come_in(auth: Any, owner: Any, mailbox: Mailbox, role: str) -> Any:
    """Somebody new is invited and uses the link of the letter; the answer."""
    email = f"{new_handle('uwe')}@nordlicht.example"
    auth.invite_staff(as_owner(owner), email=email, name="Uwe", role=role, language="de", key=new_id())
    mail = mailbox.wait_for(to=email)
    assert "Verwaltung" in mail["subject"]
    token = re.search(r"/admin/set-up/([A-Za-z0-9_-]+)", mail["text"])
    assert token, mail["text"]
    return auth.set_up_staff(Context(language="de"), token=token[1], password="another long password")


def test_an_invitation_is_made_once(auth: Any, owner: Any) -> None:
    asked = {"email": "ida@nordlicht.example", "name": "Ida", "role": "support", "key": new_id()}
    first = auth.invite_staff(as_owner(owner), **asked)
    assert auth.invite_staff(as_owner(owner), **asked) == first
    with pytest.raises(DomainError, match="email_taken"):
        auth.invite_staff(as_owner(owner), **asked | {"key": new_id(), "email": "IDA@nordlicht.example"})


def test_who_was_invited_comes_in_and_is_sent_away(auth: Any, owner: Any, mailbox: Mailbox) -> None:
    uwe = come_in(auth, owner, mailbox, "support")
    staff = uwe["session"]["staff"]
    assert uwe["session"]["role"] == "support"
    named = auth.name_principals(as_owner(owner), principals=[f"staff:{staff}"])
    assert named["items"][0]["name"] == "Uwe"
    page = auth.list_staff(as_owner(owner), limit=1)
    assert (page["items"][0]["staff"], bool(page["next_cursor"])) == (staff, True)
    auth.deactivate_staff(as_owner(owner), staff=staff, key=new_id())
    with pytest.raises(DomainError, match="no_session"):
        auth.get_staff_session(Context(), token=uwe["token"])


def test_who_has_access_is_told_of_what_becomes_of_it(auth: Any, owner: Any, mailbox: Mailbox) -> None:
    uwe = come_in(auth, owner, mailbox, "support")
    staff, email = uwe["session"]["staff"], uwe["session"]["email"]
    me = Context(principal=Principal(PrincipalKind.STAFF, staff), session=uwe["session"]["session"])
    auth.begin_second_factor(me, password="another long password", key=new_id())
    secret = auth.get_second_factor_to_come(me)["secret"]
    auth.confirm_second_factor(me, code=pyotp.TOTP(secret).now(), key=new_id())
    auth.change_staff_password(me, password="another long password", new_password="yet another password")
    auth.change_staff(as_owner(owner), staff=staff, role="read_only", key=new_id())
    auth.deactivate_staff(as_owner(owner), staff=staff, key=new_id())

    for subject in (
        "Ihr zweiter Faktor ist eingerichtet",
        "Ihr Passwort wurde geändert",
        "Ihre Rolle wurde geändert",
        "Ihr Zugang ist geschlossen",
    ):
        mail = mailbox.wait_for(lambda each, said=subject: said in each["subject"], to=email)
        assert secret not in mail["text"]
        assert "another" not in mail["text"]


def test_of_two_owners_who_demote_each_other_at_once_one_stays(
    auth: Any, owner: Any, mailbox: Mailbox
) -> None:
    other = come_in(auth, owner, mailbox, "owner")["session"]

    def demote(who: Any, whom: Any) -> str:
        try:
            auth.change_staff(as_owner(who), staff=whom["staff"], role="billing", key=new_id())
        except DomainError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(demote, (owner, other), (other, owner)))
    assert answers.count("done") <= 1
    assert set(answers) <= {"done", "last_owner", "missing_scope"}
    roles = [auth.get_staff(OPERATOR, staff=each["staff"])["role"] for each in (owner, other)]
    assert "owner" in roles
    auth.change_staff(OPERATOR, staff=owner["staff"], role="owner", key=new_id())
    auth.change_staff(OPERATOR, staff=other["staff"], role="support", key=new_id())


def test_the_second_factor(auth: Any, owner: Any) -> None:
    context = as_owner(owner)
    auth.begin_second_factor(context, password=owner["password"], key=new_id())
    app = pyotp.TOTP(auth.get_second_factor_to_come(context)["secret"])
    key, code = new_id(), app.now()
    codes = auth.confirm_second_factor(context, code=code, key=key)["codes"]
    assert auth.confirm_second_factor(context, code=code, key=key)["codes"] == codes
    entry = auth.sign_in_staff(Context(), email=EMAIL, password=owner["password"])
    assert entry["session"] is None

    def show(_number: int) -> bool:
        try:
            auth.confirm_staff_sign_in(Context(), token=entry["token"], code=codes[0])
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(show, range(5))).count(True) == 1
    assert auth.get_staff_account(context)["recovery_codes_left"] == 9
    auth.drop_second_factor(context, password=owner["password"], key=new_id())
    assert auth.sign_in_staff(Context(), email=EMAIL, password=owner["password"])["session"]


def test_a_reset_link_by_command(running: Suite, owner: Any) -> None:
    made = command(running, "reset-link", EMAIL)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(f"{running.url}/admin/set-up/")
    refused = command(running, "reset-link", "nobody@nordlicht.example")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Nobody of the staff" in refused.stderr


def test_nothing_secret_is_kept(running: Suite, auth: Any, owner: Any) -> None:
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"]) as mongo:
        database = mongo[f"{running.settings['DATABASE_PREFIX']}auth"]
        kept = " ".join(
            str(document) for name in database.list_collection_names() for document in database[name].find()
        )
    assert "$argon2id$" in kept
    for secret in (owner["token"], owner["password"]):
        assert secret not in kept
