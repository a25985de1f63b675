"""Static files under addresses that name their contents, so that browsers may keep them for a year."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for

_FOLDER = Path(__file__).parent / "static"
_A_YEAR = 365 * 24 * 3600


def asset_url(name: str) -> str:
    """The address of a file in ``static/``."""
    return url_for("static", filename=name, v=_version(name))


def set_up(app: Flask) -> None:
    """Give templates ``asset_url``."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _A_YEAR
    app.jinja_env.globals["asset_url"] = asset_url


@cache
def _version(name: str) -> str:
    return sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
