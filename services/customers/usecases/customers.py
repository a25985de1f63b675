"""Customers: found, made, changed, taken in; and their ways into the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.customers import views
from services.customers.domain import bill_groups as rules
from services.customers.domain import customers as people
from services.customers.domain.bill_groups import BillGroup
from services.customers.domain.customers import Access, Customer
from services.customers.domain.default_access import DefaultAccess
from services.customers.domain.texts import tidy
from services.customers.repository import BillGroups, Customers, Directory, MerchantAccount, Wanted
from services.customers.usecases.listing import Listing
from services.customers.usecases.making import bill_group_of, handle_by_key
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel import cursors
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, Stale
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists, Outcome

New = tuple[BillGroup, Happening]


class People:
    """The merchant's customers. All but ``find_sign_ins`` is for the merchant's side: DomainError ``not_allowed``."""

    def __init__(
        self,
        merchant: MerchantAccount,
        customers: Customers,
        bill_groups: BillGroups,
        directory: Directory,
        listing: Listing,
    ) -> None:
        self._merchant = merchant
        self._customers = customers
        self._bill_groups = bill_groups
        self._directory = directory
        self._listing = listing

    def find_sign_ins(
        self, *, email: str | None = None, customer: str | None = None, bill_groups: Sequence[str] = ()
    ) -> View:
        """The ways into the portal for contacts with ``email``, those of ``customer``, and into ``bill_groups``.

        What is asked of the store does not depend on what is found: no time tells who is known here.
        """
        groups = [] if email is None else self._bill_groups.with_email(email)
        groups += self._bill_groups.named(bill_groups)
        if customer is not None:
            groups += [stored.value for stored in self._bill_groups.of(customer)]
        customers = self._customers.of(groups)
        asked = people.AskedFor(email, customer, frozenset(bill_groups))
        found = people.sign_ins(asked, groups, customers.values(), self._defaults())
        return {"items": [views.of_sign_in(each) for each in found]}

    def find_customers(
        self,
        context: Context,
        *,
        q: str,
        access: str | None,
        created_from: datetime | None,
        created_to: datetime | None,
        sort: str,
        limit: int,
        cursor: str | None,
    ) -> View:
        """A page of customers. Raises DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        wanted = Wanted(
            text=q,
            access=access,
            created_from=created_from,
            created_to=created_to,
            by_name=sort.endswith("name"),
            descending=sort.startswith("-"),
        )
        found, end = self._directory.page(wanted, limit=limit, after=cursors.read(sort, cursor))
        defaults = self._defaults()
        return {
            "items": [views.of_listed(each, defaults) for each in found],
            "next_cursor": cursors.write(sort, end),
        }

    def get_customer(self, context: Context, *, customer: str) -> View:
        """A customer, with the handles of their bill groups."""
        require_merchant_side(context)
        stored = self._customers.get(customer)
        handles = [group.handle for group in self._bill_groups.of(customer)]
        return views.of_customer(stored.value, stored.version, handles, self._defaults())

    def create_customer(
        self,
        context: Context,
        *,
        customer: str | None,
        name: str,
        access: str,
        bill_groups: Sequence[Mapping[str, Any]],
        key: IdempotencyKey,
    ) -> View | None:
        """A new customer. Raises DomainError ``invalid_customer`` and ``already_exists``."""
        require_merchant_side(context)
        merchant = self._merchant.get().value
        language = merchant.default_language
        handle = customer or handle_by_key("cust", key)
        defaults = merchant.defaults
        new = Customer(handle, context.business_now, tidy(name), Access(access), entered=defaults.entering)
        groups = []
        for number, values in enumerate(bill_groups):
            made = values["bill_group"] or handle_by_key("bg", key, handle, str(number))
            asked = {**values, "bill_group": made, "language": values["language"] or language}
            groups.append(rules.new_bill_group(bill_group_of(handle, asked), imported=False))
        happenings = people.new_customer(new, [group for group, _ in groups], imported=False)
        self._refuse_taken(groups)
        result = views.of_customer(new, 1, sorted(group.handle for group, _ in groups), defaults)
        try:
            answer = self._customers.add(new, context=context, happenings=happenings, result=result, key=key)
        except AlreadyExists as error:
            raise DomainError("already_exists", handle=handle) from error
        if answer and answer["customer"] == handle:
            self._add_groups(handle, groups, context)
        return answer

    def change_customer(
        self,
        context: Context,
        *,
        customer: str,
        name: str | None,
        access: str | None,
        version: int | None,
        key: IdempotencyKey,
    ) -> View | None:
        """Change name or access. Raises DomainError ``invalid_customer``, and Stale with what there is now."""
        require_merchant_side(context)
        handles = [group.handle for group in self._bill_groups.of(customer)]
        defaults = self._defaults()

        def change() -> View | None:
            expected = self._customers.get(customer).version if version is None else version

            def decide(old: Customer) -> Outcome[Customer]:
                new, happenings = people.change_customer(
                    old,
                    name=name,
                    access=None if access is None else Access(access),
                    told_to=handles[0] if handles else "",
                    defaults=defaults,
                )
                return Outcome(new, happenings, views.of_customer(new, expected + 1, handles, defaults))

            return self._customers.aggregates.change(
                customer, bill_group=None, context=context, decide=decide, key=key, expect_version=expected
            )

        try:
            answer = whatever_it_is_by_now(version, change)
        except Stale as error:
            raise Stale(current=self.get_customer(context, customer=customer)) from error
        self._listing.refresh(customer)
        return answer

    def import_customer(
        self,
        context: Context,
        *,
        customer: str,
        bill_groups: Sequence[Mapping[str, Any]],
        **values: Any,
    ) -> View:
        """Take in a customer with their bill groups. What a crash left half done, asking again completes.

        Raises DomainError ``invalid_customer`` and ``already_exists``.
        """
        self.take_in(context, customer=customer, bill_groups=bill_groups, **values)
        return {"customer": customer, "bill_groups": [values["bill_group"] for values in bill_groups]}

    def take_in(
        self,
        context: Context,
        *,
        customer: str,
        created_at: datetime | None,
        name: str,
        access: str,
        bill_groups: Sequence[Mapping[str, Any]],
        key: IdempotencyKey,
    ) -> bool:
        """Likewise; whether it was this request, now or before, that made the customer."""
        require_merchant_side(context)
        merchant = self._merchant.get().value
        language = merchant.default_language
        new = Customer(
            customer,
            created_at or context.business_now,
            tidy(name),
            Access(access),
            origin=key.body_hash,
            entered=merchant.defaults.entering,
        )
        groups = [
            rules.new_bill_group(
                bill_group_of(customer, {**values, "language": values["language"] or language}), imported=True
            )
            for values in bill_groups
        ]
        happenings = people.new_customer(new, [group for group, _ in groups], imported=True)
        self._refuse_taken(groups)
        result = {"customer": customer, "bill_groups": [group.handle for group, _ in groups]}
        is_new = True
        try:
            self._customers.add(new, context=context, happenings=happenings, result=result, key=key)
        except AlreadyExists as error:
            if self._customers.get(customer).value.origin != new.origin:
                raise DomainError("already_exists", handle=customer) from error
            is_new = False
        self._add_groups(customer, groups, context)
        return is_new

    def _refuse_taken(self, groups: Sequence[New]) -> None:
        """Before anything is stored: half a customer helps nobody."""
        owners = self._bill_groups.owners(group.handle for group, _ in groups)
        for group, _ in groups:
            if owners.get(group.handle, group.customer) != group.customer:
                raise DomainError("already_exists", handle=group.handle)

    def _add_groups(self, customer: str, groups: Sequence[New], context: Context) -> None:
        """Add those that are not there yet: asked for again, some may be."""
        for group, happening in groups:
            try:
                self._bill_groups.add(group, context=context, happenings=[happening])
            except AlreadyExists as error:
                if self._bill_groups.get(group.handle).value.customer != customer:
                    raise DomainError("already_exists", handle=group.handle) from error
        self._listing.refresh(customer)

    def _defaults(self) -> DefaultAccess:
        return self._merchant.get().value.defaults
