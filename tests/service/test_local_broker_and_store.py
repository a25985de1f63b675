"""The private broker and the embedded store: they start, survive being killed, and leave nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import kombu
import pytest
from kombu.exceptions import OperationalError
from pymongo import MongoClient

from deploy.local.broker import Broker
from deploy.local.store import Store
from deploy.local.waiting import is_listening, wait_until
from tests.support.fixtures import SharedBroker, SharedStore
from tests.support.processes import listening_addresses, processes_mentioning


@pytest.fixture
def running_broker(own_broker: Broker) -> Broker:
    """The module's broker, running whatever the test before did to it."""
    own_broker.start()
    return own_broker


def put(uri: str, queue: str, text: str) -> None:
    confirmed = {"confirm_publish": True}
    with (
        kombu.Connection(uri, connect_timeout=5, transport_options=confirmed) as connection,
        connection.SimpleQueue(queue) as queued,
    ):
        queued.put(text, serializer="json", delivery_mode="persistent")


def take(uri: str, queue: str) -> object:
    with kombu.Connection(uri, connect_timeout=5) as connection, connection.SimpleQueue(queue) as queued:
        message = queued.get(timeout=5)
        message.ack()
        return message.payload


def test_a_killed_broker_comes_back_with_its_messages(running_broker: Broker) -> None:
    put(running_broker.uri, "kept", "still here")
    running_broker.kill()
    assert not running_broker.running
    with pytest.raises((OperationalError, OSError)):
        put(running_broker.uri, "kept", "nobody listens")

    running_broker.start()

    assert take(running_broker.uri, "kept") == "still here"


def test_nothing_of_a_stopped_broker_stays(running_broker: Broker) -> None:
    assert processes_mentioning(str(running_broker.directory))

    running_broker.stop()

    assert not is_listening(running_broker.port)
    assert wait_until(
        lambda: not processes_mentioning(str(running_broker.directory)), timeout=10, what="the broker's end"
    )


def test_virtual_hosts_do_not_see_each_other(broker: SharedBroker) -> None:
    one, other = broker.new_vhost(), broker.new_vhost()
    put(one, "queue", "for one")
    put(other, "queue", "for the other")

    assert take(other, "queue") == "for the other"
    assert take(one, "queue") == "for one"


def test_broker_and_store_listen_on_this_machine_only(broker: SharedBroker, own_store: Store) -> None:
    broker_port = urlsplit(broker.uri).port
    assert broker_port is not None
    for port in (own_store.port, broker_port):
        assert listening_addresses(port) == ["127.0.0.1"]


def test_a_killed_store_keeps_every_acknowledged_change(own_store: Store, database_prefix: str) -> None:
    acknowledged = 0
    for _round in range(3):
        with MongoClient[dict[str, int]](own_store.uri, serverSelectionTimeoutMS=500) as client:
            notes = client[f"{database_prefix}test"].notes
            for _ in range(50):
                notes.insert_one({"number": acknowledged})
                acknowledged += 1
            own_store.kill()
        own_store.start()

    with MongoClient[dict[str, int]](own_store.uri) as client:
        found = [note["number"] for note in client[f"{database_prefix}test"].notes.find().sort("number")]
    assert found == list(range(acknowledged))


def test_the_session_store_answers(store: SharedStore, database_prefix: str) -> None:
    with MongoClient[dict[str, int]](store.uri) as client:
        notes = client[f"{database_prefix}test"].notes
        notes.insert_one({"number": 1})
        assert notes.count_documents({"number": 1}) == 1


STARTER = """
import sys
from pathlib import Path
from deploy.local.broker import Broker
from deploy.local.store import Store
broker, store = Broker(Path(sys.argv[1]) / "broker"), Store(Path(sys.argv[1]) / "store")
store.start()
broker.launch()
print("up", flush=True)
sys.stdin.read()
"""


def test_both_die_with_whoever_started_them(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    with starter.stdin, starter.stdout:
        assert starter.stdout.readline() == b"up\n"
        assert len(processes_mentioning(str(tmp_path))) >= 3

        os.kill(starter.pid, signal.SIGKILL)
        starter.wait()

    assert wait_until(
        lambda: processes_mentioning(str(tmp_path)) == [], timeout=10, what="the end of all that was started"
    )
