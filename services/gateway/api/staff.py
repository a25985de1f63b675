"""The merchant's own people, and the names of who did something."""

from __future__ import annotations

from services.gateway.api.operation import Operation

_READ, _WRITE = "staff:read", "staff:write"
_MEMBER = "/staff/<staff>"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/staff",
        "auth.list_staff",
        _READ,
        "List the staff",
        "Those who are deactivated are listed, too.",
    ),
    Operation(
        "POST",
        "/staff",
        "auth.invite_staff",
        _WRITE,
        "Invite a colleague",
        "They get a letter with a link, by which they choose their password. A key needs all the scopes of the role.",
        status=201,
    ),
    Operation("GET", _MEMBER, "auth.get_staff", _READ, "Read somebody of the staff"),
    Operation(
        "PATCH",
        _MEMBER,
        "auth.change_staff",
        _WRITE,
        "Change somebody's name or role",
        "It holds at once, for open sessions, too. The last owner stays one.",
    ),
    Operation(
        "POST",
        f"{_MEMBER}/link",
        "auth.send_staff_link",
        _WRITE,
        "Send somebody a new set-up link",
        "For who has lost the password, or comes back. It ends the link before.",
    ),
    Operation(
        "DELETE",
        _MEMBER,
        "auth.deactivate_staff",
        _WRITE,
        "Deactivate somebody",
        "Their sessions end at once. They stay in the list, for what they did bears their handle.",
    ),
    Operation(
        "GET",
        "/principals",
        "auth.name_principals",
        "timeline:read",
        "Name principals",
        "Who stands behind `staff:…` and `api_key:…` in the timeline.",
    ),
)
