"""The entrypoints of the invoices service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.invoices.customers import CustomersService
from services.invoices.rendering import RenderingProcesses
from services.invoices.repository import Documents, Pdfs
from services.invoices.usecases.drafting import Drafting
from services.invoices.usecases.following import Following
from services.invoices.usecases.importing import Importing
from services.invoices.usecases.issuing import Issuing
from services.invoices.usecases.numbers import Numbers
from services.invoices.usecases.previewing import Previewing
from services.invoices.usecases.reading import Reading
from shared.contracts.invoices import contract
from shared.messaging.entrypoints import on_event, rpc
from shared.messaging.providers import CallContext, Resources, UseCases
from shared.placeholders.portal_keys import AuthService

View = dict[str, Any]


@dataclass(frozen=True)
class Invoices:
    """All use cases of the service."""

    reading: Reading
    drafting: Drafting
    previewing: Previewing
    issuing: Issuing
    importing: Importing
    following: Following
    numbers: Numbers


def build(resources: Resources) -> Invoices:
    """The use cases, with the store, the customers service and the rendering processes behind them."""
    documents = Documents(resources.store)
    customers = CustomersService(resources.calls)
    portal = resources.settings.public_url.rstrip("/")
    portal_keys = AuthService(resources.calls, contract.name, portal)
    issuing = Issuing(documents, customers, portal_keys, portal)
    return Invoices(
        Reading(documents, Pdfs(resources.store), RenderingProcesses(), customers, portal_keys),
        Drafting(documents, customers),
        Previewing(customers),
        issuing,
        Importing(documents, customers),
        Following(documents, issuing),
        Numbers(documents, customers),
    )


class InvoicesService:
    """Invoices and credit notes of bill groups."""

    name = contract.name
    context = CallContext()
    use = UseCases(build)

    @rpc(contract)
    def find_invoices(self, **asked: Any) -> View:
        return self.use.reading.find_invoices(self.context, **asked)

    @rpc(contract)
    def list_invoices(self, **asked: Any) -> View:
        return self.use.reading.list_invoices(self.context, **asked)

    @rpc(contract)
    def invoice_totals(self, **asked: Any) -> View:
        return self.use.reading.invoice_totals(self.context, **asked)

    @rpc(contract)
    def get_invoice(self, **asked: Any) -> View:
        return self.use.reading.get_invoice(self.context, **asked)

    @rpc(contract)
    def get_invoice_pdf(self, **asked: Any) -> View:
        return self.use.reading.get_invoice_pdf(self.context, **asked)

    @rpc(contract)
    def invoice_summary(self, **asked: Any) -> View:
        return self.use.reading.invoice_summary(self.context, **asked)

    @rpc(contract)
    def preview_invoice(self, **asked: Any) -> View:
        return self.use.previewing.preview_invoice(self.context, **asked)

    @rpc(contract)
    def create_invoice(self, **asked: Any) -> View:
        return self.use.drafting.create_invoice(self.context, **asked)

    @rpc(contract)
    def change_invoice(self, **asked: Any) -> View:
        return self.use.drafting.change_invoice(self.context, **asked)

    @rpc(contract)
    def delete_draft(self, **asked: Any) -> View | None:
        return self.use.drafting.delete_draft(self.context, **asked)

    @rpc(contract)
    def issue_invoice(self, **asked: Any) -> View:
        return self.use.issuing.issue_invoice(self.context, **asked)

    @rpc(contract)
    def cancel_invoice(self, **asked: Any) -> View:
        return self.use.issuing.cancel_invoice(self.context, **asked)

    @rpc(contract)
    def credit_invoice(self, **asked: Any) -> View:
        return self.use.issuing.credit_invoice(self.context, **asked)

    @rpc(contract)
    def preview_numbers(self, **asked: Any) -> View:
        return self.use.numbers.preview_numbers(self.context, **asked)

    @rpc(contract)
    def import_invoice(self, **asked: Any) -> View:
        return self.use.importing.import_invoice(self.context, **asked)

    @on_event(contract)
    def bill_subscription(self, event: View) -> None:
        self.use.following.bill_subscription(self.context, event)

    @on_event(contract)
    def apply_payment(self, event: View) -> None:
        self.use.following.apply_payment(self.context, event)

    @on_event(contract)
    def make_credit_note(self, event: View) -> None:
        self.use.following.make_credit_note(self.context, event)
