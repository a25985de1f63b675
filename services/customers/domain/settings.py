"""Setting the merchant: the whole of it, or one group of its settings without touching the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from services.customers.domain.contacts import Problems
from services.customers.domain.default_access import Reach
from services.customers.domain.logo import Logo
from services.customers.domain.merchant import DOCUMENT_KINDS, HANDLE, SIGN_IN_WAYS, Merchant
from services.customers.domain.merchant_checks import Checks, check_company, check_documents, check_portal
from services.customers.domain.setting_changes import setting_changes
from shared.kernel.errors import DomainError, Kind
from shared.kernel.happening import Happening

# What one page sets at once. Each setting belongs to one group; the logo is a group of its own, set by itself.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "company": ("company",),
    "portal": (
        "accent",
        "sign_in_answer",
        "sign_in_ways",
        "customers_edit",
        "customers_pause",
        "customers_resume",
        "customers_cancel",
        "customers_add_methods",
        "customers_remove_methods",
        "customers_auto_pay",
        "document_kinds",
        "headlines",
        "default_language",
        "terms_url",
        "privacy_url",
        "frame_origins",
    ),
    "documents": ("numbering", "payment_days", "pay_by_transfer"),
    "access": ("default_access", "portal_without_contract"),
    "logo": ("logo",),
}
# How settings are kept, which is nothing to tell of.
UNTOLD = ("changed_at", "settled_access", "default_epoch")
_CHECKS: Mapping[str, Checks] = {
    "company": check_company,
    "portal": check_portal,
    "documents": check_documents,
}
Told = tuple[Merchant, list[Happening]]


def set_merchant(old: Merchant, new: Merchant, becomes: int = 2) -> Told:
    """Put ``new`` in place of ``old``, whose logo stays. Raises DomainError ``invalid_merchant``.

    Another default for access holds for all who follow it.

    ``becomes`` is the merchant's version with it, here as below.
    """
    kept = {name: getattr(old, name) for name in ("logo", *UNTOLD)}
    checked = _checked(replace(new, **kept), _CHECKS)
    if new.default_access != old.default_access:
        checked = checked.with_defaults(old.defaults.set(new.default_access == "on", Reach.ALL))
    return _told(old, checked, becomes)


def set_group(
    old: Merchant, group: str, settings: Mapping[str, Any], *, seen: int | None, becomes: int
) -> Told:
    """Set one of GROUPS, whole. Raises DomainError ``invalid_merchant``.

    Also ``changed_meanwhile``, where one of these settings was changed since ``seen``, the version of the merchant
    that was shown: what was changed in other groups does no harm.
    """
    if seen is not None and old.changed_at.get(group, 1) > seen:
        raise DomainError("changed_meanwhile", Kind.CONFLICT)
    mine = {name: value for name, value in settings.items() if name in GROUPS[group]}
    return _told(old, _checked(replace(old, **mine), [group]), becomes)


def set_default_access(old: Merchant, on: bool, reach: Reach, becomes: int) -> Told:
    """Set the default for access, for customers to come or for all who follow it."""
    new = old.with_defaults(old.defaults.set(on, reach))
    return _told(old, new, becomes, ["access_of_all"] if reach is Reach.ALL else [])


def set_logo(old: Merchant, logo: Logo | None, becomes: int = 2) -> Told:
    """Give the merchant another logo, or take it away."""
    return _told(old, replace(old, logo=logo), becomes)


def _told(old: Merchant, new: Merchant, becomes: int, also: Sequence[str] = ()) -> Told:
    """What is changed by ``new``, which is the merchant's version ``becomes``, and what tells of it.

    ``also`` is what it is told by besides the names of the settings.
    """
    changed = [
        each.name
        for each in fields(old)
        if each.name not in UNTOLD and getattr(old, each.name) != getattr(new, each.name)
    ]
    changes = [asdict(each) for each in setting_changes(old, new, changed)]
    changed += also
    if not changed:
        return new, []
    groups = {group: becomes for group, names in GROUPS.items() if set(names) & set(changed)}
    happening = Happening("merchant_changed", HANDLE, "", {"fields_changed": changed, "changes": changes})
    return replace(new, changed_at={**old.changed_at, **groups}), [happening]


def _checked(merchant: Merchant, groups: Any) -> Merchant:
    problems: Problems = {}
    for group in groups:
        if group in _CHECKS:
            merchant = _CHECKS[group](merchant, problems)
    if problems:
        raise DomainError("invalid_merchant", fields=problems)
    return replace(
        merchant,
        sign_in_ways=tuple(way for way in SIGN_IN_WAYS if way in merchant.sign_in_ways),
        document_kinds=tuple(kind for kind in DOCUMENT_KINDS if kind in merchant.document_kinds),
    )
