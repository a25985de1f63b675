"""The auth service's entrypoints."""

from __future__ import annotations

from typing import Any

from services.auth.customers import CustomersService
from services.auth.password_service import PasswordEntrypoints, PasswordUseCases
from services.auth.repository import (
    ApiKeys,
    Challenges,
    Counters,
    Epochs,
    Guests,
    KeptForms,
    Openings,
    Previews,
    RuleBook,
    SecretLinks,
    Sessions,
    Staff,
)
from services.auth.secrecy import Secrecy
from services.auth.staff_service import StaffEntrypoints, StaffUseCases
from services.auth.usecases.access_rules import RuleDesk
from services.auth.usecases.api_keys import KeyRing
from services.auth.usecases.codes import Codes
from services.auth.usecases.door import Door
from services.auth.usecases.entrances import Entrances
from services.auth.usecases.forms import FormKeeping
from services.auth.usecases.links import Links
from services.auth.usecases.onward import Onward
from services.auth.usecases.openings import Opener
from services.auth.usecases.portal_links import PortalLinks
from services.auth.usecases.previews import Previewing
from services.auth.usecases.reviewing import Reviewing
from services.auth.usecases.secret_links import SecretLinkKeeping
from services.auth.usecases.sessions import OpenSessions, SignInDesk
from services.auth.usecases.switching import Switching
from shared.contracts.auth import contract
from shared.messaging.entrypoints import on_event, rpc
from shared.messaging.providers import CallContext, Resources, UseCases


class Auth:
    """The use cases, put together for one process."""

    def __init__(self, resources: Resources) -> None:
        secrecy = Secrecy(resources.settings.secret)
        sessions = Sessions(resources.store)
        challenges, counters = Challenges(resources.store), Counters(resources.store)
        register, book = CustomersService(resources.calls), RuleBook(resources.store)
        customers = Entrances(register, book)
        guests = Guests(resources.store)
        desk = SignInDesk(sessions, guests, secrecy)
        door = Door(challenges, counters, customers, desk, secrecy)
        self.codes = Codes(challenges, counters, customers, door, secrecy, resources.clock)
        self.links = Links(challenges, door, secrecy, resources.clock)
        self.onward = Onward(sessions, customers, Epochs(resources.store))
        self.sessions = OpenSessions(sessions, self.onward, secrecy, resources.clock)
        self.reviewing = Reviewing(sessions, customers, resources.clock)
        self.rules = RuleDesk(book, register, resources.clock)
        self.switching = Switching(sessions, self.onward, desk, secrecy, resources.clock)
        self.portal_links = PortalLinks(register, secrecy, portal=resources.settings.public_url)
        self.forms = FormKeeping(KeptForms(resources.store), sessions, counters, secrecy, resources.clock)
        keys, staff = ApiKeys(resources.store), Staff(resources.store)
        self.keys = KeyRing(keys, staff, secrecy, resources.clock)
        self.staff = StaffUseCases(resources, staff, keys, guests, counters, secrecy)
        at_the_door = (counters, customers, desk, secrecy, resources.clock)
        portal = resources.settings.public_url
        self.secret_links = SecretLinkKeeping(SecretLinks(resources.store), *at_the_door, portal=portal)
        self.passwords = PasswordUseCases(resources, counters, customers, desk, secrecy)
        self.openings = Opener(Openings(resources.store), *at_the_door, portal=portal)
        self.previews = Previewing(
            Previews(resources.store),
            customers,
            secrecy,
            resources.clock,
            name_of=self.staff.people.name_of,
            has_left=self.staff.people.has_left,
        )


class AuthService(PasswordEntrypoints, StaffEntrypoints):
    """Who may enter."""

    name = contract.name
    context = CallContext()
    use = UseCases(Auth)

    @rpc(contract)
    def request_code(self, **asked: Any) -> Any:
        return self.use.codes.request_code(self.context, **asked)

    @rpc(contract)
    def resend_code(self, **asked: Any) -> Any:
        return self.use.codes.resend_code(self.context, **asked)

    @rpc(contract)
    def get_challenge(self, **asked: Any) -> Any:
        return self.use.codes.get_challenge(**asked)

    @rpc(contract)
    def verify_code(self, **asked: Any) -> Any:
        return self.use.codes.verify_code(self.context, **asked)

    @rpc(contract)
    def get_link(self, **asked: Any) -> Any:
        return self.use.links.get_link(**asked)

    @rpc(contract)
    def use_link(self, **asked: Any) -> Any:
        return self.use.links.use_link(self.context, **asked)

    @rpc(contract)
    def get_session(self, *, token: str) -> Any:
        return self.use.sessions.get_session(self.context, token=token)

    @rpc(contract)
    def end_session(self, *, token: str) -> Any:
        return self.use.sessions.end_session(self.context, token=token)

    @rpc(contract)
    def list_sessions(self, *, bill_group: str) -> Any:
        return self.use.sessions.list_sessions(bill_group=bill_group)

    @rpc(contract)
    def revoke_session(self, **asked: Any) -> Any:
        return self.use.sessions.revoke_session(self.context, **asked)

    @rpc(contract)
    def revoke_other_sessions(self, **asked: Any) -> Any:
        return self.use.sessions.revoke_other_sessions(self.context, **asked)

    @rpc(contract)
    def revoke_customer_sessions(self, **asked: Any) -> Any:
        return self.use.sessions.revoke_customer_sessions(self.context, **asked)

    @rpc(contract)
    def list_access_rules(self, *, bill_group: str) -> Any:
        return self.use.rules.list_access_rules(self.context, bill_group=bill_group)

    @rpc(contract)
    def preview_domain_grant(self, **asked: Any) -> Any:
        return self.use.rules.preview_domain_grant(self.context, **asked)

    @rpc(contract)
    def grant_domain(self, **asked: Any) -> Any:
        return self.use.rules.grant_domain(self.context, **asked)

    @rpc(contract)
    def grant_address(self, **asked: Any) -> Any:
        return self.use.rules.grant_address(self.context, **asked)

    @rpc(contract)
    def remove_access_rule(self, **asked: Any) -> Any:
        return self.use.rules.remove_access_rule(self.context, **asked)

    @rpc(contract)
    def get_portal_link(self, *, bill_group: str) -> Any:
        return self.use.portal_links.get_portal_link(self.context, bill_group=bill_group)

    @rpc(contract)
    def check_portal_link(self, *, portal_link: str) -> Any:
        return self.use.portal_links.check_portal_link(portal_link=portal_link)

    @rpc(contract)
    def list_entrances(self, **asked: Any) -> Any:
        return self.use.switching.list_entrances(self.context, **asked)

    @rpc(contract)
    def switch_bill_group(self, **asked: Any) -> Any:
        return self.use.switching.switch_bill_group(self.context, **asked)

    @rpc(contract)
    def keep_form(self, **form: Any) -> Any:
        return self.use.forms.keep_form(**form)

    @rpc(contract)
    def get_form(self, **asked: Any) -> Any:
        return self.use.forms.get_form(**asked)

    @rpc(contract)
    def drop_form(self, **asked: Any) -> Any:
        return self.use.forms.drop_form(**asked)

    @rpc(contract)
    def create_api_key(self, **asked: Any) -> Any:
        return self.use.keys.create_api_key(self.context, **asked)

    @rpc(contract)
    def list_api_keys(self, **page: Any) -> Any:
        return self.use.keys.list_api_keys(self.context, **page)

    @rpc(contract)
    def withdraw_api_key(self, **asked: Any) -> Any:
        return self.use.keys.withdraw_api_key(self.context, **asked)

    @rpc(contract)
    def check_api_key(self, *, secret: str) -> Any:
        return self.use.keys.check_api_key(self.context, secret=secret)

    @rpc(contract)
    def get_secret_link_state(self, *, customer: str) -> Any:
        return self.use.secret_links.get_secret_link_state(self.context, customer=customer)

    @rpc(contract)
    def get_secret_link(self, *, customer: str) -> Any:
        return self.use.secret_links.get_secret_link(self.context, customer=customer)

    @rpc(contract)
    def make_secret_link(self, **asked: Any) -> Any:
        return self.use.secret_links.make_secret_link(self.context, **asked)

    @rpc(contract)
    def revoke_secret_link(self, **asked: Any) -> Any:
        return self.use.secret_links.revoke_secret_link(self.context, **asked)

    @rpc(contract)
    def open_secret_link(self, *, secret: str) -> Any:
        return self.use.secret_links.open_secret_link(self.context, secret=secret)

    @rpc(contract)
    def open_portal(self, **asked: Any) -> Any:
        return self.use.openings.open_portal(self.context, **asked)

    @rpc(contract)
    def use_opening(self, *, token: str) -> Any:
        return self.use.openings.use_opening(self.context, token=token)

    @rpc(contract)
    def start_preview(self, **asked: Any) -> Any:
        return self.use.previews.start_preview(self.context, **asked)

    @rpc(contract)
    def get_preview(self, *, token: str) -> Any:
        return self.use.previews.get_preview(token=token)

    @rpc(contract)
    def end_preview(self, *, token: str) -> Any:
        return self.use.previews.end_preview(token=token)

    @on_event(contract)
    def end_link_sessions(self, event: dict[str, Any]) -> None:
        self.use.secret_links.close_sessions(self.context, event["data"]["customer"])

    @on_event(contract)
    def shut_out(self, event: dict[str, Any]) -> None:
        self.use.reviewing.shut_out(self.context, event)

    @on_event(contract)
    def begin_epoch(self, event: dict[str, Any]) -> None:
        self.use.onward.note(self.context, event)
