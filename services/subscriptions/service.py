"""The subscriptions service's entrypoints."""

from __future__ import annotations

from typing import Any

from services.subscriptions.domain.asking import Action
from services.subscriptions.outside import OtherServices
from services.subscriptions.repository import Catalogue, Subscriptions
from services.subscriptions.usecases import UseCases
from services.subscriptions.usecases.acting import Acting
from services.subscriptions.usecases.beginning import BeginningSubscriptions
from services.subscriptions.usecases.cataloguing import Cataloguing
from services.subscriptions.usecases.importing import Importing
from services.subscriptions.usecases.reading import Reading
from services.subscriptions.usecases.run import BillingRun
from shared.contracts.subscriptions import contract
from shared.messaging.entrypoints import every, on_event, rpc
from shared.messaging.providers import CallContext, Resources
from shared.messaging.providers import UseCases as Use


def build(resources: Resources) -> UseCases:
    """The use cases over this process's store."""
    catalogue, subscriptions = Catalogue(resources.store), Subscriptions(resources.store)
    catalogue.complete()
    outside = OtherServices(resources.calls)
    return UseCases(
        reading=Reading(subscriptions, outside),
        acting=Acting(subscriptions, outside),
        beginning=BeginningSubscriptions(catalogue, subscriptions, outside),
        cataloguing=Cataloguing(catalogue, subscriptions),
        importing=Importing(catalogue, subscriptions, outside),
        run=BillingRun(subscriptions, resources.clock),
    )


class SubscriptionsService:
    """Products, plans, subscriptions, and the billing run."""

    name = contract.name
    context = CallContext()
    use = Use(build)

    @rpc(contract)
    def find_products(self, **page: Any) -> Any:
        return self.use.cataloguing.find_products(self.context, **page)

    @rpc(contract)
    def get_product(self, *, product: str) -> Any:
        return self.use.cataloguing.get_product(self.context, product=product)

    @rpc(contract)
    def create_product(self, **product: Any) -> Any:
        return self.use.cataloguing.create_product(self.context, **product)

    @rpc(contract)
    def change_product(self, **changes: Any) -> Any:
        return self.use.cataloguing.change_product(self.context, **changes)

    @rpc(contract)
    def archive_product(self, **asked: Any) -> Any:
        return self.use.cataloguing.archive_product(self.context, **asked)

    @rpc(contract)
    def find_plans(self, **page: Any) -> Any:
        return self.use.cataloguing.find_plans(self.context, **page)

    @rpc(contract)
    def get_plan(self, *, plan: str) -> Any:
        return self.use.cataloguing.get_plan(self.context, plan=plan)

    @rpc(contract)
    def list_plan_versions(self, **page: Any) -> Any:
        return self.use.cataloguing.list_plan_versions(self.context, **page)

    @rpc(contract)
    def create_plan(self, **plan: Any) -> Any:
        return self.use.cataloguing.create_plan(self.context, **plan)

    @rpc(contract)
    def change_plan(self, **changes: Any) -> Any:
        return self.use.cataloguing.change_plan(self.context, **changes)

    @rpc(contract)
    def archive_plan(self, **asked: Any) -> Any:
        return self.use.cataloguing.archive_plan(self.context, **asked)

    @rpc(contract)
    def find_subscriptions(self, **page: Any) -> Any:
        return self.use.reading.find_subscriptions(self.context, **page)

    @rpc(contract)
    def list_subscriptions(self, **page: Any) -> Any:
        return self.use.reading.list_subscriptions(self.context, **page)

    @rpc(contract)
    def get_subscription(self, *, bill_group: str, subscription: str) -> Any:
        return self.use.reading.get_subscription(
            self.context, bill_group=bill_group, subscription=subscription
        )

    @rpc(contract)
    def preview_subscription(self, **wanted: Any) -> Any:
        return self.use.beginning.preview_subscription(self.context, **wanted)

    @rpc(contract)
    def create_subscription(self, **wanted: Any) -> Any:
        return self.use.beginning.create_subscription(self.context, **wanted)

    @rpc(contract)
    def preview_action(self, **asked: Any) -> Any:
        return self.use.reading.preview_action(self.context, **asked)

    @rpc(contract)
    def billing_summary(self, *, bill_group: str) -> Any:
        return self.use.reading.billing_summary(self.context, bill_group=bill_group)

    @rpc(contract)
    def find_active_contracts(self, **asked: Any) -> Any:
        return self.use.reading.find_active_contracts(**asked)

    @rpc(contract)
    def running_with_method(self, *, bill_group: str) -> Any:
        return self.use.reading.running_with_method(self.context, bill_group=bill_group)

    @rpc(contract)
    def pause_subscription(self, **asked: Any) -> Any:
        return self.use.acting.act(self.context, Action.PAUSE, **asked)

    @rpc(contract)
    def resume_subscription(self, **asked: Any) -> Any:
        return self.use.acting.act(self.context, Action.RESUME, **asked)

    @rpc(contract)
    def cancel_subscription(self, **asked: Any) -> Any:
        return self.use.acting.act(self.context, Action.CANCEL, **asked)

    @rpc(contract)
    def uncancel_subscription(self, **asked: Any) -> Any:
        return self.use.acting.act(self.context, Action.UNCANCEL, **asked)

    @rpc(contract)
    def choose_payment_method(self, **asked: Any) -> Any:
        return self.use.acting.choose_payment_method(self.context, **asked)

    @rpc(contract)
    def import_product(self, **product: Any) -> Any:
        return self.use.importing.import_product(self.context, **product)

    @rpc(contract)
    def import_plan(self, **plan: Any) -> Any:
        return self.use.importing.import_plan(self.context, **plan)

    @rpc(contract)
    def import_subscription(self, **subscription: Any) -> Any:
        return self.use.importing.import_subscription(self.context, **subscription)

    @on_event(contract)
    def forget_payment_method(self, event: dict[str, Any]) -> None:
        self.use.acting.forget_payment_method(
            self.context,
            bill_group=event["bill_group"],
            payment_method=event["data"]["payment_method"],
            event_id=event["event_id"],
        )

    @every(seconds=1)
    def take_due_steps(self) -> None:
        self.use.run.take_due_steps()
