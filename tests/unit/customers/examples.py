"""Contacts, customers and bill groups that tests begin with."""

from dataclasses import replace
from datetime import UTC, datetime

from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.contacts import Address, Contact
from services.customers.domain.customers import Customer

BERLIN = Address(line1="Torstraße 1", postal_code="10119", city="Berlin", country="DE")
JANE = Contact(name="Jane Roe", company="Roe GmbH", email="jane@roe.example", phone="", address=BERLIN)


def customer(handle: str = "cust-1", *, year: int = 2025, **more: object) -> Customer:
    return Customer(handle, datetime(year, 1, 1, tzinfo=UTC), f"Name of {handle}", **more)  # type: ignore[arg-type]


def bill_group(
    handle: str = "bg-1", *, of: str = "cust-1", billing: Contact = JANE, **more: object
) -> BillGroup:
    group = BillGroup(
        handle=handle,
        customer=of,
        currency="EUR",
        time_zone="Europe/Berlin",
        language="de",
        billing=billing,
        **more,  # type: ignore[arg-type]
    )
    return replace(group, sign_in_emails=group.contact_emails())
