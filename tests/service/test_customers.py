"""The customers service as a process, over a real broker and store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.local.waiting import wait_until
from shared.kernel.context import Context, Principal, PrincipalKind, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_handle, new_id
from shared.messaging.client import RpcClient
from shared.storage import connect
from tests.support.billing import ADDRESS
from tests.support.fixtures import SuiteFactory
from tests.support.suite import Suite

API_KEY = Context(principal=Principal(PrincipalKind.API_KEY, "key-1"))
SYSTEM = Context(principal=system("tests"))
CONTACT = {
    "name": "山田 太郎",
    "company": "Müller & Söhne <GmbH>",
    "phone": "+49 30 1234567",
    "address": {"line1": "Torstraße 1", "postal_code": "10119", "city": "Berlin", "country": "DE"},
}


@pytest.fixture(scope="module")
def running(suite: SuiteFactory) -> Suite:
    return suite("customers")


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

    def change_contact(
        self, context: Context | None = None, *, key: str | None = None, version: int = 1, **fields: Any
    ) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.customers.change_contact(
            context or self.context,
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

    def customer(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.customers.get_customer(API_KEY, customer=self.handle)
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


def test_an_address_that_the_merchant_changes_signs_in_at_once_and_the_old_one_no_more(
    client: RpcClient,
) -> None:
    someone = Someone(client)
    new = f"new-{someone.email}"
    someone.change_contact(API_KEY, email=new)
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


def test_the_timeline_is_looked_through(client: RpcClient) -> None:
    someone = Someone(client)
    someone.change_contact(name="Jane")
    client.customers.change_bill_group(
        API_KEY, bill_group=someone.bill_group, time_zone="Asia/Tokyo", key=new_id()
    )
    events = someone.timeline_of(4)

    def found(**looked_for: Any) -> list[str]:
        return [event["type"] for event in someone.timeline(**looked_for)["items"]]

    assert found(type="contact_changed") == ["contact_changed"]
    assert found(principal="api_key:key-1") == ["bill_group_changed"]
    assert found(principal="api_key:key-1", type="contact_changed") == []
    oldest, *_, latest = sorted(event["recorded_at"] for event in events)
    assert len(found(recorded_from=oldest, recorded_to=latest)) == 3
    assert found(recorded_from=latest) == [events[0]["type"]]
    with pytest.raises(DomainError, match="invalid_cursor"):
        someone.timeline(cursor="2026-01-01 nothing of ours")


def test_a_note_is_for_the_merchants_side(client: RpcClient) -> None:
    someone = Someone(client)
    request = {"bill_group": someone.bill_group, "text": "They pay late.\nBe kind.", "key": new_id()}
    note = client.customers.add_note(API_KEY, **request)
    assert client.customers.add_note(API_KEY, **request) == note

    def seen() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.customers.list_timeline(
            API_KEY, bill_group=someone.bill_group, type="note_added"
        )["items"]
        return items

    wait_until(seen, timeout=20, what="the note")
    [event] = seen()
    assert (event["subject"], event["data"]) == (note["note"], {"text": "They pay late.\nBe kind."})
    assert event["principal"] == "api_key:key-1"
    assert {each["type"] for each in someone.timeline_of(2)} == {"customer_created", "bill_group_created"}
    assert someone.timeline(type="note_added")["items"] == []


def test_what_a_contact_would_like_is_kept(client: RpcClient) -> None:
    someone = Someone(client)
    wishes = {"language": "pt-BR", "time_zone": "America/Sao_Paulo", "emails": {"payment_methods": False}}
    changed = client.customers.change_preferences(
        someone.context, bill_group=someone.bill_group, role="billing", version=1, key=new_id(), **wishes
    )
    assert changed == someone.get()
    kept = changed["preferences"]["billing"]
    assert kept == {**wishes, "emails": {"subscriptions": True, "payment_methods": False}}
    [found] = client.customers.find_sign_ins(Context(), email=someone.email)["items"]
    assert found["language"] == "pt-BR"


def test_one_key_makes_one_customer(client: RpcClient) -> None:
    group = {"currency": "EUR", "contacts": {"billing": {**CONTACT, "email": "someone@example.com"}}}
    request = {"name": "Once", "bill_groups": [group, group], "key": new_id()}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.customers.create_customer(API_KEY, **request), range(16)))
    assert all(answer == answers[0] for answer in answers)
    made = answers[0]
    assert client.customers.get_customer(API_KEY, customer=made["customer"]) == made
    found = client.customers.find_bill_groups(API_KEY, customer=made["customer"])["items"]
    assert [each["bill_group"] for each in found] == made["bill_groups"]
    key = new_id()
    with ThreadPoolExecutor(8) as pool:
        asked = {"customer": made["customer"], "key": key, **group}
        answers = list(pool.map(lambda _: client.customers.create_bill_group(API_KEY, **asked), range(16)))
    assert all(answer == answers[0] for answer in answers)
    found = client.customers.find_bill_groups(API_KEY, customer=made["customer"])["items"]
    assert len(found) == 3


def test_a_changed_customer_is_found_by_the_new_name(client: RpcClient) -> None:
    someone = Someone(client)
    old = someone.customer()
    name = f"Ärzte {new_handle('x')}"
    changed = client.customers.change_customer(
        API_KEY, customer=someone.handle, name=name, access="off", version=old["version"], key=new_id()
    )
    assert changed == {**old, "version": 2, "name": name, "access": "off", "access_now": "off"}
    assert client.customers.find_customers(API_KEY, q=name.replace("Ä", "a"))["items"] == [changed]
    [found] = client.customers.find_sign_ins(Context(), email=someone.email)["items"]
    assert found["access"] == "off"
    types = [event["type"] for event in someone.timeline_of(4)[:2]]
    assert set(types) == {"customer_changed", "customer_access_changed"}


def test_changes_that_name_no_version_all_come_in(client: RpcClient) -> None:
    someone = Someone(client)

    def change(number: int) -> Any:
        asked = {"bill_group": someone.bill_group, "language": ["en", "fr"][number % 2], "key": new_id()}
        return client.customers.change_bill_group(API_KEY, **asked)["version"]

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(change, range(8))) == list(range(2, 10))


def test_customers_are_found_in_pages(client: RpcClient) -> None:
    token = new_id()[:12]
    made = [
        client.customers.create_customer(
            API_KEY, customer=f"{token}-{number}", name=name, access=access, key=new_id()
        )
        for number, (name, access) in enumerate(
            [("Müller GmbH", "on"), ("Ärzte", "off"), ("Muller AG", "default"), ("Zoo", "on"), ("Abel", "on")]
        )
    ]
    names = [each["name"] for each in made]

    def found(**wanted: Any) -> list[str]:
        seen, cursor = [], None
        while True:
            page = client.customers.find_customers(
                API_KEY, **{"q": token, "limit": 2, "cursor": cursor, **wanted}
            )
            assert len(page["items"]) <= 2
            seen += [each["name"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return seen

    assert found() == names[::-1]
    assert found(sort="created") == names
    assert found(sort="name") == ["Abel", "Ärzte", "Muller AG", "Müller GmbH", "Zoo"]
    assert found(sort="-name") == ["Zoo", "Müller GmbH", "Muller AG", "Ärzte", "Abel"]
    assert found(access="on") == ["Abel", "Zoo", "Müller GmbH"]
    assert found(q=f"{token} MÜLL", sort="name") == ["Muller AG", "Müller GmbH"]
    assert found(q=f"{token} mull gmb") == ["Müller GmbH"]
    assert found(q=f"{token} ull") == []
    second, fourth = made[1]["created_at"], made[3]["created_at"]
    assert found(created_from=second, created_to=fourth) == names[2:0:-1]
    assert found(created_from=second, created_to=fourth, sort="name") == ["Ärzte", "Muller AG"]
    first = client.customers.find_customers(API_KEY, q=token, limit=2)
    with pytest.raises(DomainError, match="invalid_cursor"):
        client.customers.find_customers(API_KEY, cursor=first["next_cursor"], sort="name")


def test_customers_are_found_by_what_their_contacts_are_called(client: RpcClient) -> None:
    someone, other = Someone(client), Someone(client)

    def found(q: str) -> list[str]:
        items = client.customers.find_customers(API_KEY, q=q)["items"]
        return [each["customer"] for each in items]

    assert found(someone.email.upper()) == [someone.handle]
    assert found(someone.bill_group) == [someone.handle]
    assert found(f"{other.handle} 山田") == [other.handle]
    someone.change_contact(API_KEY, email=f"new-{someone.email}")
    assert found(f"new-{someone.email}") == [someone.handle]
    assert found(someone.email[:-1]) == [someone.handle]


def test_bill_groups_are_found_by_the_address_that_opens_them(client: RpcClient) -> None:
    someone, _another = Someone(client), Someone(client)
    found = client.customers.find_bill_groups(API_KEY, email=someone.email.upper())["items"]
    assert found == [someone.get()]
    assert client.customers.find_bill_groups(API_KEY, email="no address")["items"] == []
    first = client.customers.find_bill_groups(API_KEY, limit=1)
    second = client.customers.find_bill_groups(API_KEY, limit=1, cursor=first["next_cursor"])
    assert first["items"][0]["bill_group"] < second["items"][0]["bill_group"]


def test_the_list_is_completed_at_start(client: RpcClient, running: Suite) -> None:
    someone = Someone(client)
    running.stop("customers")
    with connect(running.settings["MONGO_URI"]) as store:
        database = store[f"{running.settings['DATABASE_PREFIX']}customers"]
        database["directory"].delete_many({})
        database["directory_marks"].delete_many({})
    running.start("customers")
    [found] = client.customers.find_customers(API_KEY, q=someone.handle)["items"]
    assert found == someone.customer()


def test_the_merchant(client: RpcClient) -> None:
    before = client.customers.get_merchant(Context())
    company = {"name": "Acme", "address": ADDRESS, "bank": {"iban": "DE89 3704 0044 0532 0130 00"}}
    request = {"company": company, "accent": "#aa0000", "sign_in_ways": ["link"], "key": new_id()}
    after = client.customers.set_merchant(SYSTEM, **request)
    assert after["version"] == before["version"] + 1
    assert after["company"]["bank"]["iban"] == "DE89370400440532013000"
    assert after["sign_in_ways"] == ["link"]
    assert client.customers.set_merchant(SYSTEM, **request) == after
    assert client.customers.get_merchant(Context()) == after
