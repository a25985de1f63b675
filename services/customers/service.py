"""The customers service's entrypoints."""

from __future__ import annotations

from typing import Any

from services.customers import repository
from services.customers.links import Links
from services.customers.usecases.access import DefaultAccessDesk
from services.customers.usecases.bill_groups import BillGroupDesk
from services.customers.usecases.changing import Changing
from services.customers.usecases.customers import People
from services.customers.usecases.emails import EmailChanges
from services.customers.usecases.imports import FileImports
from services.customers.usecases.listing import Listing
from services.customers.usecases.logo import MerchantLogo
from services.customers.usecases.merchant import MerchantSettings
from services.customers.usecases.own_texts import Texts
from services.customers.usecases.timeline import History
from services.customers.usecases.vat_numbers import VatRegister
from services.customers.vies import Vies
from shared.contracts.customers import contract
from shared.messaging import providers
from shared.messaging.entrypoints import every, on_event, rpc


class UseCases:
    """The use cases, put together for one process."""

    def __init__(self, resources: providers.Resources) -> None:
        store = resources.store
        merchant = repository.MerchantAccount(store)
        customers, bill_groups = repository.Customers(store), repository.BillGroups(store)
        directory = repository.Directory(store)
        self.listing = Listing(customers, bill_groups, directory)
        self.merchant = MerchantSettings(merchant)
        self.default_access = DefaultAccessDesk(merchant, customers)
        self.logo = MerchantLogo(merchant, repository.Logos(store))
        self.people = People(merchant, customers, bill_groups, directory, self.listing)
        vat_numbers = repository.VatNumbers(store)
        self.imports = FileImports(repository.Imports(store), self.people, resources.clock)
        changing = Changing(merchant, customers, bill_groups, vat_numbers, self.listing)
        own_texts = repository.OwnTexts(store)
        self.texts = Texts(own_texts, merchant, changing, resources.settings.public_url)
        links = Links(resources.settings.secret, resources.clock)
        self.bill_groups = BillGroupDesk(
            merchant, customers, bill_groups, vat_numbers, self.listing, changing, links
        )
        self.emails = EmailChanges(bill_groups, changing, self.listing, links)
        vies = Vies(resources.settings.vies_url)
        self.vat_register = VatRegister(bill_groups, vat_numbers, vies, resources.clock)
        self.history = History(customers, bill_groups, repository.Timeline(store), repository.Notes(store))
        merchant.make_sure_it_exists()
        self.listing.complete()
        self.history.complete()


class CustomersService:
    """The merchant, customers, bill groups, contacts, and the timeline."""

    name = contract.name
    context = providers.CallContext()
    use = providers.UseCases(UseCases)

    @rpc(contract)
    def get_merchant(self) -> Any:
        return self.use.merchant.get_merchant()

    @rpc(contract)
    def set_merchant(self, **settings: Any) -> Any:
        return self.use.merchant.set_merchant(self.context, **settings)

    @rpc(contract)
    def set_company(self, **settings: Any) -> Any:
        return self.use.merchant.set_company(self.context, **settings)

    @rpc(contract)
    def set_portal(self, **settings: Any) -> Any:
        return self.use.merchant.set_group(self.context, "portal", **settings)

    @rpc(contract)
    def set_documents(self, **settings: Any) -> Any:
        return self.use.merchant.set_group(self.context, "documents", **settings)

    @rpc(contract)
    def preview_default_access(self, *, access: str) -> Any:
        return self.use.default_access.preview_default_access(self.context, access=access)

    @rpc(contract)
    def set_default_access(self, **default: Any) -> Any:
        return self.use.default_access.set_default_access(self.context, **default)

    @rpc(contract)
    def set_access(self, **settings: Any) -> Any:
        return self.use.merchant.set_group(self.context, "access", **settings)

    @rpc(contract)
    def set_logo(self, **logo: Any) -> Any:
        return self.use.logo.set_logo(self.context, **logo)

    @rpc(contract)
    def remove_logo(self, *, key: Any) -> Any:
        return self.use.logo.remove_logo(self.context, key=key)

    @rpc(contract)
    def get_logo(self, **wanted: Any) -> Any:
        return self.use.logo.get_logo(**wanted)

    @rpc(contract)
    def list_texts(self) -> Any:
        return self.use.texts.list_texts(self.context)

    @rpc(contract)
    def get_texts(self, **wanted: Any) -> Any:
        return self.use.texts.get_texts(**wanted)

    @rpc(contract)
    def set_text(self, **text: Any) -> Any:
        return self.use.texts.set_text(self.context, **text)

    @rpc(contract)
    def import_text(self, **text: Any) -> Any:
        return self.use.texts.set_text(self.context, **text)

    @rpc(contract)
    def preview_text(self, **text: Any) -> Any:
        return self.use.texts.preview_text(self.context, **text)

    @rpc(contract)
    def find_sign_ins(self, **wanted: Any) -> Any:
        return self.use.people.find_sign_ins(**wanted)

    @rpc(contract)
    def find_customers(self, **wanted: Any) -> Any:
        return self.use.people.find_customers(self.context, **wanted)

    @rpc(contract)
    def get_customer(self, *, customer: str) -> Any:
        return self.use.people.get_customer(self.context, customer=customer)

    @rpc(contract)
    def create_customer(self, **customer: Any) -> Any:
        return self.use.people.create_customer(self.context, **customer)

    @rpc(contract)
    def change_customer(self, **change: Any) -> Any:
        return self.use.people.change_customer(self.context, **change)

    @rpc(contract)
    def import_customer(self, **customer: Any) -> Any:
        return self.use.people.import_customer(self.context, **customer)

    @rpc(contract)
    def put_import_part(self, *, key: Any, **part: Any) -> Any:  # noqa: ARG002
        # The part itself makes this safe to repeat.
        return self.use.imports.put_import_part(self.context, **part)

    @rpc(contract)
    def begin_import(self, **file: Any) -> Any:
        return self.use.imports.begin_import(self.context, **file)

    @rpc(contract)
    def get_import(self, *, job: str) -> Any:
        return self.use.imports.get_import(self.context, job=job)

    @rpc(contract)
    def stop_import(self, **asked: Any) -> Any:
        return self.use.imports.stop_import(self.context, **asked)

    @rpc(contract)
    def list_imports(self, **page: Any) -> Any:
        return self.use.imports.list_imports(self.context, **page)

    @rpc(contract)
    def list_import_report(self, **page: Any) -> Any:
        return self.use.imports.list_import_report(self.context, **page)

    @rpc(contract)
    def find_bill_groups(self, **wanted: Any) -> Any:
        return self.use.bill_groups.find_bill_groups(self.context, **wanted)

    @rpc(contract)
    def get_bill_group(self, *, bill_group: str) -> Any:
        return self.use.bill_groups.get_bill_group(bill_group)

    @rpc(contract)
    def create_bill_group(self, **group: Any) -> Any:
        return self.use.bill_groups.create_bill_group(self.context, **group)

    @rpc(contract)
    def change_bill_group(self, **change: Any) -> Any:
        return self.use.bill_groups.change_bill_group(self.context, **change)

    @rpc(contract)
    def change_contact(self, **change: Any) -> Any:
        return self.use.bill_groups.change_contact(self.context, **change)

    @rpc(contract)
    def remove_shipping_contact(self, **change: Any) -> Any:
        return self.use.bill_groups.remove_shipping_contact(self.context, **change)

    @rpc(contract)
    def change_numbers(self, **change: Any) -> Any:
        return self.use.bill_groups.change_numbers(self.context, **change)

    @rpc(contract)
    def change_preferences(self, **change: Any) -> Any:
        return self.use.bill_groups.change_preferences(self.context, **change)

    @rpc(contract)
    def resend_email_change(self, **change: Any) -> Any:
        return self.use.emails.resend_email_change(self.context, **change)

    @rpc(contract)
    def withdraw_email_change(self, **change: Any) -> Any:
        return self.use.emails.withdraw_email_change(self.context, **change)

    @rpc(contract)
    def get_email_change(self, *, token: str) -> Any:
        return self.use.emails.get_email_change(token)

    @rpc(contract)
    def confirm_email(self, **change: Any) -> Any:
        return self.use.emails.confirm_email(self.context, **change)

    @rpc(contract)
    def list_timeline(self, **page: Any) -> Any:
        return self.use.history.list_timeline(self.context, **page)

    @rpc(contract)
    def list_customer_timeline(self, **page: Any) -> Any:
        return self.use.history.list_customer_timeline(self.context, **page)

    @rpc(contract)
    def list_installation_timeline(self, **page: Any) -> Any:
        return self.use.history.list_installation_timeline(self.context, **page)

    @rpc(contract)
    def find_subject(self, *, subject: str) -> Any:
        return self.use.history.find_subject(self.context, subject=subject)

    @rpc(contract)
    def add_note(self, **note: Any) -> Any:
        return self.use.history.add_note(self.context, **note)

    @on_event(contract)
    def record_timeline(self, event: dict[str, Any]) -> None:
        self.use.history.record_timeline(event)

    @on_event(contract)
    def list_customer(self, event: dict[str, Any]) -> None:
        self.use.listing.follow(event)

    @on_event(contract)
    def look_up_vat_number(self, event: dict[str, Any]) -> None:
        self.use.vat_register.note_change(event)

    @on_event(contract)
    def note_vat_number_used(self, event: dict[str, Any]) -> None:
        self.use.vat_register.note_use(event)

    @every(seconds=1)
    def go_on_with_imports(self) -> None:
        self.use.imports.go_on()

    @every(seconds=2)
    def look_up_vat_numbers(self) -> None:
        self.use.vat_register.look_up_due()
