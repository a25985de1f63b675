"""What can be asked of the customers service: load, let the domain decide, save."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.customers import views
from services.customers.domain import bill_groups as rules
from services.customers.domain import customers as people
from services.customers.domain.bill_groups import BillGroup, Role
from services.customers.domain.contacts import Contact
from services.customers.domain.customers import Access, Customer
from services.customers.domain.merchant import HANDLE, Company, Merchant, set_merchant
from services.customers.domain.texts import tidy
from services.customers.repository import BillGroups, Customers, MerchantAccount, Timeline
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError, Stale
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists, Outcome

Decide = Callable[[BillGroup], tuple[BillGroup, list[Happening]]]


class UseCases:
    """The use cases, over the repositories that they are handed."""

    def __init__(
        self, merchant: MerchantAccount, customers: Customers, bill_groups: BillGroups, timeline: Timeline
    ) -> None:
        self._merchant = merchant
        self._customers = customers
        self._bill_groups = bill_groups
        self._timeline = timeline

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
        expected = self._merchant.get().version if version is None else version

        def decide(old: Merchant) -> Outcome[Merchant]:
            merchant, happenings = set_merchant(old, new)
            return Outcome(merchant, happenings, views.of_merchant(merchant, expected + 1))

        return self._merchant.aggregates.change(
            HANDLE, bill_group=None, context=context, decide=decide, key=key, expect_version=expected
        )

    def find_sign_ins(self, email: str) -> View:
        """The ways into the portal for the owner of an e-mail address."""
        groups = self._bill_groups.with_email(email)
        if not groups:
            return {"items": []}
        by_default = self._merchant.get().value.default_access == "on"
        found = people.sign_ins(email, groups, self._customers.of(groups), by_default=by_default)
        return {"items": [views.of_sign_in(each) for each in found]}

    def get_bill_group(self, bill_group: str) -> View:
        """A bill group with its contacts."""
        stored = self._bill_groups.get(bill_group)
        return views.of_bill_group(
            stored.value, stored.version, self._customers.get(stored.value.customer).name
        )

    def change_contact(
        self,
        context: Context,
        *,
        bill_group: str,
        role: str,
        contact: Mapping[str, Any],
        version: int,
        key: IdempotencyKey,
    ) -> View | None:
        """Change the billing or the shipping contact, for all later documents and e-mails."""
        new = Contact.of(contact)

        def change(group: BillGroup) -> tuple[BillGroup, list[Happening]]:
            taken = self._is_anothers(context, new.email, group)
            return rules.change_contact(group, Role(role), new, taken=taken)

        return self._change(context, bill_group, version, key, change)

    def remove_shipping_contact(
        self, context: Context, *, bill_group: str, version: int, key: IdempotencyKey
    ) -> View | None:
        """Let the billing contact stand for the shipping one."""
        return self._change(context, bill_group, version, key, rules.remove_shipping_contact)

    def change_numbers(
        self, context: Context, *, bill_group: str, version: int, key: IdempotencyKey, **numbers: str
    ) -> View | None:
        """Change PO number, VAT number and registration number."""
        return self._change(
            context, bill_group, version, key, lambda group: rules.change_numbers(group, **numbers)
        )

    def list_timeline(self, *, bill_group: str, subject: str | None, limit: int, cursor: str | None) -> View:
        """What happened in a bill group, the latest first."""
        events, next_cursor = self._timeline.page(bill_group, subject=subject, limit=limit, cursor=cursor)
        return {"items": [views.of_event(event) for event in events], "next_cursor": next_cursor}

    def record_timeline(self, event: Mapping[str, Any]) -> None:
        """Keep an event of any service in the timeline."""
        self._timeline.record(event)

    def import_customer(
        self,
        context: Context,
        *,
        customer: str,
        created_at: datetime,
        name: str,
        access: str,
        bill_groups: Sequence[Mapping[str, Any]],
        key: IdempotencyKey,
    ) -> View:
        """Take in a customer with their bill groups. What a crash left half done, asking again completes."""
        require_merchant_side(context)
        new = Customer(customer, created_at, tidy(name), Access(access), origin=key.body_hash)
        groups = [rules.new_bill_group(_bill_group(customer, values)) for values in bill_groups]
        happenings = people.new_customer(new, [group for group, _ in groups])
        result = {"customer": customer, "bill_groups": [group.handle for group, _ in groups]}
        try:
            self._customers.add(new, context=context, happenings=happenings, result=result, key=key)
        except AlreadyExists as error:
            if self._customers.get(customer).origin != new.origin:
                raise DomainError("already_exists", handle=customer) from error
        for group, happening in groups:
            self._add_unless_theirs(group, happening, context)
        return result

    def _add_unless_theirs(self, group: BillGroup, happening: Happening, context: Context) -> None:
        try:
            self._bill_groups.add(group, context=context, happenings=[happening])
        except AlreadyExists as error:
            if self._bill_groups.get(group.handle).value.customer != group.customer:
                raise DomainError("already_exists", handle=group.handle) from error

    def _change(
        self, context: Context, bill_group: str, version: int, key: IdempotencyKey, change: Decide
    ) -> View | None:
        self._refuse_unless_may_edit(context)
        customer_name = self._customers.get(self._bill_groups.get(bill_group).value.customer).name

        def decide(group: BillGroup) -> Outcome[BillGroup]:
            changed, happenings = change(group)
            return Outcome(changed, happenings, views.of_bill_group(changed, version + 1, customer_name))

        try:
            return self._bill_groups.aggregates.change(
                bill_group,
                bill_group=bill_group,
                context=context,
                decide=decide,
                key=key,
                expect_version=version,
            )
        except Stale as error:
            raise Stale(current=self.get_bill_group(bill_group)) from error

    def _is_anothers(self, context: Context, email: str, group: BillGroup) -> bool:
        """Whether a customer sets an address that opens another customer's portal. The merchant may (A4)."""
        is_customer = context.principal.kind is PrincipalKind.CUSTOMER
        return is_customer and self._bill_groups.is_taken(email, customer=group.customer)

    def _refuse_unless_may_edit(self, context: Context) -> None:
        if context.principal.kind is PrincipalKind.CUSTOMER:
            if not self._merchant.get().value.customers_edit:
                raise DomainError("not_allowed")
        else:
            require_merchant_side(context)


def _bill_group(customer: str, values: Mapping[str, Any]) -> BillGroup:
    shipping = values["contacts"]["shipping"]
    return BillGroup(
        handle=values["bill_group"],
        customer=customer,
        currency=values["currency"],
        time_zone=values["time_zone"],
        language=values["language"],
        billing=Contact.of(values["contacts"]["billing"]),
        shipping=Contact.of(shipping) if shipping else None,
        open=values["access"] == "on",
        po_number=values["po_number"],
        vat_number=values["vat_number"],
        registration_number=values["registration_number"],
    )
