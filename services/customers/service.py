"""The customers service's entrypoints."""

from __future__ import annotations

from typing import Any

from services.customers.repository import BillGroups, Customers, MerchantAccount, Timeline
from services.customers.usecases import UseCases
from shared.contracts.customers import contract
from shared.messaging import providers
from shared.messaging.entrypoints import on_event, rpc


def build(resources: providers.Resources) -> UseCases:
    """The use cases over this process's store."""
    store = resources.store
    merchant = MerchantAccount(store)
    merchant.make_sure_it_exists()
    return UseCases(merchant, Customers(store), BillGroups(store), Timeline(store))


class CustomersService:
    """The merchant, customers, bill groups, contacts, and the timeline."""

    name = contract.name
    context = providers.CallContext()
    use = providers.UseCases(build)

    @rpc(contract)
    def get_merchant(self) -> Any:
        return self.use.get_merchant()

    @rpc(contract)
    def set_merchant(self, **settings: Any) -> Any:
        return self.use.set_merchant(self.context, **settings)

    @rpc(contract)
    def find_sign_ins(self, *, email: str) -> Any:
        return self.use.find_sign_ins(email)

    @rpc(contract)
    def get_bill_group(self, *, bill_group: str) -> Any:
        return self.use.get_bill_group(bill_group)

    @rpc(contract)
    def change_contact(self, **change: Any) -> Any:
        return self.use.change_contact(self.context, **change)

    @rpc(contract)
    def remove_shipping_contact(self, **change: Any) -> Any:
        return self.use.remove_shipping_contact(self.context, **change)

    @rpc(contract)
    def change_numbers(self, **change: Any) -> Any:
        return self.use.change_numbers(self.context, **change)

    @rpc(contract)
    def list_timeline(self, **page: Any) -> Any:
        return self.use.list_timeline(**page)

    @rpc(contract)
    def import_customer(self, **customer: Any) -> Any:
        return self.use.import_customer(self.context, **customer)

    @on_event(contract)
    def record_timeline(self, event: dict[str, Any]) -> None:
        self.use.record_timeline(event)
