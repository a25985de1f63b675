"""Bill groups: found, made and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.customers import views
from services.customers.domain import bill_groups as rules
from services.customers.domain.bill_groups import BillGroup, Role
from services.customers.domain.confirming import change_own_billing_contact
from services.customers.domain.contacts import Contact
from services.customers.domain.preferences import Preferences
from services.customers.domain.vat_checks import NOT_CHECKED
from services.customers.links import Links
from services.customers.repository import BillGroups, Customers, MerchantAccount, VatNumbers
from services.customers.usecases.changing import Changing
from services.customers.usecases.listing import Listing
from services.customers.usecases.making import bill_group_of, handle_by_key
from services.customers.views import View
from shared.kernel import cursors
from shared.kernel.access import require_known, require_merchant_side
from shared.kernel.context import Context, PrincipalKind
from shared.kernel.errors import DomainError
from shared.kernel.happening import Happening, IdempotencyKey
from shared.storage import AlreadyExists

_ORDER = "handle"


class BillGroupDesk:
    """Where bill groups are seen to. What customers may not do raises DomainError ``not_allowed``."""

    def __init__(
        self,
        merchant: MerchantAccount,
        customers: Customers,
        bill_groups: BillGroups,
        vat_numbers: VatNumbers,
        listing: Listing,
        changing: Changing,
        links: Links,
    ) -> None:
        self._merchant = merchant
        self._customers = customers
        self._bill_groups = bill_groups
        self._vat_numbers = vat_numbers
        self._listing = listing
        self._changing = changing
        self._links = links

    def get_bill_group(self, bill_group: str) -> View:
        """A bill group with its contacts."""
        return self._changing.view(bill_group)

    def find_bill_groups(
        self, context: Context, *, customer: str | None, email: str | None, limit: int, cursor: str | None
    ) -> View:
        """A page of bill groups by handle. Raises DomainError ``invalid_cursor``."""
        require_merchant_side(context)
        after = cursors.read(_ORDER, cursor)
        found, end = self._bill_groups.page(customer=customer, email=email, limit=limit, after=after)
        return {"items": self._changing.views(found), "next_cursor": cursors.write(_ORDER, end)}

    def create_bill_group(
        self, context: Context, *, customer: str, key: IdempotencyKey, **values: Any
    ) -> View | None:
        """One more bill group of a customer. Raises DomainError ``invalid_customer`` and ``already_exists``."""
        require_merchant_side(context)
        owner = self._customers.get(customer).value
        handle = values["bill_group"] or handle_by_key("bg", key, customer)
        language = values["language"] or self._merchant.get().value.default_language
        asked = bill_group_of(customer, {**values, "bill_group": handle, "language": language})
        group, happening = rules.new_bill_group(asked, imported=False)
        result = views.of_bill_group(group, 1, owner.name, NOT_CHECKED)
        try:
            answer = self._bill_groups.add(
                group, context=context, happenings=[happening], result=result, key=key
            )
        except AlreadyExists as error:
            raise DomainError("already_exists", handle=handle) from error
        self._listing.refresh(customer)
        return answer

    def change_bill_group(
        self,
        context: Context,
        *,
        bill_group: str,
        version: int | None,
        key: IdempotencyKey,
        **settings: str | None,
    ) -> View | None:
        """Change language, time zone or the bill group's own switch for the portal."""
        require_merchant_side(context)
        return self._changing.change(
            context, bill_group, version, key, lambda group: rules.change_bill_group(group, **settings)
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
        """Change the billing or the shipping contact, for all later documents and e-mails.

        A new e-mail address of the billing contact waits for confirmation where the customer sets it.
        """
        self._changing.refuse_unless_may_edit(context)
        new, link = Contact.of(contact), self._links.new(context)
        is_own = context.principal.kind is PrincipalKind.CUSTOMER

        def change(group: BillGroup) -> tuple[BillGroup, list[Happening]]:
            if is_own and role == Role.BILLING:
                return change_own_billing_contact(group, new, link)
            taken = self._changing.is_anothers(context, new.email, group)
            return rules.change_contact(group, Role(role), new, taken=taken)

        return self._changing.change(context, bill_group, version, key, change, lists_anew=True)

    def remove_shipping_contact(
        self, context: Context, *, bill_group: str, version: int, key: IdempotencyKey
    ) -> View | None:
        """Let the billing contact stand for the shipping one."""
        self._changing.refuse_unless_may_edit(context)
        return self._changing.change(
            context, bill_group, version, key, rules.remove_shipping_contact, lists_anew=True
        )

    def change_numbers(
        self, context: Context, *, bill_group: str, version: int, key: IdempotencyKey, **numbers: str
    ) -> View | None:
        """Change PO number, VAT number and registration number."""
        self._changing.refuse_unless_may_edit(context)
        used = self._vat_numbers.is_used(bill_group)
        return self._changing.change(
            context,
            bill_group,
            version,
            key,
            lambda group: rules.change_numbers(group, **numbers, vat_number_used=used),
            lists_anew=True,
        )

    def change_preferences(
        self,
        context: Context,
        *,
        bill_group: str,
        role: str,
        version: int | None,
        key: IdempotencyKey,
        **preferences: Any,
    ) -> View | None:
        """Set what a contact would like. That is theirs to say, also where customers may change nothing else."""
        require_known(context)
        new = Preferences.of(**preferences)
        return self._changing.change(
            context,
            bill_group,
            version,
            key,
            lambda group: rules.change_preferences(group, Role(role), new),
        )
