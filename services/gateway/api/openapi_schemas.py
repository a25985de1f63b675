"""Contracts' schemas as JSON Schema: what apispec doesn't say by itself."""

from __future__ import annotations

import inspect
from collections import Counter
from functools import cache
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Regexp

from shared.contracts.base import TEXT_PATTERN, Change, Message, Request

Json = dict[str, Any]


class Converter(OpenAPIConverter):
    """Adds the docstrings of schemas, and writes fields as JSON Schema has them."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.map_to_openapi_type(fields.Decimal, "string", None)
        self.add_attribute_function(_without_bounds_of_days)

    def schema2jsonschema(self, schema: Schema) -> Json:
        """The schema of an object, with what its docstring says."""
        described: Json = super().schema2jsonschema(schema)
        text = self.text_of(type(schema))
        return {"description": text, **described} if text else described

    def field2pattern(self, field: fields.Field[Any], **_: Any) -> Json:
        """The patterns of a field, in JavaScript's words.

        That of all text is said once, in the introduction: not every reader of descriptions takes such a pattern.
        """
        patterns = [str(each.regex.pattern) for each in field.validators if isinstance(each, Regexp)]
        told = [{"pattern": each.replace(r"\Z", "$")} for each in patterns if each != TEXT_PATTERN]
        return told[0] if len(told) == 1 else {"allOf": told} if told else {}

    def dict2properties(self, field: fields.Field[Any], **more: Any) -> Json:
        """What stands in a dictionary, and under which names."""
        described: Json = super().dict2properties(field, **more)
        if isinstance(field, fields.Dict) and field.key_field is not None:
            names = self.field2choices(field.key_field)
            described |= {"propertyNames": names} if names else {}
        return described

    @staticmethod
    def text_of(schema: type[Schema]) -> str:
        """A schema's docstring as Markdown; empty where it has none of its own."""
        return inspect.cleandoc(schema.__doc__ or "").replace("``", "`")


class Plugin(MarshmallowPlugin):
    """apispec's plugin with our converter."""

    Converter = Converter

    def __init__(self) -> None:
        super().__init__(schema_name_resolver=name_of)


def name_of(schema: Any) -> str:
    """The name of a schema's component: that of its class, after its service's where several have one such."""
    cls: type[Schema] = schema if isinstance(schema, type) else type(schema)
    name = cls.__name__
    if _names()[name] > 1:
        name = cls.__module__.rpartition(".")[2].partition("_")[0].capitalize() + name
    # What is sent and what comes back are described apart: only the one refuses what it doesn't know.
    is_part_of_request = cls().unknown == RAISE and not issubclass(cls, Request | Change)
    return f"{name}Input" if is_part_of_request else name


def _without_bounds_of_days(_converter: OpenAPIConverter, _field: fields.Field[Any], ret: Json) -> Json:
    # Days and decimals have bounds, for which JSON Schema has no words.
    for bound in ("x-minimum", "x-maximum"):
        ret.pop(bound, None)
    return {}


def _subclasses(schema: type[Message]) -> set[type[Message]]:
    direct = schema.__subclasses__()
    return {*direct, *(deeper for each in direct for deeper in _subclasses(each))}


@cache
def _names() -> Counter[str]:
    """How many schemas of the contracts have each name."""
    return Counter(name for _, name in {(each.__module__, each.__name__) for each in _subclasses(Message)})
