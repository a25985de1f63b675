"""The documentation of the API at ``/api/docs``: an introduction, and its description to look through and try."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from services.gateway.api.problem_texts import CODES, TEXTS
from shared.contracts.scopes import SCOPES

_VIEWER = Path(str(files("flask_swagger_ui"))) / "dist"
_VIEWER_VERSION = version("flask-swagger-ui")
_VIEWER_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})

blueprint = Blueprint("api_docs", __name__, url_prefix="/api/docs")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The page for developers."""
    errors = sorted((status_and_text(code) for code in TEXTS), key=lambda each: (each[1], each[0]))
    return render_template(
        "api/docs.html",
        errors=errors,
        scopes=SCOPES,
        server=f"{current_app.config['PUBLIC_URL']}/api/v1",
        viewer=_VIEWER_VERSION,
    )


@blueprint.get("/viewer/<edition>/<name>")
def viewer(edition: str, name: str) -> Response:
    """A file of the viewer, from its package; the address names its version, so that browsers may keep it."""
    if edition != _VIEWER_VERSION or name not in _VIEWER_FILES:
        abort(404)
    return send_from_directory(_VIEWER, name)


def status_and_text(code: str) -> tuple[str, int, str, str]:
    """What the table of errors shows of a code: itself, its HTTP status, its title, and what to do."""
    text = TEXTS[code]
    return code, CODES[code].status if code in CODES else 422, text.title, text.detail


def set_up(app: Flask) -> None:
    """Serve the documentation."""
    app.register_blueprint(blueprint)
