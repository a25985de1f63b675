"""Requests of the API as arguments of an RPC method. Whatever can't be used is refused here, with its place."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import UnsupportedMediaType

from services.gateway.api.operation import MOST_BYTES_OF_MUCH, Operation
from services.gateway.api.problems import FieldsRefused
from services.gateway.api.strict import request_schema
from shared.contracts.base import Key
from shared.contracts.scopes import IMPORT
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_brief_key

# Beyond this, numbers don't survive a JavaScript client (RFC 7493), and the store has no room for them.
_LARGEST = 2**53
_DEEPEST = 20
_WHOLE = re.compile(r"-?[0-9]{1,16}")
_KEY = Key()
_FLAGS = {"true": True, "false": False}


class Reader:
    """Reads the requests of one operation."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._schema = request_schema(operation)
        self._asked = {
            name: field for name, field in self._schema.fields.items() if name not in operation.placeholders
        }

    def arguments(self, path: dict[str, str]) -> dict[str, Any]:
        """The arguments of the method: from the path, the query or the body, and the idempotency key.

        They are what was sent, not what the schema made of it. Raises DomainError, or werkzeug's exceptions for a
        body that is too large or no JSON.
        """
        place = "body" if self._operation.has_body else "query"
        query = _query(self._asked if place == "query" else {})
        asked = _body() if place == "body" else query
        self._check(path, asked, place)
        key = {"key": _idempotency_key()} if self._operation.method.changes else {}
        return {**asked, **path, **key}

    def place(self, field: str) -> str:
        """Where the request has what a service calls ``field``: ``email`` of a contact stands in ``contact.email``."""
        first = field.partition(".")[0]
        if first in self._schema.fields:
            return field
        parts = [
            name
            for name, part in self._asked.items()
            if isinstance(part, fields.Nested) and first in part.schema.fields
        ]
        return f"{parts[0]}.{field}" if len(parts) == 1 else field

    def _check(self, path: dict[str, str], asked: dict[str, Any], place: str) -> None:
        unknown = {name: ["Unknown field."] for name in asked if name not in self._asked}
        if unknown:
            raise FieldsRefused(unknown, place)
        problems = _problems(self._schema, {**asked, **path})
        if path.keys() & problems.keys():
            # An address that can't be anything's.
            raise DomainError("not_found")
        if problems:
            raise FieldsRefused(problems, place)


def allow_body(operation: Operation) -> None:
    """Say how large the body of this request may be."""
    request.max_content_length = MOST_BYTES_OF_MUCH if operation.scope == IMPORT else operation.most_bytes


def _problems(schema: Schema, arguments: dict[str, Any]) -> dict[Any, Any]:
    try:
        return schema.validate(arguments)
    except (OverflowError, ArithmeticError):
        # Dates and decimals at the edge of what can be reckoned with.
        return {"_schema": ["Holds a value that is out of range."]}


def _idempotency_key() -> str:
    """The request's own, or a new one: such a request can't be known again when it is repeated."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return new_brief_key()
    try:
        return str(_KEY.deserialize(key))
    except ValidationError as error:
        message = "Must be 8 to 100 visible ASCII characters."
        raise FieldsRefused({"Idempotency-Key": [message]}, "header") from error


def _body() -> dict[str, Any]:
    """The JSON object in the body; none at all is an empty one."""
    content = request.get_data()
    if not content:
        return {}
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    try:
        body = json.loads(content.decode(), parse_constant=_refuse_constant)
        _check_values(body, 0)
    except (ValueError, RecursionError) as error:
        raise DomainError("malformed_request") from error
    if not isinstance(body, dict):
        raise DomainError("malformed_request")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _check_values(value: Any, depth: int) -> None:
    """Raises ValueError for what is JSON by its letters, and yet nothing that can be kept or sent on."""
    match value:
        case dict() | list() if depth >= _DEEPEST:
            raise ValueError("nested too deeply")
        case dict():
            for name, inner in value.items():
                _check_values(name, depth + 1)
                _check_values(inner, depth + 1)
        case list():
            for inner in value:
                _check_values(inner, depth + 1)
        case str():
            value.encode()  # A lone surrogate has no bytes: UnicodeEncodeError is a ValueError.
        case int() if abs(value) > _LARGEST:
            raise ValueError("number too large")
        case float() if not math.isfinite(value):
            raise ValueError("number too large")


def _query(known: dict[str, fields.Field[Any]]) -> dict[str, Any]:
    """The query by name: a list where the field is one, else one value, as the field's type."""
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        field = known.get(name)
        if isinstance(field, fields.List):
            found[name] = [_typed(field.inner, value) for value in values]
        elif len(values) > 1:
            raise FieldsRefused({name: ["May be given once."]}, "query")
        else:
            found[name] = _typed(field, values[0])
    return found


def _typed(field: fields.Field[Any] | None, text: str) -> Any:
    """``text`` as the JSON value that the field takes, or as it is where it doesn't fit."""
    if isinstance(field, fields.Integer) and _WHOLE.fullmatch(text):
        return int(text)
    if isinstance(field, fields.Boolean):
        return _FLAGS.get(text, text)
    return text
