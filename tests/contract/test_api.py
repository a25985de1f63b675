"""The API has all that there is: every method of every contract has a row, or a reason to have none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from deploy.local.programs import SERVICES
from services.gateway.api.operation import Operation
from services.gateway.api.strict import request_schema
from services.gateway.api.table import OPERATIONS
from shared.contracts.registry import CONTRACTS
from shared.contracts.scopes import SCOPES

GATEWAY = Path(__file__).parents[2] / "services" / "gateway"
# The desk passes on what the other admin pages ask for.
PAGES = [
    path
    for folder in ("portal", "admin")
    for path in (GATEWAY / folder).rglob("*.py")
    if path.name != "desk.py"
]

SIGNING_IN = "signing in is for people in a browser"
SESSIONS = "a session is opened and read by its own cookie"
KEPT_FORMS = "a form waits for the browser that sent it"
CONFIRMING = "only the new address's owner has the link"
PREVIEWING = "a preview is shown in the browser of whoever of the staff looks"
OWN_ACCESS = "it is about the access of the person who is signed in"
SERVICES_ONLY = "services ask it among themselves"

# Methods that the API doesn't have, and why.
WITHOUT_ROW = {
    "auth.request_code": SIGNING_IN,
    "auth.resend_code": SIGNING_IN,
    "auth.get_challenge": SIGNING_IN,
    "auth.verify_code": SIGNING_IN,
    "auth.get_link": SIGNING_IN,
    "auth.use_link": SIGNING_IN,
    "auth.open_secret_link": SIGNING_IN,
    "auth.use_opening": SIGNING_IN,
    "auth.sign_in_with_password": SIGNING_IN,
    "auth.request_password_reset": SIGNING_IN,
    "auth.get_password_reset": SIGNING_IN,
    "auth.reset_password": SIGNING_IN,
    "auth.get_user_name": "how it stands with a customer's credentials says it",
    "auth.change_password": "only the customer knows the password before",
    "auth.get_portal_credentials": SERVICES_ONLY,
    "auth.start_preview": PREVIEWING,
    "auth.get_preview": PREVIEWING,
    "auth.end_preview": PREVIEWING,
    "auth.get_session": SESSIONS,
    "auth.end_session": SESSIONS,
    "auth.revoke_other_sessions": "others than one's own, which a program hasn't got",
    "auth.check_portal_link": SIGNING_IN,
    "auth.list_entrances": SESSIONS,
    "auth.switch_bill_group": SESSIONS,
    "auth.keep_form": KEPT_FORMS,
    "auth.get_form": KEPT_FORMS,
    "auth.drop_form": KEPT_FORMS,
    "auth.make_owner_link": "it is for whoever runs the installation, before anybody can make a key",
    "auth.make_reset_link": "it is for whoever runs the installation, when no owner can help",
    "auth.get_staff_set_up": SIGNING_IN,
    "auth.set_up_staff": SIGNING_IN,
    "auth.sign_in_staff": SIGNING_IN,
    "auth.get_staff_session": SESSIONS,
    "auth.end_staff_session": SESSIONS,
    "auth.confirm_staff_sign_in": SIGNING_IN,
    "auth.get_staff_account": OWN_ACCESS,
    "auth.change_staff_password": OWN_ACCESS,
    "auth.list_staff_sessions": OWN_ACCESS,
    "auth.revoke_staff_session": OWN_ACCESS,
    "auth.revoke_other_staff_sessions": OWN_ACCESS,
    "auth.begin_second_factor": OWN_ACCESS,
    "auth.get_second_factor_to_come": OWN_ACCESS,
    "auth.confirm_second_factor": OWN_ACCESS,
    "auth.drop_second_factor": OWN_ACCESS,
    "auth.check_api_key": "the gateway asks it about each request's key",
    "customers.find_sign_ins": SERVICES_ONLY,
    "customers.get_texts": SERVICES_ONLY,
    "customers.get_email_change": CONFIRMING,
    "customers.confirm_email": CONFIRMING,
    "payments.take_webhook": "payment providers send them, signed, to an address of their own",
    "subscriptions.find_active_contracts": SERVICES_ONLY,
    "subscriptions.running_with_method": "the list of subscriptions names the payment method of each",
}

# What only looks, and yet shows what opens the portal: it takes the scope of those who may make such a thing.
REVEALING = {"auth.get_secret_link"}

each_operation = pytest.mark.parametrize(
    "operation", [pytest.param(each, id=f"{each.verb} {each.path}") for each in OPERATIONS]
)


@each_operation
def test_placeholders_are_fields_of_the_request(operation: Operation) -> None:
    fields = request_schema(operation).fields
    assert set(operation.placeholders) <= set(fields)
    assert len(set(operation.placeholders)) == len(operation.placeholders)


@each_operation
def test_scopes_exist(operation: Operation) -> None:
    assert operation.scope in SCOPES
    if operation.path.startswith("/imports/"):
        assert operation.scope == "import"


@each_operation
def test_only_what_changes_something_is_no_get(operation: Operation) -> None:
    assert operation.verb in ("GET", "POST", "PUT", "PATCH", "DELETE")
    assert operation.status in (200, 201)
    assert operation.status == 200 or operation.verb == "POST"
    may_change = operation.method.changes or operation.rpc in REVEALING
    assert operation.scope.endswith(":read") != may_change
    # What only looks, but needs more than fits into an address, is a POST, too.
    assert operation.verb == "POST" or operation.method.changes == (operation.verb != "GET")


@each_operation
def test_what_belongs_to_a_bill_group_is_addressed_through_it(operation: Operation) -> None:
    request = operation.method.request().fields
    if "bill_group" in request and request["bill_group"].required and operation.scope != "import":
        assert operation.path.startswith("/bill-groups/<bill_group>")


@each_operation
def test_it_says_what_it_does(operation: Operation) -> None:
    assert operation.summary[0].isupper()
    assert operation.summary[-1] != "."
    assert not operation.description or operation.description[-1] == "."


def test_no_address_twice() -> None:
    addresses = [(each.verb, each.path_with("<>")) for each in OPERATIONS]
    assert len(set(addresses)) == len(addresses)
    names = [each.name for each in OPERATIONS]
    assert len(set(names)) == len(names)


def test_every_method_has_a_row_or_a_reason() -> None:
    methods = {f"{name}.{method}" for name in SERVICES for method in CONTRACTS[name].methods}
    rows = {operation.rpc for operation in OPERATIONS}
    assert methods - rows - set(WITHOUT_ROW) == set(), "neither row nor reason"
    assert set(WITHOUT_ROW) <= methods - rows, "a reason for nothing"


def test_whatever_a_page_can_do_a_program_can() -> None:
    asked = {call for path in PAGES for call in _calls(path)}
    assert len(asked) > 20
    rows = {operation.rpc for operation in OPERATIONS}
    assert asked - rows - set(WITHOUT_ROW) == set()


def _calls(path: Path) -> set[str]:
    """``service.method`` of each call that is made in a file: of each `begin` or `call` with two literal names.

    A method whose name is put together (``f"{action}_subscription"``) stands for all that fit.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or _name(node.func) not in ("begin", "call"):
            continue
        service = next((_text(each) for each in node.args if _text(each) in CONTRACTS), None)
        assert service, f"{path.name}:{node.lineno} asks whom?"
        method = node.args[[_text(each) for each in node.args].index(service) + 1]
        names = CONTRACTS[service].methods
        if isinstance(method, ast.JoinedStr):
            end = _text(method.values[-1]) or ""
            found |= {f"{service}.{name}" for name in names if name.endswith(end)}
        elif text := _text(method):
            found.add(f"{service}.{text}")
        else:
            raise AssertionError(f"{path.name}:{node.lineno} asks what?")
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
