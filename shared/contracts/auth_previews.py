"""Auth: previews, in which staff see the portal as a bill group's billing contact does, and change nothing."""

from __future__ import annotations

from marshmallow import fields

from shared.contracts.auth_sessions import OfToken, Session
from shared.contracts.base import ChangeOfBillGroup, ErrorCode, EventType, Message, Method, Nothing
from shared.kernel.errors import Kind


class StartPreview(ChangeOfBillGroup):
    """Show the portal of this bill group to whoever of the staff asks. Whether anybody may enter it does not matter."""


class PortalPreview(Session):
    """A preview that runs: what a session would be, were the billing contact signed in.

    ``started_by`` is the principal who looks, ``started_by_name`` how to call them.
    """

    started_by = fields.String(required=True)
    started_by_name = fields.String(required=True)


class StartedPreview(PortalPreview):
    """A new preview with the token that shows it, which stands nowhere but in this answer."""

    token = fields.String(required=True)


class PortalPreviewed(Message):
    """``portal_previewed``: the principal of the event has looked at the portal."""


PREVIEW_METHODS = (
    Method("start_preview", StartPreview, StartedPreview),
    Method("get_preview", OfToken, PortalPreview),
    Method("end_preview", OfToken, Nothing, writes=True),
)
PREVIEW_EVENTS = (EventType("portal_previewed", PortalPreviewed),)
PREVIEW_ERRORS = (ErrorCode("no_preview", Kind.REFUSED, 401),)
