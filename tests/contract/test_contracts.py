"""Each service does what its contract says, no more and no less."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.programs import SERVICES
from shared.contracts.base import ALL_EVENTS, COMMON_ERRORS, Contract, Message
from shared.contracts.registry import CONTRACTS
from shared.kernel.ids import is_handle
from shared.messaging.events import OnEvent
from shared.messaging.rpc import Rpc

ROOT = Path(__file__).parents[2]
each_service = pytest.mark.parametrize("name", SERVICES)


def service_class(name: str) -> type:
    module = importlib.import_module(f"services.{name}.service")
    (found,) = [
        cls for _, cls in inspect.getmembers(module, inspect.isclass) if getattr(cls, "name", None) == name
    ]
    return found


def entrypoints(name: str, kind: type) -> dict[str, object]:
    return {
        method: function
        for method, function in inspect.getmembers(service_class(name), inspect.isfunction)
        for entrypoint in getattr(function, "nameko_entrypoints", ())
        if isinstance(entrypoint, kind)
    }


@each_service
def test_every_method_of_the_contract_is_served_and_no_other(name):
    assert set(entrypoints(name, Rpc)) == set(CONTRACTS[name].methods)


@each_service
def test_every_handler_of_the_contract_is_there_and_no_other(name):
    assert set(entrypoints(name, OnEvent)) == set(CONTRACTS[name].hears)


@each_service
def test_methods_take_the_fields_of_their_requests(name):
    for method, function in entrypoints(name, Rpc).items():
        parameters = [each for each in inspect.signature(function).parameters.values() if each.name != "self"]
        taken = {each.name for each in parameters if each.kind is not each.VAR_KEYWORD}
        fields = set(CONTRACTS[name].methods[method].request().fields)
        takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters)
        assert taken <= fields if takes_all else taken == fields, method


@each_service
def test_every_error_that_is_raised_is_in_the_contract(name):
    known = set(CONTRACTS[name].errors) | set(COMMON_ERRORS)
    raised = {code for path in (ROOT / "services" / name).rglob("*.py") for code in _codes(path)}
    assert raised <= known, raised - known


@each_service
def test_every_event_that_happens_is_in_the_contract(name):
    declared = set(CONTRACTS[name].events)
    named = {
        type_
        for path in (ROOT / "services" / name).rglob("*.py")
        for type_ in _first_texts(path, "Happening")
    }
    assert named <= declared, named - declared


def test_handlers_hear_events_that_exist():
    for contract in CONTRACTS.values():
        for hears in contract.hears.values():
            for event in hears.events:
                if event != ALL_EVENTS:
                    source, _, type_ = event.partition(".")
                    assert type_ in CONTRACTS[source].events, event


@each_service
def test_what_concerns_a_customer_names_the_bill_group(name):
    """Methods without it are few, and known to take no customer's handle."""
    without = {
        method.name
        for method in CONTRACTS[name].methods.values()
        if "bill_group" not in method.request().fields
    }
    assert without == WITHOUT_BILL_GROUP.get(name, set())


@each_service
def test_what_is_not_named_as_looking_says_that_it_changes_something(name):
    """In a preview only what reads is done: a method that forgot to say that it writes would get through."""
    for method in CONTRACTS[name].methods.values():
        looks = method.name.split("_")[0] in LOOKING or method.name in ALSO_LOOKING
        assert method.only_reads == looks, method.name


@each_service
def test_schemas_ignore_what_they_do_not_know(name):
    """Versions mix during an upgrade: a field that is added must not break those who don't know it yet."""
    for schema in _schemas(CONTRACTS[name]):
        assert schema().unknown == "exclude", schema


def test_codes_are_fit_for_addresses():
    for contract in CONTRACTS.values():
        for code in contract.errors:
            assert is_handle(code)


LOOKING = {"get", "list", "find", "preview", "check", "name"}
ALSO_LOOKING = {
    "billing_summary",
    "invoice_summary",
    "payment_summary",
    "invoice_totals",
    "running_with_method",
}

# What comes before a bill group is known (signing in), what belongs to the merchant, and what makes bill groups.
WITHOUT_BILL_GROUP = {
    "auth": {
        "request_code",
        "resend_code",
        "get_challenge",
        "verify_code",
        "get_link",
        "use_link",
        "get_session",
        "end_session",
        "keep_form",
        "revoke_customer_sessions",
        "create_api_key",
        "list_api_keys",
        "withdraw_api_key",
        "check_api_key",
        "get_preview",
        "end_preview",
        "get_secret_link_state",
        "get_secret_link",
        "make_secret_link",
        "revoke_secret_link",
        "open_secret_link",
        "use_opening",
        "get_credentials_state",
        "get_portal_credentials",
        "hand_out_credentials",
        "withdraw_credentials",
        "sign_in_with_password",
        "request_password_reset",
        "get_password_reset",
        "reset_password",
        "make_owner_link",
        "make_reset_link",
        "get_staff_set_up",
        "set_up_staff",
        "sign_in_staff",
        "get_staff_session",
        "end_staff_session",
        "check_portal_link",
        "confirm_staff_sign_in",
        "get_staff_account",
        "change_staff_password",
        "list_staff_sessions",
        "revoke_staff_session",
        "revoke_other_staff_sessions",
        "begin_second_factor",
        "get_second_factor_to_come",
        "confirm_second_factor",
        "drop_second_factor",
        "list_staff",
        "get_staff",
        "invite_staff",
        "change_staff",
        "deactivate_staff",
        "send_staff_link",
        "name_principals",
    },
    "customers": {
        "get_merchant",
        "set_merchant",
        "set_company",
        "set_portal",
        "set_documents",
        "preview_default_access",
        "set_default_access",
        "set_access",
        "set_logo",
        "list_texts",
        "get_texts",
        "set_text",
        "import_text",
        "remove_logo",
        "get_logo",
        "find_sign_ins",
        "get_email_change",
        "confirm_email",
        "find_customers",
        "get_customer",
        "create_customer",
        "change_customer",
        "list_customer_timeline",
        "list_installation_timeline",
        "find_subject",
        "import_customer",
        "begin_import",
        "put_import_part",
        "stop_import",
        "get_import",
        "list_imports",
        "list_import_report",
        "find_bill_groups",
    },
    "invoices": {"preview_numbers"},
    "payments": {
        "list_providers",
        "switch_provider",
        "set_provider_key",
        "remove_provider_key",
        "set_webhook_secret",
        "remove_webhook_secret",
        "take_webhook",
    },
    "subscriptions": {
        "find_products",
        "get_product",
        "create_product",
        "change_product",
        "archive_product",
        "find_active_contracts",
        "find_plans",
        "get_plan",
        "list_plan_versions",
        "create_plan",
        "change_plan",
        "archive_plan",
        "import_product",
        "import_plan",
    },
}


def _schemas(contract: Contract) -> Iterator[type[Message]]:
    for method in contract.methods.values():
        yield method.request
        yield method.reply
    for event in contract.events.values():
        yield event.data


def _codes(path: Path) -> Iterator[str]:
    for error in ("DomainError", "NotFound", "Stale"):
        yield from _first_texts(path, error)
    if "from shared.kernel.access import" in path.read_text(encoding="utf-8"):
        yield "not_allowed"


def _first_texts(path: Path, function: str) -> Iterator[str]:
    """The literal first argument of each call of ``function`` in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield argument.value
