"""Contracts as the API takes them: what a service ignores because a newer version may know it is refused here.

An API client that misspells a field must hear of it, and not have its wish left out in silence.
"""

from __future__ import annotations

import copy
import re
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from services.gateway.api.operation import Operation
from shared.contracts.base import DECIMAL_PATTERN

_DECIMAL = re.compile(DECIMAL_PATTERN)


def request_schema(operation: Operation) -> Schema:
    """The schema of an operation's whole request, path and query included, without the key."""
    return strict(operation.method.request)(exclude=_without_key(operation))


def body_schema(operation: Operation) -> Schema | None:
    """The schema of what comes in the body, or None for an operation that takes none."""
    schema = strict(operation.method.request)(exclude=(*_without_key(operation), *operation.placeholders))
    return schema if operation.has_body and schema.fields else None


@cache
def strict(schema: type[Schema]) -> type[Schema]:
    """The same schema, refusing what it doesn't know, at any depth, and taking no text for a number."""
    changed = {name: _strict_field(field) for name, field in schema._declared_fields.items()}
    meta = type("Meta", (schema.Meta,), {"unknown": RAISE, "register": False})
    own = {"Meta": meta, "__doc__": schema.__doc__, "__module__": schema.__module__}
    return type(schema.__name__, (schema,), {**changed, **own})


def _strict_field(field: Any) -> Any:
    twin = copy.copy(field)
    match twin:
        case fields.Nested():
            assert isinstance(twin.nested, type), "contracts nest schemas by their class"
            twin.nested = strict(twin.nested)
        case fields.List():
            twin.inner = _strict_field(twin.inner)
        case fields.Dict() if twin.value_field is not None:
            twin.value_field = _strict_field(twin.value_field)
        case fields.Integer():
            twin.strict = True
        case fields.Boolean():
            twin.pre_load = [*twin.pre_load, _a_flag]
        case fields.Decimal():
            twin.pre_load = [*twin.pre_load, _a_decimal]
    return twin


def _a_flag(value: Any) -> Any:
    if value is not None and not isinstance(value, bool):
        raise ValidationError("Not a valid boolean.")
    return value


def _a_decimal(value: Any) -> Any:
    # A JSON number would have been rounded on its way.
    if value is not None and not (isinstance(value, str) and _DECIMAL.match(value)):
        raise ValidationError("Not a decimal number in text, like 19.5.")
    return value


def _without_key(operation: Operation) -> tuple[str, ...]:
    return ("key",) if operation.method.changes else ()
