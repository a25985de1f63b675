"""The merchant's company and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.customers import views
from services.customers.domain.merchant import HANDLE, Company, Merchant, set_merchant
from services.customers.repository import MerchantAccount
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome


class MerchantSettings:
    """Reading and setting them."""

    def __init__(self, merchant: MerchantAccount) -> None:
        self._merchant = merchant

    def get_merchant(self) -> View:
        """The merchant's company and settings."""
        stored = self._merchant.get()
        return views.of_merchant(stored.value, stored.version)

    def set_merchant(
        self,
        context: Context,
        *,
        company: Mapping[str, Any],
        version: int | None,
        key: IdempotencyKey,
        **settings: Any,
    ) -> View | None:
        """Replace the merchant's company and settings. Without ``version``, whatever they are by now."""
        require_merchant_side(context)
        new = Merchant(company=Company.of(company), **settings)

        def change() -> View | None:
            expected = self._merchant.get().version if version is None else version

            def decide(old: Merchant) -> Outcome[Merchant]:
                merchant, happenings = set_merchant(old, new)
                return Outcome(merchant, happenings, views.of_merchant(merchant, expected + 1))

            return self._merchant.aggregates.change(
                HANDLE, bill_group=None, context=context, decide=decide, key=key, expect_version=expected
            )

        return whatever_it_is_by_now(version, change)
