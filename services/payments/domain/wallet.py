"""The wallet of a bill group: its payment methods, which is the default, and whether it pays by itself.

Each change gives a ``Change``: the wallet as it is from then on, and what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.payments.domain.instruments import ExpiryState, Instrument
from services.payments.domain.setups import Setup
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import Happening


class Status(StrEnum):
    """What has become of a payment method. A deleted one is kept for history and shown to nobody."""

    ACTIVE = "active"
    INACTIVATED = "inactivated"
    FAILED = "failed"
    PENDING = "pending"
    DELETED = "deleted"


class Action(StrEnum):
    """What can be done with a payment method."""

    MAKE_DEFAULT = "make_default"
    UPDATE = "update"
    REMOVE = "remove"
    END = "end"


# The status after an action. What is not in the table is refused.
_STATUS_AFTER: dict[tuple[Status, Action], Status] = {
    (Status.ACTIVE, Action.MAKE_DEFAULT): Status.ACTIVE,
    **{(status, Action.UPDATE): Status.ACTIVE for status in Status if status is not Status.DELETED},
    **{(status, Action.REMOVE): Status.DELETED for status in Status if status is not Status.DELETED},
    **{(status, Action.END): Status.INACTIVATED for status in Status if status is not Status.DELETED},
}


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """One payment method. ``setups`` are those that have had their effect on it, so that none has it
    twice."""

    handle: str
    instrument: Instrument
    status: Status
    created_at: datetime
    setups: tuple[str, ...] = ()

    def usable(self, now: datetime) -> bool:
        """Whether it can be charged at ``now``."""
        return self.status is Status.ACTIVE and self.instrument.expiry_state(now) is not ExpiryState.EXPIRED

    def status_after(self, action: Action) -> Status:
        """The status that ``action`` leads to. Raises ``method_not_active`` where it is not possible."""
        try:
            return _STATUS_AFTER[self.status, action]
        except KeyError:
            raise DomainError("method_not_active", status=self.status.value) from None


@dataclass(frozen=True, slots=True)
class RunningSubscription:
    """A subscription that will be charged: to ``payment_method``, or to the default where it names none."""

    handle: str
    payment_method: str | None
    product_name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A wallet after a change, and what happened."""

    wallet: Wallet
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing a method comes to: the wallet ``after``, and the subscriptions that were ``paid`` with it.

    ``needed_by`` are handles of subscriptions for which nothing else could be charged: with any, it is refused.
    """

    after: Wallet
    paid: tuple[RunningSubscription, ...]
    needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wallet:
    """The payment methods of ``bill_group``, oldest first. ``default`` is the handle of one of them, or
    None."""

    bill_group: str
    methods: tuple[PaymentMethod, ...] = ()
    default: str | None = None
    auto_pay: bool = True

    @property
    def shown(self) -> tuple[PaymentMethod, ...]:
        """The methods that are not deleted."""
        return tuple(method for method in self.methods if method.status is not Status.DELETED)

    def get(self, handle: str) -> PaymentMethod:
        """The method ``handle``. Raises NotFound, for a deleted one too."""
        for method in self.shown:
            if method.handle == handle:
                return method
        raise NotFound

    def collects(self, now: datetime) -> bool:
        """Whether what falls due at ``now`` is charged by itself."""
        chosen = next((method for method in self.shown if method.handle == self.default), None)
        return self.auto_pay and chosen is not None and chosen.usable(now)

    def payer(self, subscription: RunningSubscription) -> str | None:
        """The handle of what ``subscription`` is paid with: its own method while that is there, else the default."""
        there = any(method.handle == subscription.payment_method for method in self.shown)
        return subscription.payment_method if there else self.default

    def twin(self, instrument: Instrument, besides: str | None = None) -> PaymentMethod | None:
        """A method that is the same card or account as ``instrument``, other than the method ``besides``."""
        same = (method for method in self.shown if method.instrument.same_as(instrument))
        return next((method for method in same if method.handle != besides), None)

    def of_setup(self, setup: str) -> PaymentMethod | None:
        """The method on which ``setup`` has had its effect, deleted or not."""
        return next((method for method in self.methods if setup in method.setups), None)

    def add(self, method: PaymentMethod, now: datetime) -> Change:
        """Add a new method. It becomes the default where there is none that can be charged."""
        added = replace(self, methods=(*self.methods, method))._with_default(method, now)
        return self._changed(added, added._happened("payment_method_added", method))

    def complete(self, setup: Setup, instrument: Instrument, now: datetime) -> Change:
        """Take over what came of ``setup``, exactly once, however often it is told.

        The method that it was to replace is updated; where that is gone, or none was named, one is added. A card or an
        account that is here already isn't there twice then: what is known of it is brought up to date.
        """
        if self.of_setup(setup.handle):
            return Change(self)
        if any(method.handle == setup.replaces for method in self.shown):
            return self.update(setup.replaces or "", instrument, setup.handle, now)
        twin = self.twin(instrument)
        if twin:
            return self.update(twin.handle, instrument, setup.handle, now)
        new = PaymentMethod(setup.new_method, instrument, Status.ACTIVE, now, (setup.handle,))
        return self.add(new, now)

    def take_over(
        self,
        methods: Sequence[PaymentMethod],
        default: str | None,
        auto_pay: bool,
        now: datetime,
    ) -> Change:
        """Add ``methods`` from elsewhere; what is known here already stays as it is.

        ``default`` is charged by default, or the first that can be. Raises ``method_not_active`` for another.
        """
        known = {method.handle for method in self.methods}
        new = tuple(method for method in methods if method.handle not in known)
        after = replace(self, methods=(*self.methods, *new))
        if self == Wallet(self.bill_group):
            after = replace(after, auto_pay=auto_pay)
        if after.default is None:
            usable = [method.handle for method in new if method.usable(now)]
            after = replace(after, default=default or next(iter(usable), None))
        if after.default and after.default != self.default:
            after.get(after.default).status_after(Action.MAKE_DEFAULT)
        if after == self:
            return Change(self)
        data = {
            "payment_methods": [method.handle for method in new],
            "default": after.default,
            "auto_pay": after.auto_pay,
        }
        return Change(after, (Happening("payment_methods_imported", self.bill_group, self.bill_group, data),))

    def update(self, handle: str, instrument: Instrument, setup: str, now: datetime) -> Change:
        """Put ``instrument`` in the place of the one of method ``handle``, which is active from then on.

        It becomes the default where there is none that can be charged.
        """
        old = self.get(handle)
        new = replace(
            old,
            instrument=instrument,
            status=old.status_after(Action.UPDATE),
            setups=(*old.setups, setup),
        )
        updated = self._with(new)._with_default(new, now)
        happened = updated._happened("payment_method_updated", new, replaced=old.instrument.told())
        return self._changed(updated, happened)

    def follow(self, instrument: Instrument, *, ended: bool) -> Change:
        """Take over what its provider knows of ``instrument`` now, and whether it is ``ended`` there for good.

        Whatever was not entered by the customer changes neither the default nor what pays for what.
        """
        known = self.known_as(instrument.provider, instrument.token)
        if known is None:
            return Change(self)
        status = known.status_after(Action.END) if ended else known.status
        followed = replace(known, instrument=instrument, status=status)
        happenings = []
        if instrument.told() != known.instrument.told():
            replaced = known.instrument.told()
            happenings.append(
                self._happened("payment_method_updated", followed, replaced=replaced, renewed=True)
            )
        if status is not known.status:
            happenings.append(self._happened("payment_method_inactivated", followed))
        return Change(self._with(followed), tuple(happenings))

    def known_as(self, provider: str, token: str) -> PaymentMethod | None:
        """The method that ``provider`` knows by ``token``, unless it is deleted."""
        for method in self.shown:
            if (method.instrument.provider, method.instrument.token) == (provider, token):
                return method
        return None

    def make_default(self, handle: str, now: datetime) -> Change:
        """Charge ``handle`` by default. Raises ``method_not_active`` and ``method_expired``."""
        method = self.get(handle)
        method.status_after(Action.MAKE_DEFAULT)
        if not method.usable(now):
            raise DomainError("method_expired")
        return self._changed(replace(self, default=handle))

    def remove(self, handle: str, running: Sequence[RunningSubscription], now: datetime) -> Change:
        """Remove ``handle``: see ``removal``.

        Raises ``method_needed`` with the running subscriptions when nothing else could be charged for them.
        """
        planned = self.removal(handle, running, now)
        if planned.needed_by:
            raise DomainError("method_needed", subscriptions=list(planned.needed_by))
        return self._changed(planned.after, self._happened("payment_method_removed", self.get(handle)))

    def removal(self, handle: str, running: Sequence[RunningSubscription], now: datetime) -> Removal:
        """What removing ``handle`` comes to.

        If the default can't be charged then, the newest that can be becomes the default.
        """
        method = self.get(handle)
        removed = self._with(replace(method, status=method.status_after(Action.REMOVE)))
        others = [other for other in removed.shown if other.usable(now)]
        needed = method.usable(now) and not others
        if self.default == handle:
            removed = replace(removed, default=None)
        if others and removed.default not in {other.handle for other in others}:
            removed = replace(removed, default=others[-1].handle)
        return Removal(
            after=removed,
            paid=tuple(one for one in running if self.payer(one) == handle),
            needed_by=tuple(one.handle for one in running) if needed else (),
        )

    def set_auto_pay(self, auto_pay: bool) -> Change:
        """Charge automatically from now on, or no more."""
        if auto_pay == self.auto_pay:
            return Change(self)
        happening = Happening("auto_pay_changed", self.bill_group, self.bill_group, {"auto_pay": auto_pay})
        return Change(replace(self, auto_pay=auto_pay), (happening,))

    def _with(self, changed: PaymentMethod) -> Wallet:
        methods = tuple(changed if known.handle == changed.handle else known for known in self.methods)
        return replace(self, methods=methods)

    def _with_default(self, method: PaymentMethod, now: datetime) -> Wallet:
        """With ``method`` as the default where there is none that can be charged."""
        present = next((known for known in self.shown if known.handle == self.default), None)
        if not method.usable(now) or (present and present.usable(now)):
            return self
        return replace(self, default=method.handle)

    def _happened(self, type_: str, method: PaymentMethod, **more: Any) -> Happening:
        data = {
            "payment_method": method.handle,
            **method.instrument.told(),
            "default": self.default == method.handle,
            **more,
        }
        return Happening(type_, method.handle, self.bill_group, data)

    def _changed(self, after: Wallet, *happenings: Happening) -> Change:
        if after.default != self.default:
            data = {"old": self.default, "new": after.default}
            changed = Happening("default_payment_method_changed", self.bill_group, self.bill_group, data)
            happenings = (*happenings, changed)
        return Change(after, happenings)
