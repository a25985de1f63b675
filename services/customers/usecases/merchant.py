"""The merchant's company and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.customers import views
from services.customers.domain.merchant import HANDLE, Company, Merchant
from services.customers.domain.settings import Told, set_group, set_merchant
from services.customers.repository import MerchantAccount
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError
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
        return whatever_it_is_by_now(
            version,
            lambda: self._change(context, key, version, lambda old, becomes: set_merchant(old, new, becomes)),
        )

    def set_company(
        self, context: Context, *, company: Mapping[str, Any], version: int | None, key: IdempotencyKey
    ) -> View | None:
        """Say who the merchant is."""
        return self.set_group(context, "company", version, key, company=Company.of(company))

    def set_group(
        self, context: Context, group: str, version: int | None, key: IdempotencyKey, **settings: Any
    ) -> View | None:
        """Set one group of settings, whole.

        Raises DomainError ``invalid_merchant``, and ``changed_meanwhile`` with the merchant as it is by now
        (``current``) where one of these settings was changed since ``version``.
        """
        require_merchant_side(context)

        def decide(old: Merchant, becomes: int) -> Told:
            return set_group(old, group, settings, seen=version, becomes=becomes)

        try:
            # The version of a group is looked at by the domain; other groups may change at the same time.
            return whatever_it_is_by_now(None, lambda: self._change(context, key, None, decide))
        except DomainError as error:
            if error.code == "changed_meanwhile":
                error.params["current"] = self.get_merchant()
            raise

    def _change(
        self,
        context: Context,
        key: IdempotencyKey,
        version: int | None,
        change: Callable[[Merchant, int], Told],
    ) -> View | None:
        expected = self._merchant.get().version if version is None else version

        def decide(old: Merchant) -> Outcome[Merchant]:
            merchant, happenings = change(old, expected + 1)
            return Outcome(merchant, happenings, views.of_merchant(merchant, expected + 1))

        return self._merchant.aggregates.change(
            HANDLE, bill_group=None, context=context, decide=decide, key=key, expect_version=expected
        )
