"""The customers service as a process, over a real broker and store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.local.waiting import wait_until
from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from tests.support.fixtures import SuiteFactory

SYSTEM = Context(principal=system("tests"))
CONTACT = {
    "name": "山田 太郎",
    "company": "Müller & Söhne <GmbH>",
    "phone": "+49 30 1234567",
    "address": {"line1": "Torstraße 1", "postal_code": "10119", "city": "Berlin", "country": "DE"},
}


@pytest.fixture(scope="module")
def client(suite: SuiteFactory) -> Iterator[RpcClient]:
    client = RpcClient(suite("customers").settings["AMQP_URI"], CONTRACTS)
    yield client
    client.close()


class Someone:
    """A customer of the test's own, with one bill group."""

    def __init__(
        self, client: RpcClient, *, email: str | None = None, created_at: str = "2026-01-01T00:00:00Z"
    ):
        self.client = client
        self.handle, self.bill_group = new_handle("cust"), new_handle("bg")
        self.email = email or f"{self.handle}@example.com"
        self.context = Context(
            principal=Principal(PrincipalKind.CUSTOMER, self.handle),
            address="192.0.2.7",
            user_agent="a browser",
        )
        self.request = {
            "customer": self.handle,
            "created_at": created_at,
            "name": "Müller",
            "bill_groups": [
                {
                    "bill_group": self.bill_group,
                    "currency": "EUR",
                    "time_zone": "Europe/Berlin",
                    "language": "de",
                    "contacts": {"billing": {**CONTACT, "email": self.email}},
                }
            ],
        }
        self.client.customers.import_customer(SYSTEM, key=new_id(), **self.request)

    def get(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.customers.get_bill_group(
            self.context, bill_group=self.bill_group
        )
        return answer

    def change_contact(self, *, key: str | None = None, version: int = 1, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.customers.change_contact(
            self.context,
            bill_group=self.bill_group,
            role="billing",
            contact={**CONTACT, "email": self.email, **fields},
            version=version,
            key=key or new_id(),
        )
        return answer

    def timeline(self, **page: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.customers.list_timeline(
            self.context, bill_group=self.bill_group, **page
        )
        return answer

    def timeline_of(self, count: int) -> list[dict[str, Any]]:
        """The timeline, once ``count`` events have come round."""
        wait_until(lambda: len(self.timeline()["items"]) >= count, timeout=20, what=f"{count} events")
        items: list[dict[str, Any]] = self.timeline()["items"]
        assert len(items) == count
        return items


def test_what_was_imported_is_there(client: RpcClient) -> None:
    someone = Someone(client)
    view = someone.get()
    assert view["customer"] == someone.handle
    assert view["customer_name"] == "Müller"
    assert view["version"] == 1
    assert view["contacts"]["billing"]["name"] == "山田 太郎"
    assert view["contacts"]["billing"]["company"] == "Müller & Söhne <GmbH>"
    assert view["contacts"]["shipping"] is None


def test_an_import_may_be_repeated_with_any_key(client: RpcClient) -> None:
    someone = Someone(client)
    answer = client.customers.import_customer(SYSTEM, key=new_id(), **someone.request)
    assert answer == {"customer": someone.handle, "bill_groups": [someone.bill_group]}
    with pytest.raises(DomainError, match="already_exists"):
        client.customers.import_customer(SYSTEM, key=new_id(), **{**someone.request, "name": "Meier"})


def test_customers_do_not_import(client: RpcClient) -> None:
    someone = Someone(client)
    with pytest.raises(DomainError, match="not_allowed"):
        client.customers.import_customer(someone.context, key=new_id(), **someone.request)


def test_a_change_and_who_made_it_are_in_the_timeline(client: RpcClient) -> None:
    someone = Someone(client)
    assert someone.change_contact(name="Ärzte für Åse")["version"] == 2
    changed = someone.timeline_of(3)[0]
    assert changed["type"] == "contact_changed"
    assert changed["principal"] == f"customer:{someone.handle}"
    assert (changed["address"], changed["user_agent"]) == ("192.0.2.7", "a browser")
    assert changed["data"]["changes"] == [{"field": "name", "old": "山田 太郎", "new": "Ärzte für Åse"}]


def test_one_key_makes_one_change(client: RpcClient) -> None:
    someone = Someone(client)
    key = new_id()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: someone.change_contact(key=key, name="Jane"), range(32)))
    assert all(answer == answers[0] for answer in answers)
    assert someone.get()["version"] == 2
    with pytest.raises(DomainError, match="key_used_for_something_else"):
        someone.change_contact(key=key, name="Joan")
    someone.timeline_of(3)


def test_two_changes_of_one_version(client: RpcClient) -> None:
    someone = Someone(client)
    someone.change_contact(name="Jane")
    with pytest.raises(DomainError, match="changed_meanwhile") as refused:
        someone.change_contact(name="Joan", version=1)
    assert refused.value.params["current"] == someone.get()


def test_what_is_wrong_is_told_field_by_field(client: RpcClient) -> None:
    with pytest.raises(DomainError, match="invalid_contact") as refused:
        Someone(client).change_contact(email="nobody", address={"country": "DE"})
    assert refused.value.params["fields"] == {
        "email": "invalid_email",
        "address.line1": "required",
        "address.city": "required",
        "address.postal_code": "required",
    }


def test_a_changed_address_signs_in_at_once_and_the_old_one_no_more(client: RpcClient) -> None:
    someone = Someone(client)
    new = f"new-{someone.email}"
    someone.change_contact(email=new)
    [found] = client.customers.find_sign_ins(Context(), email=new.upper())["items"]
    assert (found["bill_group"], found["email"], found["access"]) == (someone.bill_group, new, "on")
    assert client.customers.find_sign_ins(Context(), email=someone.email)["items"] == []


def test_nobody_captures_another_customers_sign_in(client: RpcClient) -> None:
    victim = Someone(client, created_at="2024-05-01T00:00:00Z")
    mallory = Someone(client, created_at="2025-05-01T00:00:00Z")
    changed = client.customers.change_contact(
        mallory.context,
        bill_group=mallory.bill_group,
        role="shipping",
        contact={**CONTACT, "email": victim.email.upper()},
        version=1,
        key=new_id(),
    )
    assert changed["contacts"]["shipping"]["email"].casefold() == victim.email
    [found] = client.customers.find_sign_ins(Context(), email=victim.email)["items"]
    assert found["bill_group"] == victim.bill_group
    [found] = client.customers.find_sign_ins(Context(), email=mallory.email)["items"]
    assert found["bill_group"] == mallory.bill_group


def test_of_two_customers_with_one_address_the_newer_comes_first(client: RpcClient) -> None:
    email = f"{new_id()}@müller.example"
    older = Someone(client, email=email, created_at="2024-05-01T00:00:00Z")
    newer = Someone(client, email=email, created_at="2025-05-01T00:00:00Z")
    in_ascii = email.replace("müller", "xn--mller-kva")
    found = client.customers.find_sign_ins(Context(), email=in_ascii)["items"]
    assert [each["customer"] for each in found] == [newer.handle, older.handle]


def test_another_bill_groups_things_are_not_there(client: RpcClient) -> None:
    someone, other = Someone(client), Someone(client)
    someone.timeline_of(2)
    subject = {event["subject"] for event in other.timeline_of(2)}
    assert someone.bill_group not in subject
    with pytest.raises(DomainError, match="not_found"):
        client.customers.get_bill_group(someone.context, bill_group=new_handle("bg"))


def test_the_timeline_comes_in_pages(client: RpcClient) -> None:
    someone = Someone(client)
    for number in range(1, 6):
        someone.change_contact(name=f"Name {number}", version=number)
    everything = [event["event_id"] for event in someone.timeline_of(7)]
    first = someone.timeline(limit=4)
    second = someone.timeline(limit=4, cursor=first["next_cursor"])
    paged = first["items"] + second["items"]
    assert [event["event_id"] for event in paged] == everything
    assert second["next_cursor"] is None
    of_the_customer = someone.timeline(subject=someone.handle)["items"]
    assert [event["type"] for event in of_the_customer] == ["customer_created"]


def test_the_merchant(client: RpcClient) -> None:
    before = client.customers.get_merchant(Context())
    company = {"name": "Acme", "address": {"country": "DE"}, "bank": {"iban": "DE89 3704 0044 0532 0130 00"}}
    request = {"company": company, "accent": "#aa0000", "key": new_id()}
    after = client.customers.set_merchant(SYSTEM, **request)
    assert after["version"] == before["version"] + 1
    assert after["company"]["bank"]["iban"] == "DE89370400440532013000"
    assert client.customers.set_merchant(SYSTEM, **request) == after
    assert client.customers.get_merchant(Context()) == after
