"""What is done to a subscription by its customer or by the merchant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.subscriptions import views
from services.subscriptions.domain import happenings
from services.subscriptions.domain.actions import possible
from services.subscriptions.domain.asking import Action, Asker, Request, When
from services.subscriptions.domain.previews import confirm
from services.subscriptions.domain.steps import Step
from services.subscriptions.domain.subscription import Side, Subscription
from services.subscriptions.outside import Outside
from services.subscriptions.repository import Subscriptions
from services.subscriptions.usecases.askers import asker_of
from services.subscriptions.views import View
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome


class Acting:
    """Use cases that change one subscription. Each answers with the subscription as it is after."""

    def __init__(self, subscriptions: Subscriptions, outside: Outside) -> None:
        self._subscriptions = subscriptions
        self._outside = outside

    def act(
        self,
        context: Context,
        action: Action,
        *,
        bill_group: str,
        subscription: str,
        fingerprint: str | None,
        key: IdempotencyKey,
        at: str | None = None,
        resume_on: date | None = None,
        reason: str | None = None,
        comment: str = "",
    ) -> View | None:
        """Do what was shown in the preview with this ``fingerprint``; customers do nothing without having seen it.

        Raises DomainError ``preview_outdated`` where something else would come of it by now, and what the
        preview would raise.
        """
        asker = asker_of(context, self._outside)
        if fingerprint is None and asker.side is Side.CUSTOMER:
            raise DomainError("invalid_request", fields={"fingerprint": ["Missing data for required field."]})
        request = Request(
            action,
            asker,
            context.business_now,
            at=When(at) if at else None,
            resume_on=resume_on,
            reason=reason,
            comment=comment,
        )

        def decide(found: Subscription) -> Outcome[Subscription]:
            return _outcome(confirm(found, request, fingerprint), asker, context.language)

        return self._subscriptions.aggregates.change(
            subscription, bill_group=bill_group, context=context, decide=decide, key=key
        )

    def choose_payment_method(
        self,
        context: Context,
        *,
        bill_group: str,
        subscription: str,
        payment_method: str | None,
        key: IdempotencyKey,
    ) -> View | None:
        """Pay this subscription with ``payment_method``, or with the bill group's default (None).

        Raises DomainError ``unknown_payment_method``, and ``not_possible`` once the subscription has expired.
        """
        asker = asker_of(context, self._outside)
        refused = self._refused(context, bill_group, payment_method)

        def decide(found: Subscription) -> Outcome[Subscription]:
            # Nobody gets here who asks again for what was done: the method may have gone since.
            if refused:
                raise refused
            if not found.running:
                raise DomainError("not_possible", action="choose_payment_method", status=found.stage)
            return _outcome(_paid_with(found, payment_method), asker, context.language)

        return self._subscriptions.aggregates.change(
            subscription, bill_group=bill_group, context=context, decide=decide, key=key
        )

    def _refused(self, context: Context, bill_group: str, payment_method: str | None) -> DomainError | None:
        """Why nothing can be paid with ``payment_method``, if so."""
        if payment_method is not None:
            try:
                self._outside.check_payment_method(context, bill_group, payment_method)
            except DomainError as error:
                return error
        return None

    def forget_payment_method(
        self, context: Context, *, bill_group: str, payment_method: str, event_id: str
    ) -> None:
        """Pay what was paid with ``payment_method``, which is gone, with the bill group's default from now on."""

        def decide(found: Subscription) -> Outcome[Subscription]:
            step = _paid_with(found, None) if found.payment_method == payment_method else Step(found)
            return Outcome(step.subscription, step.happenings)

        for each in self._subscriptions.running(bill_group):
            if each.payment_method == payment_method:
                self._subscriptions.aggregates.change(
                    each.handle, bill_group=bill_group, context=context, decide=decide, event_id=event_id
                )


def _paid_with(subscription: Subscription, payment_method: str | None) -> Step:
    if subscription.payment_method == payment_method:
        return Step(subscription)
    chosen = replace(subscription, payment_method=payment_method)
    return Step(chosen, (happenings.payment_method_chosen(chosen, subscription.payment_method),))


def _outcome(step: Step, asker: Asker, language: str) -> Outcome[Subscription]:
    actions = possible(step.subscription, asker)
    view = views.of_subscription(step.subscription, language, actions)
    return Outcome(step.subscription, step.happenings, view)
