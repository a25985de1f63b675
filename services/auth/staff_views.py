"""Staff and their sessions as they are answered with: the forms of shared/contracts/auth_staff.py."""

from __future__ import annotations

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
