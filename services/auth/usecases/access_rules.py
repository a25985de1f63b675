"""Access rules: looked at, granted and taken away by the merchant's side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from services.auth.domain import addresses
from services.auth.domain.access_rules import AccessRule, AccessRules, RuleKind, is_public_provider
from services.auth.repository import RuleBook
from services.auth.views import access_rules_view
from shared.kernel.access import require_merchant_side
from shared.kernel.clock import Clock
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening, IdempotencyKey
from shared.kernel.ids import new_handle
from shared.storage import Outcome


class BillGroups(Protocol):
    """Who knows which bill groups there are."""

    def check_bill_group(self, context: Context, bill_group: str) -> None:
        """Raises NotFound where there is none."""
        ...


class RuleDesk:
    """Where staff see to the rules. All of it raises DomainError ``not_allowed`` for customers."""

    def __init__(self, book: RuleBook, bill_groups: BillGroups, clock: Clock) -> None:
        self._book = book
        self._bill_groups = bill_groups
        self._clock = clock

    def list_access_rules(self, context: Context, *, bill_group: str) -> dict[str, Any]:
        """The rules of a bill group. Raises NotFound."""
        require_merchant_side(context)
        self._bill_groups.check_bill_group(context, bill_group)
        return access_rules_view(self._book.of(bill_group))

    def preview_domain_grant(self, context: Context, *, bill_group: str, domain: str) -> dict[str, Any]:
        """What granting ``domain`` would replace. Raises NotFound, and what ``grant_domain`` does of it."""
        require_merchant_side(context)
        self._bill_groups.check_bill_group(context, bill_group)
        shown, key = addresses.one_domain(domain)
        covered = self._book.of(bill_group).covered_by(key)
        return {
            "domain": shown,
            "in_ascii": key,
            "covered": [rule.value for rule in covered],
            "is_public_provider": is_public_provider(key),
        }

    def grant_domain(
        self,
        context: Context,
        *,
        bill_group: str,
        domain: str,
        replaces: Iterable[str],
        key: IdempotencyKey,
    ) -> dict[str, Any]:
        """Admit a whole domain. Raises NotFound and DomainError as ``AccessRules.grant_domain`` does."""
        require_merchant_side(context)
        rule = self._new_rule(context, RuleKind.DOMAIN, addresses.one_domain(domain))
        confirmed = _keys(replaces)

        def grant(rules: AccessRules) -> Outcome[AccessRules]:
            return _outcome(*rules.grant_domain(rule, confirmed))

        self._make_room(context, bill_group)
        return self._book.change(bill_group, context, grant, key=key)

    def grant_address(
        self, context: Context, *, bill_group: str, address: str, key: IdempotencyKey
    ) -> dict[str, Any]:
        """Admit one address. Raises NotFound and DomainError as ``AccessRules.grant_address`` does."""
        require_merchant_side(context)
        rule = self._new_rule(context, RuleKind.ADDRESS, addresses.one_address(address))

        def grant(rules: AccessRules) -> Outcome[AccessRules]:
            return _outcome(*rules.grant_address(rule))

        self._make_room(context, bill_group)
        return self._book.change(bill_group, context, grant, key=key)

    def remove_access_rule(
        self, context: Context, *, bill_group: str, rule: str, key: IdempotencyKey
    ) -> dict[str, Any]:
        """Take a rule away; who is in by it is shut out. Raises NotFound."""
        require_merchant_side(context)

        def remove(rules: AccessRules) -> Outcome[AccessRules]:
            return _outcome(*rules.remove(rule))

        return self._book.change(bill_group, context, remove, key=key)

    def _make_room(self, context: Context, bill_group: str) -> None:
        self._bill_groups.check_bill_group(context, bill_group)
        self._book.begin(bill_group, context)

    def _new_rule(self, context: Context, kind: RuleKind, what: tuple[str, str]) -> AccessRule:
        return AccessRule(new_handle("rule"), kind, *what, self._clock.now(), str(context.principal))


def _outcome(rules: AccessRules, happenings: list[Happening]) -> Outcome[AccessRules]:
    return Outcome(rules, happenings, access_rules_view(rules))


def _keys(confirmed: Iterable[str]) -> frozenset[str]:
    """What is compared of these addresses. One that can't be any has not been named by a preview."""
    keys = set()
    for address in confirmed:
        try:
            keys.add(addresses.normalised(address))
        except DomainError:
            continue
    return frozenset(keys)
