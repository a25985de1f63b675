"""Handles in addresses: ``/invoices/<handle:invoice>``."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from shared.kernel.ids import HANDLE_PATTERN


class HandleConverter(BaseConverter):
    """Lets handles through; an address with anything else is no page of ours, so a 404."""

    regex = HANDLE_PATTERN


def set_up(app: Flask) -> None:
    """Let routes use the converter."""
    app.url_map.converters["handle"] = HandleConverter
