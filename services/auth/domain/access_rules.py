"""Access rules: whole e-mail domains and single addresses that a bill group admits beside its contacts.

All rules of a bill group are one aggregate, so that no two can overlap, whoever adds at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.auth.domain import addresses
from shared.kernel.errors import DomainError, Kind, NotFound
from shared.kernel.happening import Happening

MOST_RULES = 500
# Whoever grants one of these lets in millions: the pages warn of it.
_PROVIDERS = """
    aol.com arcor.de bluewin.ch freenet.de fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
    googlemail.com hotmail.com hotmail.de hotmail.fr icloud.com laposte.net libero.it live.com live.de mac.com mail.com
    mail.de mail.ru mailbox.org me.com msn.com online.de orange.fr outlook.com outlook.de posteo.de proton.me
    protonmail.com qq.com rocketmail.com t-online.de tutanota.com tuta.com wanadoo.fr web.de wp.pl yahoo.com yahoo.de
    yahoo.fr yandex.com yandex.ru ymail.com zoho.com 163.com 126.com
"""
_PUBLIC_PROVIDERS = frozenset(_PROVIDERS.split())


class RuleKind(StrEnum):
    """What a rule admits."""

    DOMAIN = "domain"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One rule. ``value`` is the domain or address as people read it, ``key`` what is compared.

    ``added_by`` is a principal as text.
    """

    handle: str
    kind: RuleKind
    value: str
    key: str
    added_at: datetime
    added_by: str

    def covers(self, address: AccessRule) -> bool:
        """Whether this rule, of a domain, admits what that one, of an address, does."""
        return self.key == addresses.domain_of(address.key)


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The rules of a bill group, in the order in which they were added."""

    bill_group: str
    rules: tuple[AccessRule, ...] = ()

    def covered_by(self, domain_key: str) -> tuple[AccessRule, ...]:
        """The single addresses that a grant of this domain would replace. Raises DomainError ``already_granted``."""
        self._check_is_new(domain_key)
        return tuple(
            rule
            for rule in self.rules
            if rule.kind is RuleKind.ADDRESS and addresses.domain_of(rule.key) == domain_key
        )

    def grant_address(self, rule: AccessRule) -> tuple[AccessRules, list[Happening]]:
        """Admit one more address.

        Raises DomainError ``already_granted``, ``domain_granted`` where its domain is, and ``too_many_rules``.
        """
        self._check_is_new(rule.key)
        for other in self.rules:
            if other.kind is RuleKind.DOMAIN and other.covers(rule):
                raise DomainError("domain_granted", domain=other.value)
        return self._with((*self.rules, rule)), [self._added(rule, ())]

    def grant_domain(self, rule: AccessRule, confirmed: Iterable[str]) -> tuple[AccessRules, list[Happening]]:
        """Admit a whole domain in place of the single addresses of it, of which ``confirmed`` (keys) are known.

        Raises DomainError ``already_granted``, ``addresses_covered`` where others are covered, and
        ``too_many_rules``.
        """
        covered = self.covered_by(rule.key)
        if not {each.key for each in covered} <= set(confirmed):
            raise DomainError("addresses_covered", Kind.CONFLICT, addresses=[each.value for each in covered])
        others = tuple(each for each in self.rules if each not in covered)
        return self._with((*others, rule)), [self._added(rule, covered)]

    def remove(self, handle: str) -> tuple[AccessRules, list[Happening]]:
        """Admit by this rule no more. Raises NotFound."""
        gone = next((rule for rule in self.rules if rule.handle == handle), None)
        if gone is None:
            raise NotFound
        told = {
            "rule": gone.handle,
            "kind": gone.kind.value,
            "value": gone.value,
            "changes": [_change(gone, old=gone.value)],
        }
        others = tuple(rule for rule in self.rules if rule is not gone)
        return replace(self, rules=others), [self._happening("access_rule_removed", told)]

    def _check_is_new(self, key: str) -> None:
        if any(rule.key == key for rule in self.rules):
            raise DomainError("already_granted")

    def _with(self, rules: tuple[AccessRule, ...]) -> AccessRules:
        if len(rules) > MOST_RULES:
            raise DomainError("too_many_rules", most=MOST_RULES)
        return replace(self, rules=rules)

    def _added(self, rule: AccessRule, replaced: Sequence[AccessRule]) -> Happening:
        told = {
            "rule": rule.handle,
            "kind": rule.kind.value,
            "value": rule.value,
            "replaced": [each.value for each in replaced],
            "changes": [
                *(_change(each, old=each.value) for each in replaced),
                _change(rule, new=rule.value),
            ],
        }
        return self._happening("access_rule_added", told)

    def _happening(self, type_: str, told: Mapping[str, object]) -> Happening:
        return Happening(type_, self.bill_group, self.bill_group, told)


def is_public_provider(domain_key: str) -> bool:
    """Whether everybody can get an address of this domain, as far as we know."""
    return domain_key in _PUBLIC_PROVIDERS


def _change(rule: AccessRule, *, old: str = "", new: str = "") -> dict[str, str]:
    return {"field": f"access_rules.{rule.kind.value}", "old": old, "new": new}
