"""API keys, with a real broker and store: made over calls and by command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.contracts.scopes import SCOPES
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

OPERATOR = Context(principal=system("tests"))


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers", "auth")


@pytest.fixture(scope="module")
def auth(running: Suite) -> Iterator[Any]:
    client = RpcClient(running.settings["AMQP_URI"], CONTRACTS, timeout=30)
    yield client.auth
    client.close()


@pytest.fixture(scope="module")
def mongo(running: Suite) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](running.settings["MONGO_URI"]) as mongo:
        yield mongo


def create(auth: Any, *scopes: str, context: Context = OPERATOR, key: str = "") -> Any:
    return auth.create_api_key(context, name="the shop", scopes=list(scopes or SCOPES), key=key or new_id())


def command(running: Suite, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What ``python -m services.auth.api_keys`` says and prints."""
    return subprocess.run(
        [sys.executable, "-m", "services.auth.api_keys", *arguments],
        env={**running.env, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_key_from_its_making_to_its_end(auth: Any) -> None:
    created = create(auth, "invoices:write")

    assert auth.check_api_key(Context(), secret=created["secret"])["scopes"] == [
        "invoices:read",
        "invoices:write",
    ]
    auth.withdraw_api_key(OPERATOR, api_key=created["api_key"], key=new_id())
    with pytest.raises(DomainError, match="invalid_api_key"):
        auth.check_api_key(Context(), secret=created["secret"])

    line = auth.list_api_keys(OPERATOR)["items"][0]
    assert line["api_key"] == created["api_key"]
    assert line["state"] == "withdrawn"
    assert line["last_used_at"] is not None


def test_one_request_in_parallel_makes_one_key_and_gives_one_secret(auth: Any) -> None:
    key = new_id()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: create(auth, key=key), range(50)))

    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1
    assert auth.check_api_key(Context(), secret=answers[0]["secret"])


def test_the_same_idempotency_key_with_another_request_is_refused(auth: Any) -> None:
    key = new_id()
    create(auth, "invoices:read", key=key)

    with pytest.raises(DomainError, match="key_used_for_something_else"):
        create(auth, "invoices:write", key=key)


def test_a_key_makes_no_key_that_may_do_more(auth: Any) -> None:
    own = create(auth, "keys:write")
    holder = Context(principal=Principal(PrincipalKind.API_KEY, own["api_key"]))

    with pytest.raises(DomainError, match="missing_scope"):
        create(auth, "import", context=holder)
    assert create(auth, "keys:read", context=holder)["created_by"] == str(holder.principal)


def test_all_keys_are_on_the_pages_of_the_list(auth: Any) -> None:
    made = {create(auth, "import")["api_key"] for _ in range(5)}
    listed, cursor = [], None
    while True:
        page = auth.list_api_keys(OPERATOR, limit=2, cursor=cursor)
        listed += [line["api_key"] for line in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert made <= set(listed)
    assert len(listed) == len(set(listed))


def test_neither_store_nor_log_knows_a_secret(auth: Any, running: Suite, mongo: MongoClient[Any]) -> None:
    secret = create(auth)["secret"]
    auth.check_api_key(Context(), secret=secret)

    for name in ("auth", "customers"):
        database = mongo[f"{running.settings['DATABASE_PREFIX']}{name}"]
        stored = repr([list(database[name].find()) for name in database.list_collection_names()])
        assert secret.split("_", 2)[2] not in stored
        assert secret.split("_", 2)[2] not in running.log(name)


def test_the_merchants_history_tells_of_it(auth: Any, running: Suite, mongo: MongoClient[Any]) -> None:
    created = create(auth, "invoices:read")
    timeline = mongo[f"{running.settings['DATABASE_PREFIX']}customers"]["timeline"]

    wait_until(
        lambda: timeline.find_one({"bill_group": "", "subject": created["api_key"]}),
        timeout=30,
        what="the event",
    )


def test_a_program_keeps_keys_over_the_api(whole_suite: Suite) -> None:
    address = f"{whole_suite.url}/api/v1/api-keys"
    client = RpcClient(whole_suite.settings["AMQP_URI"], CONTRACTS, timeout=30)
    with closing(client), requests.Session() as program:
        own = create(client.auth, "keys:write", "invoices:read")
        program.headers["Authorization"] = f"Bearer {own['secret']}"

        less = {"name": "less", "scopes": ["invoices:read"]}
        once = {"Idempotency-Key": new_id()}
        answers = [program.post(address, json=less, headers=once, timeout=30) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        made = answers[0].json()
        assert answers[1].json() == made
        checked = client.auth.check_api_key(Context(), secret=made["secret"])
        assert checked["scopes"] == ["invoices:read"]

        more = program.post(address, json={"name": "more", "scopes": ["invoices:write"]}, timeout=30)
        assert (more.status_code, more.json()["code"]) == (403, "missing_scope")

        listed = program.get(address, params={"limit": 1}, timeout=30).json()
        assert [line["api_key"] for line in listed["items"]] == [made["api_key"]]
        assert "secret" not in listed["items"][0]

        withdrawn = program.delete(f"{address}/{made['api_key']}", timeout=30)
        assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
        with pytest.raises(DomainError, match="invalid_api_key"):
            client.auth.check_api_key(Context(), secret=made["secret"])


def test_the_command_makes_lists_and_withdraws_keys(auth: Any, running: Suite) -> None:
    made = command(running, "create", "--name", "by command", "--scope", "keys:read", "--scope", "import")
    secret = made.stdout.strip()
    assert made.returncode == 0
    checked = auth.check_api_key(Context(), secret=secret)
    assert checked["scopes"] == ["import", "keys:read"]

    listed = command(running, "list").stdout.splitlines()
    assert f"{checked['api_key']}\tactive" in listed[0]
    assert secret not in "".join(listed)

    assert command(running, "withdraw", checked["api_key"]).returncode == 0
    with pytest.raises(DomainError, match="invalid_api_key"):
        auth.check_api_key(Context(), secret=secret)


def test_the_command_says_what_is_wrong(running: Suite) -> None:
    unknown = command(running, "withdraw", "key-0123456789abcdef")
    assert (unknown.returncode, unknown.stderr) == (1, "There is no such key: `list` shows all.\n")

    nowhere = command(running, "list", AMQP_URI="amqp://nobody@127.0.0.1:1//")
    assert nowhere.returncode == 1
    assert "The auth service can't be reached." in nowhere.stderr

    unset = command(running, "list", AMQP_URI="", PORTICO_SECRET="short")
    assert unset.returncode == 1
    assert "PORTICO_SECRET" in unset.stderr
    assert "short" not in unset.stderr
