"""The merchant's default for access: looked at, and set for customers to come or for all."""

from __future__ import annotations

from services.customers.domain.default_access import Reach
from services.customers.domain.merchant import HANDLE, Merchant
from services.customers.domain.settings import set_default_access
from services.customers.repository import Customers, MerchantAccount
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome


class DefaultAccessDesk:
    """Where it is set. All of it raises DomainError ``not_allowed`` for customers."""

    def __init__(self, merchant: MerchantAccount, customers: Customers) -> None:
        self._merchant = merchant
        self._customers = customers

    def preview_default_access(self, context: Context, *, access: str) -> View:
        """How many customers follow the default, and for how many of them something would change."""
        require_merchant_side(context)
        defaults = self._merchant.get().value.defaults
        return {
            "access": access,
            "present": "on" if defaults.for_new else "off",
            "following": self._customers.following(),
            "changing": self._customers.changing(defaults, on=access == "on"),
        }

    def set_default_access(
        self, context: Context, *, access: str, reach: str, key: IdempotencyKey
    ) -> View | None:
        """Set the default; the answer says for how many customers that changed something."""
        require_merchant_side(context)
        on = access == "on"

        def change() -> View | None:
            stored = self._merchant.get()
            # Counted before anything changes, and good for as long as nobody else is quicker.
            changed = self._customers.changing(stored.value.defaults, on=on) if reach == Reach.ALL else 0
            version = stored.version + 1
            view = {"access": access, "reach": reach, "changed": changed, "version": version}

            def decide(old: Merchant) -> Outcome[Merchant]:
                return Outcome(*set_default_access(old, on, Reach(reach), version), view)

            return self._merchant.aggregates.change(
                HANDLE,
                bill_group=None,
                context=context,
                decide=decide,
                key=key,
                expect_version=stored.version,
            )

        return whatever_it_is_by_now(None, change)
