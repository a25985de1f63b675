"""Who was behind an event, by the names that people know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from services.gateway.payment_providers import PROVIDER_NAMES
from shared.contracts.contact_roles import GUEST
from shared.kernel.context import PrincipalKind

_NAMED = (f"{PrincipalKind.STAFF}:", f"{PrincipalKind.API_KEY}:", f"{PrincipalKind.CUSTOMER}:{GUEST}-")


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody: what they are called, and a word more."""

    name: str
    detail: str = ""


class Names:
    """Names by principal: those that auth knows, and for all others what their kind is called."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._known = {each["principal"]: Who(each["name"], each["detail"]) for each in known}

    def known(self, principal: str) -> str:
        """The name that auth has for them; empty where it has none."""
        return self._known[principal].name if principal in self._known else ""

    def of(self, principal: str) -> Who:
        """Who that is."""
        if principal in self._known:
            return self._known[principal]
        kind, _sign, handle = principal.partition(":")
        match kind:
            case PrincipalKind.CUSTOMER:
                return Who(_("Customer"), handle)
            case PrincipalKind.STAFF:
                return Who(_("Staff"), handle)
            case PrincipalKind.API_KEY:
                return Who(_("API key"), handle)
            case PrincipalKind.SYSTEM if handle in PROVIDER_NAMES:
                return Who(_("Payment provider"), str(PROVIDER_NAMES[handle]))
            case PrincipalKind.SYSTEM:
                return Who(_("Automatically"))
            case PrincipalKind.ANONYMOUS:
                return Who(_("Somebody who was not signed in"))
        return Who(handle or principal)


def principals_of(*timelines: Mapping[str, Any] | None) -> Iterator[str]:
    """Who was behind the events of these pages of a timeline; a page that could not be had has none."""
    return (event["principal"] for page in timelines if page for event in page["items"])


def has_name(principal: str) -> bool:
    """Whether auth knows such a principal by name: staff, API keys and guests."""
    return principal.startswith(_NAMED)
