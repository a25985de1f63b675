"""Staff, with a real broker and store: the first owner's link by command, signing in, and what is kept of it."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

PASSWORD = "correct horse battery"
EMAIL = "vera@nordlicht.example"


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "auth")


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
    return session | {"password": f"{PASSWORD} {number}"}


def test_there_is_one_first_owner(running: Suite, owner: Any) -> None:
    refused = command(running, "owner-link")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "There is an owner already" in refused.stderr
    assert owner["role"] == "owner"


def test_signing_in_and_out(auth: Any, owner: Any) -> None:
    session = auth.sign_in_staff(Context(), email=EMAIL.upper(), password=owner["password"])
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


def test_nothing_secret_is_kept(running: Suite, auth: Any, owner: Any) -> None:
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"]) as mongo:
        database = mongo[f"{running.settings['DATABASE_PREFIX']}auth"]
        kept = " ".join(
            str(document) for name in database.list_collection_names() for document in database[name].find()
        )
    assert "$argon2id$" in kept
    for secret in (owner["token"], owner["password"]):
        assert secret not in kept
