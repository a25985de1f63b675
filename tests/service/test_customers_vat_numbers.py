"""VAT numbers: looked up at a stand-in for VIES over HTTP, and kept once invoices bear them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from deploy.local.waiting import wait_until
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from tests.service.test_customers import Someone
from tests.support.billing import COMPANY, LINE, SYSTEM
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

KNOWN, UNKNOWN, AWAY, GARBLED = "DE136695976", "ATU13585627", "FR40303265045", "NL004495445B01"


class _Register(BaseHTTPRequestHandler):
    """Answers as VIES does, about four numbers."""

    def do_GET(self) -> None:
        _, _, country, _, number = self.path.split("/")
        answers = {
            KNOWN: (200, {"isValid": True, "userError": "VALID"}),
            UNKNOWN: (200, {"isValid": False, "userError": "INVALID"}),
            AWAY: (200, {"isValid": False, "userError": "MS_UNAVAILABLE"}),
        }
        status, told = answers.get(country + number, (500, None))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode() if told else b"<html>")

    def log_message(self, *_: Any) -> None:
        """Nothing: the address stands in no log of ours."""


@pytest.fixture(scope="module")
def vies() -> Iterator[str]:
    """The address of the stand-in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Register)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def running(suite: SuiteFactory, vies: str) -> Suite:
    return suite("customers", "invoices", env={"VIES_URL": vies})


@pytest.fixture(scope="module")
def client(client: RpcClient) -> RpcClient:
    """Where the merchant has a company."""
    client.customers.set_merchant(SYSTEM, company=COMPANY, key=new_id())
    return client


def change_vat_number(someone: Someone, number: str) -> dict[str, Any]:
    answer: dict[str, Any] = someone.client.customers.change_numbers(
        someone.context,
        bill_group=someone.bill_group,
        po_number="",
        vat_number=number,
        registration_number="",
        version=someone.get()["version"],
        key=new_id(),
    )
    return answer


def checked(someone: Someone) -> dict[str, Any]:
    """What VIES says, once it has been asked."""
    wait_until(lambda: someone.get()["vat_check"]["at"], timeout=20, what="a look-up")
    check: dict[str, Any] = someone.get()["vat_check"]
    return check


@pytest.mark.parametrize(
    "number, state", [(KNOWN, "valid"), (UNKNOWN, "invalid"), (AWAY, "unknown"), (GARBLED, "unknown")]
)
def test_a_changed_number_is_looked_up_while_nobody_waits(client: RpcClient, number: str, state: str) -> None:
    someone = Someone(client)
    changed = change_vat_number(someone, number)
    assert changed["vat_check"] == {"state": "not_checked", "at": None}
    assert checked(someone)["state"] == state
    # Nobody's open form is outdated by it.
    assert someone.get()["version"] == changed["version"]


def test_another_number_is_another_look_up(client: RpcClient) -> None:
    someone = Someone(client)
    change_vat_number(someone, KNOWN)
    assert checked(someone)["state"] == "valid"
    assert change_vat_number(someone, UNKNOWN)["vat_check"]["state"] == "not_checked"
    assert checked(someone)["state"] == "invalid"
    assert change_vat_number(someone, "")["vat_check"]["state"] == "not_checked"
    assert someone.get()["vat_check"] == {"state": "not_checked", "at": None}


def test_a_number_that_an_invoice_bears_may_change_but_not_go(client: RpcClient) -> None:
    someone = Someone(client)
    change_vat_number(someone, KNOWN)
    change_vat_number(someone, "")
    change_vat_number(someone, KNOWN)
    place = {"bill_group": someone.bill_group}
    draft = client.invoices.create_invoice(SYSTEM, lines=[LINE], key=new_id(), **place)
    client.invoices.issue_invoice(SYSTEM, invoice=draft["invoice"], key=new_id(), **place)

    def is_refused() -> bool:
        try:
            change_vat_number(someone, "")
        except DomainError as error:
            return bool(error.params["fields"] == {"vat_number": "vat_number_in_use"})
        change_vat_number(someone, KNOWN)
        return False

    # Between the two changes of a look there is no number; the invoice bears one all the same.
    wait_until(is_refused, timeout=20, what="the event of the invoice", every=0.5)
    assert change_vat_number(someone, UNKNOWN)["vat_number"] == UNKNOWN
