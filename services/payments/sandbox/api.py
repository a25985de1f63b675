"""The sandbox's API for the merchant's server: bearer key, JSON, errors as problem+json with a ``code``."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import ValidationError, fields, validate

from services.payments.sandbox.model import Method, NotPossible, Setup
from services.payments.sandbox.provider import ForeignReturnUrl, Sandbox
from services.payments.sandbox.repository import KeyUsedForSomethingElse
from services.payments.sandbox.texts import LANGUAGES
from shared.contracts.base import Message, Text

Answer = tuple[Response, int]


class NewSetup(Message):
    """What the merchant asks for."""

    reference = Text(255, required=True)
    return_url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})
    language = fields.String(load_default=LANGUAGES[0])


class Renewal(Message):
    """The card that an issuer has given out in the place of another; with ``last4`` it has another number."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2199))
    month = fields.Integer(required=True, strict=True, validate=validate.Range(1, 12))
    last4 = fields.String(load_default=None, validate=validate.Regexp(r"^[0-9]{4}\Z"))


class Idempotency(Message):
    """The header that makes it safe to ask again."""

    key = fields.String(required=True, data_key="Idempotency-Key", validate=validate.Length(8, 255))


def api(sandbox: Sandbox) -> Blueprint:
    """The blueprint of the API."""
    blueprint = Blueprint("api", __name__, url_prefix="/v1")

    @blueprint.before_request
    def refuse_strangers() -> Answer | None:
        wanted = b"Bearer " + sandbox.key
        given = request.headers.get("Authorization", "").encode()
        return None if hmac.compare_digest(given, wanted) else _problem(401, "unauthorized")

    @blueprint.post("/setups")
    def create_setup() -> Answer:
        try:
            asked = NewSetup().load(request.get_json(silent=True) or {})
            key = Idempotency().load(dict(request.headers))["key"]
            setup = sandbox.create(**asked, key=key)
        except ValidationError:
            return _problem(422, "invalid_request")
        except ForeignReturnUrl:
            return _problem(422, "foreign_return_url")
        except KeyUsedForSomethingElse:
            return _problem(409, "key_used_for_something_else")
        return jsonify(_setup(sandbox, setup)), 201

    @blueprint.get("/setups/<setup_id>")
    def fetch_setup(setup_id: str) -> Answer:
        setup = sandbox.find(setup_id)
        return (jsonify(_setup(sandbox, setup)), 200) if setup else _problem(404, "no_such_setup")

    _add_methods(blueprint, sandbox)
    return blueprint


def _add_methods(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/methods/<method_id>")
    def fetch_method(method_id: str) -> Answer:
        method = sandbox.method(method_id)
        return _of_method(method)

    @blueprint.get("/methods")
    def list_methods() -> Answer:
        return jsonify({"items": [_method(method) for method in sandbox.newest_methods()]}), 200

    # What a provider's dashboard lets a tester do: the banks behind the sandbox are as made up as itself.
    @blueprint.post("/methods/<method_id>/renew")
    def renew_method(method_id: str) -> Answer:
        try:
            asked = Renewal().load(request.get_json(silent=True) or {})
            return _of_method(sandbox.renew(method_id, **asked))
        except ValidationError:
            return _problem(422, "invalid_request")
        except NotPossible:
            return _problem(409, "not_possible")

    @blueprint.post("/methods/<method_id>/revoke")
    def revoke_method(method_id: str) -> Answer:
        try:
            return _of_method(sandbox.revoke(method_id))
        except NotPossible:
            return _problem(409, "not_possible")


def _of_method(method: Method | None) -> Answer:
    return (jsonify(_method(method)), 200) if method else _problem(404, "no_such_method")


def _setup(sandbox: Sandbox, setup: Setup) -> dict[str, Any]:
    # To the merchant a challenge is a part of what is still open; its method is none yet.
    state = setup.state.value if setup.ended else "open"
    return {
        "id": setup.id,
        "reference": setup.reference,
        "url": sandbox.page_of(setup),
        "state": state,
        "method": _method(setup.method) if setup.method and setup.ended else None,
        "reason": setup.refusal if state == "failed" else None,
    }


def _method(method: Method) -> dict[str, Any]:
    created_at = method.created_at.isoformat()
    return {
        "id": method.id,
        "kind": method.kind,
        "brand": method.brand,
        "last4": method.last4,
        "expiry": {"year": method.expiry_year, "month": method.expiry_month} if method.expiry_year else None,
        "mandate": {"reference": method.mandate, "signed_at": created_at, "text": method.mandate_text}
        if method.mandate
        else None,
        "fingerprint": method.fingerprint,
        "revoked": method.revoked,
        "created_at": created_at,
    }


def _problem(status: int, code: str) -> Answer:
    answer = jsonify({"title": code, "status": status, "code": code})
    answer.content_type = "application/problem+json"
    return answer, status
