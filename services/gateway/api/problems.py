"""Errors as programs read them: ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, current_app, g
from werkzeug.exceptions import HTTPException

from services.gateway.api.problem_texts import CODES, FIELD_TEXTS, OTHER, TEXTS
from shared.kernel.errors import DomainError, Kind

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
# Which of our codes says what werkzeug says by a status.
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "not_json"}


class FieldsRefused(DomainError):
    """Fields of the request that can't be used: messages nested as the request is, as marshmallow makes them."""

    def __init__(self, fields: Mapping[Any, Any], place: str) -> None:
        super().__init__("invalid_request", fields=fields)
        self.place = place


def of_domain_error(error: DomainError) -> Response:
    """An answer other than the one hoped for."""
    if error.code == "internal":
        return fault()
    code = CODES.get(error.code)
    text = TEXTS.get(error.code, OTHER)
    params = dict(error.params)
    response = _problem(
        error.code,
        code.status if code else 422,
        text.title,
        text.detail,
        errors=list(_errors(params.pop("fields", None), getattr(error, "place", "body"))),
        params=params,
    )
    if response.status_code == 401:
        # RFC 6750: a request without any key is told no error.
        reason = ', error="invalid_token"' if error.code == "invalid_api_key" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="portico"{reason}'
    if error.kind in (Kind.RETRY, Kind.UNKNOWN):
        response.headers["Retry-After"] = str(params.get("seconds", RETRY_AFTER_SECONDS))
    return response


def of_http_error(error: HTTPException) -> Response:
    """A request that no operation takes."""
    status = error.code or 500
    code = _HTTP_CODES.get(status, "malformed_request")
    response = _problem(code, status, *TEXTS[code])
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def fault() -> Response:
    """Something that must not happen, which has been reported: none of it is told but the request id."""
    response = _problem("internal", 500, *TEXTS["internal"])
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def type_of(code: str) -> str:
    """The address where the documentation explains a code."""
    return f"{current_app.config['PUBLIC_URL']}/api/docs#{code}"


def _problem(
    code: str,
    status: int,
    title: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": type_of(code),
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": g.request_id,
    }
    if errors:
        body["errors"] = errors
    if params:
        body["params"] = params
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)


def _errors(fields: Any, place: str) -> Iterator[dict[str, str]]:
    """What is wrong with which field: a pointer into the body, or the name of a parameter."""
    for path, message in _flat(fields, ()):
        if place == "body":
            yield {"pointer": "#" + "".join(f"/{_escaped(part)}" for part in path), "detail": message}
        else:
            yield {"parameter": ".".join(path), "detail": message}


def _flat(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The leaves of nested messages. Services' own errors name fields with dots: ``address.city``."""
    match messages:
        case None:
            return
        case Mapping():
            for name, inner in messages.items():
                # marshmallow puts what is about a whole object under _schema.
                parts = () if name == "_schema" else tuple(str(name).split("."))
                yield from _flat(inner, (*path, *parts))
        case list():
            for inner in messages:
                yield from _flat(inner, path)
        case _:
            yield path, FIELD_TEXTS.get(str(messages), str(messages))


def _escaped(part: str) -> str:
    """A part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
