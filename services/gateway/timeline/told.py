"""An event as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway import user_agents
from services.gateway.timeline.fields import Change, changes, name_of
from services.gateway.timeline.people import Names, Who
from services.gateway.timeline.words import sentence_of
from services.gateway.timeline.words_of_customers import QUOTED
from shared.kernel.context import PrincipalKind

# It has handles before and after, which say nothing to people.
_BY_HANDLE = "default_payment_method_changed"


@dataclass(frozen=True, slots=True)
class Told:
    """One event: when (an ISO moment) and what, in words; what changed; who, and from where.

    What isn't known is empty.
    """

    at: str
    text: str
    quote: str
    changes: tuple[Change, ...]
    settings: tuple[str, ...]
    who: Who
    address: str
    browser: str
    subject: str
    bill_group: str


def told(timeline: Mapping[str, Any], names: Names) -> list[Told]:
    """The events of a page of a timeline."""
    return [_told(event, names) for event in timeline["items"]]


def _told(event: Mapping[str, Any], names: Names) -> Told:
    data = event["data"]
    found = tuple(changes(data)) if event["type"] != _BY_HANDLE else ()
    quoted = QUOTED.get(event["type"])
    return Told(
        at=event["occurred_at"],
        text=sentence_of(event["source"], event["type"], data),
        quote=str(data.get(quoted, "")) if quoted else "",
        changes=found,
        settings=() if found else tuple(name_of(field) for field in data.get("fields_changed") or ()),
        who=names.of(event["principal"]),
        address=event["address"],
        browser=_browser(event),
        subject=event["subject"],
        bill_group=event["bill_group"],
    )


def _browser(event: Mapping[str, Any]) -> str:
    """The browser, where a person was behind it: programs have none."""
    by_program = event["principal"].startswith(f"{PrincipalKind.API_KEY}:")
    return "" if by_program or not event["user_agent"] else user_agents.in_words(event["user_agent"])
