"""Static files under addresses that name their contents, so that browsers may keep them for a year."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

_FOLDER = Path(__file__).parent / "static"
_A_YEAR = 365 * 24 * 3600
# What shrinks. Pages are not compressed: their length would tell what secrets on them have in common with what
# somebody else can make appear there (BREACH).
_SHRINKS = frozenset({".css", ".js", ".svg"})


def asset_url(name: str) -> str:
    """The address of a file in ``static/``."""
    return url_for("static", filename=name, v=_version(name))


def set_up(app: Flask) -> None:
    """Give templates ``asset_url``."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _A_YEAR
    app.jinja_env.globals["asset_url"] = asset_url
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    """A static file as gzip for browsers that take it, which all do."""
    name = (request.view_args or {}).get("filename", "")
    if request.endpoint != "static" or Path(name).suffix not in _SHRINKS or response.status_code != 200:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        # The file was opened for nothing.
        response.close()
        response.direct_passthrough = False
        response.set_data(_compressed(name))
        response.content_encoding = "gzip"
        # The same tag must not stand for other bytes; the address names the contents already.
        response.headers.pop("ETag", None)
    return response


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress((_FOLDER / name).read_bytes(), mtime=0)


@cache
def _version(name: str) -> str:
    return sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
