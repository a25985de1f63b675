"""What is another in the merchant's settings now, setting by setting, as texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from services.customers.domain.contacts import FieldChange
from services.customers.domain.logo import Logo


def setting_changes(old: Any, new: Any, names: Iterable[str]) -> list[FieldChange]:
    """The settings of these ``names`` before and after; parts are called ``company.address.city``, ``headlines.de``."""
    changes = []
    for name in names:
        before, after = _flat(name, getattr(old, name)), _flat(name, getattr(new, name))
        changes += [
            FieldChange(part, before.get(part, ""), after.get(part, ""))
            for part in dict.fromkeys((*before, *after))
            if before.get(part, "") != after.get(part, "")
        ]
    return changes


def _flat(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, Logo):
        return {name: value.version}
    parts: dict[str, Any] = {}
    if isinstance(value, Mapping):
        parts = dict(value)
    elif is_dataclass(value):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
    else:
        return {name: _text(value)}
    flat: dict[str, str] = {}
    for part, inner in parts.items():
        flat |= _flat(f"{name}.{part}", inner)
    return flat


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
