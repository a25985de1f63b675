"""What stands in addresses."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from shared.kernel.ids import HANDLE_PATTERN


class HandleConverter(BaseConverter):
    """``<handle:invoice>``: what can't be a handle is not found, and no service is asked for it."""

    regex = HANDLE_PATTERN


def set_up(app: Flask) -> None:
    """Let routes use ``handle``."""
    app.url_map.converters["handle"] = HandleConverter
