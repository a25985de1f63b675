"""What a person reads about a picture that can't be a logo."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from services.gateway.error_texts import text_of
from shared.kernel.errors import DomainError

REASONS = {
    "too_large": _("This picture is too large: at most 1 MB, 4,096 pixels on a side and 4 million pixels."),
    "nothing_seen": _("Nothing is to be seen on this picture."),
    "unreadable": _("This SVG can't be read. Please export it anew, as plain SVG in UTF-8."),
    "text": _("There is text in this SVG, which looks different on each machine. Please turn it into paths."),
    "picture": _("There is a picture within this SVG. Please use the picture itself, as PNG or JPEG."),
    "reference": _("This SVG refers to something outside of it. Please save it with all that it needs."),
    "size": _("This SVG does not say how wide and high it is. Please export it with a viewBox."),
    "too_much": _("This SVG has too much to draw. Please simplify it, or use a PNG."),
}


def logo_problem(error: DomainError) -> str:
    """Why it was refused, as far as the service says it."""
    reason = error.params.get("reason") if error.code == "invalid_logo" else None
    if error.code == "invalid_request":
        # The file is larger than what a request may have.
        reason = "too_large"
    return str(REASONS[reason]) if reason in REASONS else text_of(error)
