"""What the service answers with, made from what the domain holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.customers.documents import to_entered
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.customers import Access, Customer, SignIn
from services.customers.domain.default_access import DefaultAccess
from services.customers.domain.email_changes import EmailChange
from services.customers.domain.imports import Job
from services.customers.domain.merchant import Merchant
from services.customers.domain.notes import Note
from services.customers.domain.own_texts import OwnText
from services.customers.domain.preferences import Preferences
from services.customers.domain.vat_checks import VatCheck
from shared.contracts.contact_roles import GUEST
from shared.placeholders.kinds import KINDS

View = dict[str, Any]


def of_merchant(merchant: Merchant, version: int) -> View:
    """The company and the settings."""
    return {**asdict(merchant), "version": version}


def of_customer(
    customer: Customer, version: int, bill_groups: Sequence[str], defaults: DefaultAccess
) -> View:
    """A customer, with the handles of their bill groups and, by the merchant's defaults, whether they get in."""
    return {
        "customer": customer.handle,
        "version": version,
        "name": customer.name,
        "access": customer.access.value,
        "access_now": "on" if customer.may_enter(defaults) else "off",
        "created_at": customer.created_at,
        "bill_groups": list(bill_groups),
    }


def of_listed(document: Mapping[str, Any], defaults: DefaultAccess) -> View:
    """A customer as the directory has them and, by the merchant's defaults, whether they get in."""
    follows = document["access"] == Access.DEFAULT.value
    gets_in = defaults.lets_in(to_entered(document)) if follows else document["access"] == Access.ON.value
    return {**document, "customer": document["_id"], "access_now": "on" if gets_in else "off"}


def of_bill_group(group: BillGroup, version: int, customer_name: str, vat_check: VatCheck) -> View:
    """A bill group with its contacts."""
    return {
        "bill_group": group.handle,
        "customer": group.customer,
        "version": version,
        "customer_name": customer_name,
        "currency": group.currency,
        "time_zone": group.time_zone,
        "language": group.language,
        "access": group.access,
        "po_number": group.po_number,
        "vat_number": group.vat_number,
        "registration_number": group.registration_number,
        "contacts": {
            "billing": asdict(group.billing),
            "shipping": asdict(group.shipping) if group.shipping else None,
        },
        "preferences": {
            "billing": _of_preferences(group.billing_preferences),
            "shipping": _of_preferences(group.shipping_preferences) if group.shipping else None,
        },
        "vat_check": asdict(vat_check),
        "email_change": _of_email_change(group.email_change),
    }


def of_sign_in(sign_in: SignIn) -> View:
    """A way into a bill group."""
    return {
        "customer": sign_in.customer.handle,
        "bill_group": sign_in.bill_group.handle,
        "contact_role": GUEST if sign_in.role is None else sign_in.role.value,
        "email": sign_in.email,
        "name": sign_in.name,
        "language": sign_in.language,
        "customer_created_at": sign_in.customer.created_at,
        "access": "on" if sign_in.allowed else "off",
        "customer_name": sign_in.customer.name,
        "company": sign_in.bill_group.billing.company,
        "currency": sign_in.bill_group.currency,
    }


def of_event(document: View) -> View:
    """An event of the timeline. Of one from before, about a bill group that nobody knows, no customer is known."""
    return {"customer": "", **document, "event_id": document["_id"]}


def of_job(job: Job) -> View:
    """A file that is brought in."""
    return {
        "job": job.handle,
        "file_name": job.file_name,
        "state": job.state,
        "rows": job.rows,
        **asdict(job.counts),
        "columns": list(job.columns),
        "started_by": job.origin.principal,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "kept_until": job.kept_until,
    }


def of_note(note: Note) -> View:
    """A note."""
    return {
        "note": note.handle,
        "bill_group": note.bill_group,
        "text": note.text,
        "created_at": note.created_at,
    }


def of_text(text: OwnText, version: int) -> View:
    """One of the merchant's own texts, with what may stand in it."""
    kind = KINDS[text.kind]
    return {
        **asdict(text),
        "area": kind.area,
        "placeholders": list(kind.allowed),
        "most": kind.most,
        "version": version,
    }


def _of_email_change(change: EmailChange | None) -> View | None:
    if change is None or not change.is_waiting:
        return None
    return {"email": change.email, "asked_at": change.asked_at, "expires_at": change.expires_at}


def _of_preferences(preferences: Preferences) -> View:
    return {
        "language": preferences.language,
        "time_zone": preferences.time_zone,
        "emails": preferences.emails,
    }
