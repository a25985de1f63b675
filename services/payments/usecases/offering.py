"""What customers may do with their payment methods, as the merchant leaves it to them."""

from __future__ import annotations

from typing import Protocol

from shared.kernel.access import is_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError


class Merchant(Protocol):
    """Who knows the merchant's switches."""

    def leaves(self, context: Context, switch: str) -> bool:
        """Whether ``switch`` leaves something to customers."""
        ...


class Providers(Protocol):
    """Who knows the payment providers."""

    def offered(self) -> str | None:
        """The one that is configured and on, or None."""
        ...


class Offering:
    """Switches hold for customers, a missing provider for everybody."""

    def __init__(self, merchant: Merchant, providers: Providers) -> None:
        self._merchant = merchant
        self._providers = providers

    def may_add(self, context: Context) -> bool:
        """Whether a payment method can be added or replaced."""
        return self._leaves(context, "customers_add_methods") and self._providers.offered() is not None

    def may_remove(self, context: Context) -> bool:
        """Whether a payment method can be removed."""
        return self._leaves(context, "customers_remove_methods")

    def must_add(self, context: Context) -> str:
        """The provider to add a method at.

        Raises DomainError ``switched_off``, and ``no_provider`` where there is none.
        """
        self._must(context, "customers_add_methods")
        provider = self._providers.offered()
        if provider is None:
            raise DomainError("no_provider")
        return provider

    def must_remove(self, context: Context) -> None:
        """Raises DomainError ``switched_off``."""
        self._must(context, "customers_remove_methods")

    def must_set_auto_pay(self, context: Context) -> None:
        """Raises DomainError ``switched_off``."""
        self._must(context, "customers_auto_pay")

    def _must(self, context: Context, switch: str) -> None:
        if not self._leaves(context, switch):
            raise DomainError("switched_off")

    def _leaves(self, context: Context, switch: str) -> bool:
        return is_merchant_side(context) or self._merchant.leaves(context, switch)
