"""Challenges, sessions and API keys as they are answered with: the forms of shared/contracts/auth.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.auth.domain import previews
from services.auth.domain.access_rules import AccessRules, RuleKind
from services.auth.domain.api_keys import ApiKey
from services.auth.domain.challenges import Challenge
from services.auth.domain.credentials import Credentials
from services.auth.domain.previews import Preview
from services.auth.domain.secret_links import SecretLink
from services.auth.domain.sessions import Session
from services.auth.domain.staff_sessions import StaffSession


def challenge_view(handle: str, challenge: Challenge, now: datetime) -> dict[str, Any]:
    """How it stands with a code at ``now``. A decoy looks like any other."""
    return {
        "challenge": handle,
        "email": challenge.email,
        "state": challenge.state(now).value,
        "resend_at": challenge.resend_at,
        "expires_at": challenge.expires_at,
        "seconds_until_resend": challenge.seconds_until_resend(now),
        "ways": [way.value for way in challenge.ways],
    }


def link_view(challenge: Challenge, now: datetime, *, needs_code: bool) -> dict[str, Any]:
    """How it stands with a sign-in link at ``now``."""
    return {
        "email": challenge.email,
        "state": challenge.state(now).value,
        "needs_code": needs_code,
        "expires_at": challenge.expires_at,
    }


def session_view(session: Session) -> dict[str, Any]:
    """A session, for the pages that are shown in it."""
    return {
        "session": session.id,
        "customer": session.customer,
        "principal": session.principal.id,
        "bill_group": session.bill_group,
        "contact_role": session.contact_role,
        "email": session.email,
        "name": session.name,
        "language": session.language,
        "way": session.way,
        "return_url": session.return_url,
        "may_switch": session.may_switch,
        "account": session.account,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
    }


def preview_view(preview: Preview, started_by_name: str) -> dict[str, Any]:
    """A preview, for the pages that are shown in it."""
    return {
        "session": preview.id,
        "customer": preview.customer,
        "principal": preview.customer,
        "bill_group": preview.bill_group,
        "contact_role": preview.contact_role,
        "email": preview.email,
        "name": preview.name,
        "language": preview.language,
        "way": previews.WAY,
        "return_url": "",
        "may_switch": False,
        "account": "",
        "created_at": preview.created_at,
        "expires_at": preview.expires_at,
        "started_by": preview.started_by,
        "started_by_name": started_by_name,
    }


def secret_link_view(customer: str, link: SecretLink | None, now: datetime) -> dict[str, Any]:
    """How it stands with a customer's secret link, of which nothing is shown; None: there never was one."""
    return {
        "customer": customer,
        "state": "none" if link is None else link.state(now).value,
        "made_at": link and link.made_at,
        "made_by": link and link.made_by,
        "expires_at": link and link.expires_at,
        "revoked_at": link and link.revoked_at,
        "last_used_at": link and link.last_used_at,
    }


def credentials_view(customer: str, held: Credentials | None) -> dict[str, Any]:
    """How it stands with a customer's credentials, without a password; None: there never were any."""
    return {
        "customer": customer,
        "state": "none" if held is None else held.state.value,
        "user_name": held and held.user_name,
        "made_at": held and held.made_at,
        "made_by": held and held.made_by,
        "changed_at": held and held.changed_at,
        "last_used_at": held and held.last_used_at,
    }


def session_line(session: Session) -> dict[str, Any]:
    """A customer's session in the list of those that are open."""
    return {**open_session(session), "email": session.email}


def open_session(session: Session | StaffSession) -> dict[str, Any]:
    """A session in the list of those that are open."""
    return {
        "session": session.id,
        "way": session.way,
        "address": session.address,
        "user_agent": session.user_agent,
        "created_at": session.created_at,
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
    }


def access_rules_view(rules: AccessRules) -> dict[str, Any]:
    """The rules of a bill group: domains first, each kind by name."""
    in_order = sorted(rules.rules, key=lambda rule: (rule.kind is RuleKind.ADDRESS, rule.key))
    return {
        "bill_group": rules.bill_group,
        "items": [
            {
                "rule": rule.handle,
                "kind": rule.kind.value,
                "value": rule.value,
                "in_ascii": rule.key,
                "added_at": rule.added_at,
                "added_by": rule.added_by,
            }
            for rule in in_order
        ],
    }


def api_key_view(handle: str, key: ApiKey, now: datetime) -> dict[str, Any]:
    """An API key, of whose secret nothing is shown."""
    return {
        "api_key": handle,
        "name": key.name,
        "scopes": list(key.scopes),
        "state": key.state(now).value,
        "created_at": key.created_at,
        "created_by": key.created_by,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "withdrawn_at": key.withdrawn_at,
    }
