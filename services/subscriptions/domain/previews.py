"""Deciding, and showing beforehand what would be decided: both are the same function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.subscriptions.domain import billing
from services.subscriptions.domain.actions import rule_for
from services.subscriptions.domain.asking import Action, Code, Decision, Request
from services.subscriptions.domain.billing import Bill, Line
from services.subscriptions.domain.fingerprints import fingerprint, lines_decided
from services.subscriptions.domain.steps import Step, caught_up
from services.subscriptions.domain.subscription import Status, Subscription
from shared.kernel.errors import DomainError, Kind
from shared.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action does, in money and dates. Amounts are net; ``credit`` is what is given back."""

    subscription: str
    action: Action
    status_after: Status
    effective_on: date
    access_until: date | None
    resume_on: date | None
    charges: tuple[Line, ...]
    credit: Money
    next_billing_on_before: date | None
    next_billing_on_after: date | None
    next_bill: Bill | None
    codes: tuple[Code, ...]

    @property
    def amount_next(self) -> Money | None:
        """What the next regular bill comes to, None where there is none."""
        return self.next_bill.net if self.next_bill else None

    @property
    def fingerprint(self) -> str:
        """Of all that was decided."""
        decided = [
            self.subscription,
            self.action,
            self.status_after,
            self.effective_on,
            self.access_until,
            self.resume_on,
            lines_decided(self.charges),
            [self.credit.minor, self.credit.currency],
            self.next_billing_on_before,
            self.next_billing_on_after,
            self.amount_next and self.amount_next.minor,
            self.codes,
        ]
        return fingerprint(decided)


@dataclass(frozen=True, slots=True)
class Decided:
    """What to show, and what to save."""

    preview: Preview
    step: Step


def decide(subscription: Subscription, request: Request) -> Decided:
    """What comes of ``request``, once all that is due was made up. Raises as ``rule_for`` does."""
    before = caught_up(subscription, subscription.today(request.now))
    rule = rule_for(before.subscription, request.action, request.asker)
    decision = rule(before.subscription, request)
    return Decided(_preview(before.subscription, request, decision), before.then(decision.step))


def confirm(subscription: Subscription, request: Request, shown: str | None) -> Step:
    """What to save, if it is what was ``shown`` with this fingerprint; None is for those who don't ask for a preview.

    Raises as ``decide``, and DomainError ``preview_outdated``.
    """
    decided = decide(subscription, request)
    if shown is not None and shown != decided.preview.fingerprint:
        raise DomainError("preview_outdated", Kind.CONFLICT)
    return decided.step


def _preview(before: Subscription, request: Request, decision: Decision) -> Preview:
    after = decision.step.subscription
    return Preview(
        subscription=before.handle,
        action=request.action,
        status_after=after.status,
        effective_on=decision.effective_on,
        access_until=decision.access_until,
        resume_on=after.resume_on,
        charges=decision.charges,
        credit=Money.zero(before.terms.currency),
        next_billing_on_before=before.next_billing_on,
        next_billing_on_after=after.next_billing_on,
        next_bill=billing.upcoming(after),
        codes=decision.codes,
    )
