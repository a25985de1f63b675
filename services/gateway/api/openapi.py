"""The API's description, OpenAPI 3.1: made from the table of operations and the contracts' own schemas."""

from __future__ import annotations

from functools import cache
from typing import Any

from apispec import APISpec
from marshmallow import Schema

from services.gateway.api.openapi_schemas import Converter, Plugin
from services.gateway.api.operation import Operation
from services.gateway.api.problem_texts import CODES
from services.gateway.api.problems import MEDIA_TYPE
from services.gateway.api.strict import body_schema, request_schema
from services.gateway.api.table import RESOURCES
from shared.contracts.base import COMMON_ERRORS, Key
from shared.contracts.registry import CONTRACTS

Json = dict[str, Any]

VERSION = "1"
_SUMMARY = (
    "What the portal's pages can do, and what the merchant does behind them. `/api/docs` introduces it."
)

# What any operation may be answered with, and why; a change also conflicts.
_ANSWERS = {
    400: "The request is malformed, or a cursor isn't valid.",
    401: "No API key, or none that is valid.",
    403: "The API key lacks the scope, or may not do this.",
    404: "There is no such object, or not in this bill group.",
    413: "The request is too large.",
    415: "The body is not JSON.",
    422: "The request can't be used: `errors` says why, or `code`.",
    429: "Too many requests: try again after `Retry-After` seconds.",
    500: "A fault on our side: `request_id` finds it in the logs.",
    503: "Nothing was done: try again after `Retry-After` seconds.",
    504: "No answer in time. A change may have been done: repeat it with its `Idempotency-Key`.",
}
_MORE_ANSWERS = {
    409: "Not possible in the object's present state, or something else is stored by now.",
    502: "The payment provider refused.",
}
_BODY_ANSWERS = (413, 415)


@cache
def describe(server: str) -> Json:
    """The whole description; ``server`` is the address that all paths lie under."""
    plugin = Plugin()
    spec = APISpec(
        title="Portico",
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _SUMMARY},
        servers=[{"url": server}],
        tags=[{"name": name} for name in RESOURCES],
    )
    spec.components.security_scheme(
        "apiKey",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, `portico_…`. Each operation names the scope that it needs; "
            "`write` includes `read`.",
        },
    )
    _add_shared_parts(spec)
    for tag, operations in RESOURCES.items():
        for operation in operations:
            spec.path(
                path=operation.path_with("{{}}"),
                operations={operation.verb.lower(): _operation(plugin, operation, tag)},
            )
    described: Json = spec.to_dict()
    return described


def _operation(plugin: Plugin, operation: Operation, tag: str) -> Json:
    described: Json = {
        "operationId": operation.name,
        "tags": [tag],
        "summary": operation.summary,
        "description": _description(operation),
        "security": [{"apiKey": [operation.scope]}],
        "parameters": list(_parameters(plugin, operation)),
        "responses": _responses(operation),
    }
    body = body_schema(operation)
    if body:
        required = any(field.required for field in body.fields.values())
        described["requestBody"] = {"required": required, "content": {"application/json": {"schema": body}}}
    return described


def _description(operation: Operation) -> str:
    """What the row says, and then what the contract says of the request."""
    texts = (operation.description, Converter.text_of(operation.method.request))
    return "\n\n".join([*filter(None, texts), f"Needs the scope `{operation.scope}`."])


def _parameters(plugin: Plugin, operation: Operation) -> list[Any]:
    schema = request_schema(operation)
    assert plugin.converter is not None
    parameters: list[Any] = []
    for name, field in schema.fields.items():
        in_path = name in operation.placeholders
        if not in_path and operation.has_body:
            continue
        described = plugin.converter.field2property(field)
        parameters.append(
            {
                "name": name,
                "in": "path" if in_path else "query",
                "required": in_path or field.required,
                "schema": described if in_path else _without_null(described),
            }
        )
    if operation.method.changes:
        parameters.append("idempotencyKey")
    return parameters


def _without_null(schema: Json) -> Json:
    """A query has no null: what is left out is."""
    schema = {name: value for name, value in schema.items() if name != "default" or value is not None}
    if isinstance(schema.get("type"), list):
        (schema["type"],) = [each for each in schema["type"] if each != "null"]
    if "enum" in schema:
        schema["enum"] = [each for each in schema["enum"] if each is not None]
    return schema


def _responses(operation: Operation) -> Json:
    errors = {**COMMON_ERRORS, **CONTRACTS[operation.service].errors}
    statuses = set(_ANSWERS) | {error.status for error in errors.values() if error.status in _MORE_ANSWERS}
    if not operation.has_body:
        statuses -= set(_BODY_ANSWERS)
    answers = {str(status): str(status) for status in sorted(statuses)}
    return {str(operation.status): _answer(operation), **answers}


def _answer(operation: Operation) -> Json:
    reply: type[Schema] = operation.method.reply
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    content: Json = {"application/json": {"schema": reply}}
    if operation.file:
        content = {operation.file.media_type: {}}
    if "next_cursor" in reply().fields:
        headers["Link"] = {"$ref": "#/components/headers/Link"}
    return {"description": _first_sentence(reply) or "Done.", "headers": headers, "content": content}


def _first_sentence(schema: type[Schema]) -> str:
    return Converter.text_of(schema).partition(". ")[0].partition("\n\n")[0]


_NUMBER = {"type": "integer", "minimum": 0}
_HEADERS: Json = {
    "X-Request-Id": {"description": "Finds the request in the logs.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "Requests a minute that the key has.", "schema": _NUMBER},
    "RateLimit-Remaining": {"description": "Requests that are left.", "schema": _NUMBER},
    "RateLimit-Reset": {"description": "Seconds until all are back.", "schema": _NUMBER},
}


def _add_shared_parts(spec: APISpec) -> None:
    for name, header in _HEADERS.items():
        spec.components.header(name, header)
    spec.components.header(
        "Link",
        {
            "description": 'The address of the next page, `rel="next"`, where there is one.',
            "schema": {"type": "string"},
        },
    )
    spec.components.header(
        "Retry-After",
        {"description": "Seconds after which to try again.", "schema": _NUMBER},
    )
    spec.components.header("WWW-Authenticate", {"description": "`Bearer`.", "schema": {"type": "string"}})
    spec.components.schema("Problem", _PROBLEM)
    spec.components.parameter(
        "idempotencyKey",
        "header",
        {
            "name": "Idempotency-Key",
            "description": "Makes the request safe to repeat for 24 hours: what was done under this key is not done "
            "again, and the answer is the first one's. Another request under the same key is refused. Without it, "
            "a request that got no answer should not be repeated.",
            "schema": {"type": "string", "pattern": _pattern(Key())},
        },
    )
    for status, text in (_ANSWERS | _MORE_ANSWERS).items():
        spec.components.response(str(status), _problem_answer(status, text))


def _problem_answer(status: int, text: str) -> Json:
    names = ["X-Request-Id"]
    if status == 401:
        names.append("WWW-Authenticate")
    if status in (429, 500, 503, 504):
        names.append("Retry-After")
    return {
        "description": text,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _pattern(field: Any) -> str:
    return str(field.validate.regex.pattern).replace(r"\Z", "$")


_PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong and what to do about it (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Where the code is explained."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to do."},
        "code": {"type": "string", "description": "For programs to decide by.", "examples": sorted(CODES)},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Where in the body: a JSON pointer as the fragment of an address.",
                    },
                    "parameter": {"type": "string", "description": "Which query parameter or header."},
                    "detail": {"type": "string"},
                },
            },
        },
        "params": {"type": "object", "description": "Values that belong to the code."},
    },
}
