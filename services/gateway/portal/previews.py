"""Leaving a preview."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.gateway.previews import end_preview

blueprint = Blueprint("previews", __name__)


@blueprint.post("/preview/end")
def end() -> ResponseReturnValue:
    """End it, and go back to the admin pages."""
    return end_preview()
