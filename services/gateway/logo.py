"""The merchant's logo as a picture of our own host, under an address that names what is to be seen on it."""

from __future__ import annotations

import re
from base64 import b64decode

from flask import Blueprint, Flask, Response, abort, url_for

from services.gateway.asking import call
from services.gateway.brief import Brief
from services.gateway.merchant import current_merchant

_A_YEAR = 365 * 24 * 3600
_VERSION = re.compile(r"[0-9a-f]{16}")
# A version is one picture for good; this only bounds how many are kept at hand.
_SECONDS, _MOST = 3600.0, 8

blueprint = Blueprint("logo", __name__)
_pictures: Brief[bytes] = Brief(_SECONDS, _MOST)


@blueprint.get("/logo.<version>.png")
def show(version: str) -> Response:
    """The present logo, or a former one that e-mails still show."""
    if not _VERSION.fullmatch(version):
        abort(404)
    picture = _pictures.get(version, lambda: _ask(version))
    response = Response(picture, mimetype="image/png")
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    # Whoever reads mails in a browser sees it on a page of another host.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def set_up(app: Flask) -> None:
    """Serve the logo, and give templates ``logo_url``: its address, or None where there is no logo."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["logo_url"] = _url


def _url() -> str | None:
    logo = current_merchant()["logo"]
    return url_for("logo.show", version=logo["version"]) if logo else None


def _ask(version: str) -> bytes:
    return b64decode(call("customers", "get_logo", version=version, form="screen")["image"])
