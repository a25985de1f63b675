"""What every change of a bill group has in common, and how a bill group is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from services.customers import views
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.vat_checks import NOT_CHECKED
from services.customers.repository import BillGroups, Customers, MerchantAccount, VatNumbers
from services.customers.usecases.listing import Listing
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError, NotFound, Stale
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import Outcome, Stored

log = logging.getLogger(__name__)
Decide = Callable[[BillGroup], tuple[BillGroup, list[Happening]]]


class Changing:
    """Loads, lets the domain decide, saves, and answers with the bill group as it is then."""

    def __init__(
        self,
        merchant: MerchantAccount,
        customers: Customers,
        bill_groups: BillGroups,
        vat_numbers: VatNumbers,
        listing: Listing,
    ) -> None:
        self._merchant = merchant
        self._customers = customers
        self._bill_groups = bill_groups
        self._vat_numbers = vat_numbers
        self._listing = listing

    def view(self, bill_group: str) -> View:
        """A bill group as it is now. Raises NotFound."""
        for view in self.views([self._bill_groups.get(bill_group)]):
            return view
        raise NotFound

    def views(self, groups: Sequence[Stored[BillGroup]]) -> list[View]:
        """These bill groups, with their customers' names and what is known of their VAT numbers.

        One without a customer is left out and logged: it must not hide all the others.
        """
        customers = self._customers.of(stored.value for stored in groups)
        for stored in groups:
            if stored.value.customer not in customers:
                log.error(
                    "bill group %s is of customer %s, who is not there",
                    stored.handle,
                    stored.value.customer,
                )
        checks = self._vat_numbers.checks((stored.handle, stored.value.vat_number) for stored in groups)
        return [
            views.of_bill_group(
                stored.value,
                stored.version,
                customers[stored.value.customer].name,
                checks.get(stored.handle, NOT_CHECKED),
            )
            for stored in groups
            if stored.value.customer in customers
        ]

    def change(
        self,
        context: Context,
        bill_group: str,
        version: int | None,
        key: IdempotencyKey,
        change: Decide,
        *,
        lists_anew: bool = False,
    ) -> View | None:
        """Without ``version``, whatever it is by now. Raises Stale with ``current``, and what ``change`` raises."""
        try:
            customer, answer = whatever_it_is_by_now(
                version, lambda: self._change_once(context, bill_group, version, key, change)
            )
        except Stale as error:
            raise Stale(current=self.view(bill_group)) from error
        if lists_anew:
            self._listing.refresh(customer)
        return answer

    def _change_once(
        self, context: Context, bill_group: str, version: int | None, key: IdempotencyKey, change: Decide
    ) -> tuple[str, View | None]:
        """Whose bill group it is, and the answer. Raises Stale."""
        stored = self._bill_groups.get(bill_group)
        customer = self._customers.get(stored.value.customer).value
        checks = self._vat_numbers.checks([(bill_group, stored.value.vat_number)])
        expected = stored.version if version is None else version

        def decide(group: BillGroup) -> Outcome[BillGroup]:
            changed, happenings = change(group)
            same_number = changed.vat_number == stored.value.vat_number
            check = checks.get(bill_group, NOT_CHECKED) if same_number else NOT_CHECKED
            view = views.of_bill_group(changed, expected + 1, customer.name, check)
            return Outcome(changed, happenings, view)

        answer = self._bill_groups.aggregates.change(
            bill_group,
            bill_group=bill_group,
            context=context,
            decide=decide,
            key=key,
            expect_version=expected,
        )
        return customer.handle, answer

    def is_anothers(self, context: Context, email: str, group: BillGroup) -> bool:
        """Whether a customer sets an address that opens another customer's portal. The merchant may (A4)."""
        is_customer = context.principal.kind in (PrincipalKind.CUSTOMER, PrincipalKind.ANONYMOUS)
        return is_customer and self._bill_groups.is_taken(email, customer=group.customer)

    def refuse_unless_may_edit(self, context: Context) -> None:
        """Raises DomainError ``switched_off`` for customers where the merchant doesn't leave that to them.

        ``not_allowed`` for those who are not signed in.
        """
        if context.principal.kind is PrincipalKind.CUSTOMER:
            if not self._merchant.get().value.customers_edit:
                raise DomainError("switched_off")
        else:
            require_merchant_side(context)
