"""Staff and their sessions as they are answered with: the forms of shared/contracts/auth_staff.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.auth.domain.staff import StaffMember
from services.auth.domain.staff_sessions import StaffSession


def set_up_view(member: StaffMember) -> dict[str, Any]:
    """Whom a set-up link is for."""
    return {
        "email": member.email,
        "name": member.name,
        "role": member.role.value,
        "is_reset": bool(member.password_hash),
        "expires_at": member.link_expires_at,
    }


def staff_session_view(session: StaffSession, member: StaffMember) -> dict[str, Any]:
    """A session, for the pages that are shown in it."""
    return {
        "session": session.id,
        "staff": session.staff,
        "name": member.name,
        "email": member.email,
        "role": member.role.value,
        "scopes": sorted(member.scopes),
        "created_at": session.created_at,
        "expires_at": session.expires_at,
    }


def account_view(handle: str, member: StaffMember) -> dict[str, Any]:
    """What somebody sees of their own access."""
    return {
        "staff": handle,
        "email": member.email,
        "name": member.name,
        "role": member.role.value,
        "has_second_factor": member.second_factor.is_on,
        "recovery_codes_left": len(member.second_factor.recovery_hashes),
    }


def member_view(handle: str, member: StaffMember, now: datetime) -> dict[str, Any]:
    """Somebody of the staff, for those who look after the staff."""
    expires_at = member.link_expires_at
    return {
        "staff": handle,
        "email": member.email,
        "name": member.name,
        "role": member.role.value,
        "state": member.state.value,
        "has_second_factor": member.second_factor.is_on,
        "created_at": member.created_at,
        "created_by": member.created_by,
        "link_expires_at": expires_at if expires_at is not None and now < expires_at else None,
        "deactivated_at": member.deactivated_at,
    }
