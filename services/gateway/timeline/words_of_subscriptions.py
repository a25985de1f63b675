"""What is said of the events of subscriptions, and of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from services.gateway.languages import current_language
from services.gateway.portal import timeline

_Data = Mapping[str, Any]


def _named(names: Mapping[str, str]) -> str:
    """The name in the page's language, or in any."""
    return names.get(current_language()) or next(iter(names.values()), "–")


def _of_one(type_: str) -> Callable[[_Data], str]:
    """The sentence that customers read, with the subscription in front."""

    def sentence(data: _Data) -> str:
        what = f"{_named(data['product_names'])}, {_named(data['plan_names'])}"
        return f"{what}: {timeline.WORDS[type_](data, None)}"

    return sentence


WORDS: dict[str, Callable[[_Data], str]] = {
    **{type_: _of_one(type_) for type_ in timeline.WORDS},
    "product_created": lambda data: _("Product created: %(name)s", name=_named(data["names"])),
    "product_changed": lambda data: _("Product changed: %(name)s", name=_named(data["names"])),
    "product_archived": lambda data: _("Product archived: %(name)s", name=_named(data["names"])),
    "plan_created": lambda data: _("Plan created: %(name)s", name=_named(data["names"])),
    "plan_changed": lambda data: _(
        "Plan changed: %(name)s, now version %(version)s",
        name=_named(data["names"]),
        version=data["plan_version"],
    ),
    "plan_archived": lambda data: _("Plan archived: %(name)s", name=_named(data["names"])),
}
