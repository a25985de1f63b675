"""The entrypoints of the payments service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.payments.customers import CustomersService
from services.payments.domain.wallet import RunningSubscription
from services.payments.invoices import InvoicesService
from services.payments.providers import sandbox
from services.payments.providers.configured import ConfiguredProvider
from services.payments.providers.sandbox_webhooks import SandboxWebhooks
from services.payments.repository import (
    StoredProviders,
    StoredSetups,
    StoredTallies,
    StoredTransactions,
    StoredWallets,
)
from services.payments.usecases.adding import AddingUseCases
from services.payments.usecases.offering import Offering
from services.payments.usecases.providers import Available, ProviderDesk
from services.payments.usecases.recording import RecordingUseCases
from services.payments.usecases.transactions import TransactionUseCases
from services.payments.usecases.wallets import WalletUseCases
from services.payments.usecases.webhooks import WebhookUseCases
from shared.contracts.payments import contract
from shared.kernel.context import Context
from shared.merchant import MerchantSettings
from shared.messaging.entrypoints import every, rpc
from shared.messaging.providers import CallContext, Resources, UseCases

View = dict[str, Any]


@dataclass(frozen=True)
class Payments:
    """All use cases of the service."""

    wallets: WalletUseCases
    adding: AddingUseCases
    transactions: TransactionUseCases
    recording: RecordingUseCases
    providers: ProviderDesk
    webhooks: WebhookUseCases


def build(resources: Resources) -> Payments:
    """The use cases, with the store, the providers and the other services behind them."""
    settings = resources.settings
    wallets = StoredWallets(resources.store)
    setups = StoredSetups(resources.store)
    transactions = StoredTransactions(resources.store)
    tallies, reader = StoredTallies(resources.store), SandboxWebhooks()
    available = {
        sandbox.NAME: Available(
            key=settings.sandbox_key.get_secret_value(),
            webhook_secret=settings.sandbox_webhook_secret.get_secret_value(),
            webhook_url=f"{settings.public_url.rstrip('/')}/webhooks/{sandbox.NAME}",
            reader=reader,
        )
    }
    providers = ProviderDesk(
        StoredProviders(resources.store), available, tallies, settings.secret, resources.clock
    )
    clients = {
        sandbox.NAME: ConfiguredProvider(
            sandbox.NAME, providers, lambda key: sandbox.SandboxProvider(settings.sandbox_api, key)
        )
    }
    customers = CustomersService(resources.calls)
    offering = Offering(MerchantSettings(resources.calls), providers)

    def running(context: Context, bill_group: str) -> list[RunningSubscription]:
        found = resources.calls.subscriptions.running_with_method(context, bill_group=bill_group)
        return [
            RunningSubscription(item["subscription"], item["payment_method"], item["product_name"])
            for item in found["items"]
        ]

    adding = AddingUseCases(setups, wallets, clients, offering, resources.clock, settings.public_url)
    return Payments(
        WalletUseCases(wallets, running, offering, customers),
        adding,
        TransactionUseCases(transactions, customers),
        RecordingUseCases(transactions, InvoicesService(resources.calls)),
        providers,
        WebhookUseCases(
            {sandbox.NAME: reader},
            clients,
            providers,
            adding,
            wallets,
            tallies,
            resources.clock,
        ),
    )


class PaymentsService:
    """Payment methods, auto-pay and transactions of bill groups."""

    name = contract.name
    context = CallContext()
    use = UseCases(build)

    @rpc(contract)
    def list_payment_methods(self, **asked: Any) -> View:
        return self.use.wallets.list_payment_methods(self.context, **asked)

    @rpc(contract)
    def payment_summary(self, **asked: Any) -> View:
        return self.use.wallets.payment_summary(self.context, **asked)

    @rpc(contract)
    def make_default(self, **asked: Any) -> View:
        return self.use.wallets.make_default(self.context, **asked)

    @rpc(contract)
    def preview_removal(self, **asked: Any) -> View:
        return self.use.wallets.preview_removal(self.context, **asked)

    @rpc(contract)
    def remove_payment_method(self, **asked: Any) -> View:
        return self.use.wallets.remove_payment_method(self.context, **asked)

    @rpc(contract)
    def set_auto_pay(self, **asked: Any) -> View:
        return self.use.wallets.set_auto_pay(self.context, **asked)

    @rpc(contract)
    def import_payment_methods(self, **asked: Any) -> View:
        return self.use.wallets.import_payment_methods(self.context, **asked)

    @rpc(contract)
    def begin_payment_method(self, **asked: Any) -> View:
        return self.use.adding.begin(self.context, **asked)

    @rpc(contract)
    def finish_payment_method(self, *, bill_group: str, setup: str, key: Any) -> View:  # noqa: ARG002
        # The setup itself makes this safe to repeat.
        return self.use.adding.finish(self.context, bill_group=bill_group, setup=setup)

    @rpc(contract)
    def list_transactions(self, **asked: Any) -> View:
        return self.use.transactions.list_transactions(self.context, **asked)

    @rpc(contract)
    def find_transactions(self, **asked: Any) -> View:
        return self.use.transactions.find_transactions(self.context, **asked)

    @rpc(contract)
    def get_transaction(self, **asked: Any) -> View:
        return self.use.transactions.get_transaction(**asked)

    @rpc(contract)
    def record_payment(self, **asked: Any) -> View:
        return self.use.recording.record_payment(self.context, **asked)

    @rpc(contract)
    def record_refund(self, **asked: Any) -> View:
        return self.use.recording.record_refund(self.context, **asked)

    @rpc(contract)
    def import_transaction(self, **asked: Any) -> View:
        return self.use.transactions.import_transaction(self.context, **asked)

    @rpc(contract)
    def list_providers(self) -> View:
        return self.use.providers.list_providers(self.context)

    @rpc(contract)
    def switch_provider(self, **asked: Any) -> View:
        return self.use.providers.switch_provider(self.context, **asked)

    @rpc(contract)
    def set_provider_key(self, **asked: Any) -> View:
        return self.use.providers.set_provider_key(self.context, **asked)

    @rpc(contract)
    def remove_provider_key(self, **asked: Any) -> View:
        return self.use.providers.remove_provider_key(self.context, **asked)

    @rpc(contract)
    def set_webhook_secret(self, **asked: Any) -> View:
        return self.use.providers.set_webhook_secret(self.context, **asked)

    @rpc(contract)
    def remove_webhook_secret(self, **asked: Any) -> View:
        return self.use.providers.remove_webhook_secret(self.context, **asked)

    @rpc(contract)
    def take_webhook(self, **asked: Any) -> View:
        return self.use.webhooks.take(self.context, **asked)

    @every(seconds=10)
    def follow_up_setups(self) -> None:
        self.use.adding.follow_up()
