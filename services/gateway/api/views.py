"""The views of the API: one for each operation, all made alike.

Only ``Authorization`` says who asks: no cookie is looked at, so no other site can make a browser ask for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, request

from services.gateway.api import authenticate, limits, openapi
from services.gateway.api.operation import Operation
from services.gateway.api.reading import Reader, allow_body
from services.gateway.api.table import OPERATIONS
from services.gateway.asking import call
from services.gateway.forms import csrf
from shared.kernel.errors import DomainError
from shared.settings import Settings

PREFIX = "/api/v1"


def set_up(app: Flask, settings: Settings) -> None:
    """Serve every operation of the table, and the description of all of them."""
    authenticate.set_up(app)
    limits.set_up(app, settings)
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


def _blueprint() -> Blueprint:
    made = Blueprint("api", __name__, url_prefix=PREFIX)
    for operation in OPERATIONS:
        path = operation.path_with("<handle:{}>")
        made.add_url_rule(path, operation.name, _view(operation), methods=[operation.verb])
    made.add_url_rule("/openapi.json", "openapi", _describe)
    made.after_request(limits.tell_standing)
    return made


def _view(operation: Operation) -> Callable[..., Response]:
    reader = Reader(operation)

    def view(**path: str) -> Response:
        authenticate.authorize(operation)
        allow_body(operation)
        arguments = reader.arguments(path)
        try:
            reply = call(operation.service, operation.method.name, **arguments)
        except DomainError as error:
            if isinstance(named := error.params.get("fields"), dict):
                error.params["fields"] = {reader.place(str(name)): text for name, text in named.items()}
            raise
        if operation.file:
            return operation.file.make(reply)
        response = _json(reply, operation.status)
        if reply.get("next_cursor"):
            response.headers["Link"] = f'<{_next_page(reply["next_cursor"])}>; rel="next"'
        return response

    return view


def _describe() -> Response:
    return _json(openapi.describe(current_app.config["PUBLIC_URL"] + PREFIX), 200)


def _next_page(cursor: str) -> str:
    """The address of the page after this one."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    query = urlencode([*asked, ("cursor", cursor)])
    return f"{current_app.config['PUBLIC_URL']}{request.path}?{query}"


def _json(body: dict[str, Any], status: int) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status, mimetype="application/json")


blueprint = _blueprint()
