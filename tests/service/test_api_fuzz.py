"""The API against its own description: no fault of ours, and no answer outside of what it says.

Schemathesis makes requests that fit the description, and such that don't. The seed is printed; ``PORTICO_FUZZ_SEED``
repeats a run, and ``PORTICO_FUZZ=long`` makes it a long one.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks

from services.gateway.api.operation import Operation
from services.gateway.api.strict import request_schema
from services.gateway.api.table import OPERATIONS
from tests.support.demo import BILL_GROUP, CUSTOMER, load_one_customer, make_api_key
from tests.support.fixtures import SuiteFactory

LONG = os.environ.get("PORTICO_FUZZ") == "long"
SEED = int(os.environ.get("PORTICO_FUZZ_SEED", random.randrange(2**32)))
EXAMPLES = 300 if LONG else 10
TRIES = 5

CHECKS: list[Any] = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.allow_header_conformance,
    schemathesis.checks.not_a_server_error,
]

Json = dict[str, Any]


class Target:
    """The API of a running suite with a customer who has a past."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = f"{url}/api/v1"
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.session = requests.Session()
        described = self.get("/openapi.json")
        for path in described["paths"].values():
            for operation in path.values():
                # The key is none of schemathesis' business: tests of their own ask without one.
                del operation["security"]
        self._there = self._handles()
        self.schema: BaseSchema = schemathesis.openapi.from_dict(described)

    def get(self, path: str) -> Json:
        answer = self.session.get(f"{self.url}{path}", headers=self.headers, timeout=10)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def cases(self, operation: Operation, mode: GenerationMode) -> st.SearchStrategy[Case]:
        """Requests: some for handles as they come, which find nothing, and some for what is there."""
        described = self.schema[operation.path_with("{{}}")][operation.verb]
        anything = described.as_strategy(mode)
        known = [name for name in operation.placeholders if name in self._there]
        others = request_schema(operation).fields.keys() - set(known)
        if not known or (mode is GenerationMode.NEGATIVE and not others):
            return anything
        paths = [
            {name: handles[i % len(handles)] for name, handles in self._there.items() if name in known}
            for i in range(3)
        ]
        there = [described.as_strategy(mode, path_parameters=path) for path in paths]
        return st.one_of(*there, anything)

    def ask(self, case: Case) -> schemathesis.Response:
        """The answer to ``case``. A machine with much to do may ask for patience, and then gets it."""
        for _ in range(TRIES):
            response = case.call(base_url=self.url, session=self.session, headers=self.headers)
            if response.status_code not in (503, 504):
                break
            time.sleep(1)
        return response

    def _handles(self) -> dict[str, list[str]]:
        """What is there, by the name of its placeholder."""
        group = f"/bill-groups/{BILL_GROUP}"
        lists = {
            "subscription": f"{group}/subscriptions",
            "invoice": f"{group}/invoices",
            "transaction": f"{group}/transactions",
            "payment_method": f"{group}/payment-methods",
            "product": "/products",
            "plan": "/plans",
        }
        found = {name: [item[name] for item in self.get(path)["items"]][:4] for name, path in lists.items()}
        return {**found, "bill_group": [BILL_GROUP], "customer": [CUSTOMER]}


@pytest.fixture(scope="module")
def target(suite: SuiteFactory) -> Iterator[Target]:
    running = suite(env={"API_REQUESTS_PER_MINUTE": "1000000"}).start_everything()
    load_one_customer(running)
    print(f"seed: PORTICO_FUZZ_SEED={SEED}")
    target = Target(running.url, make_api_key(running))
    yield target
    target.session.close()


def _can_be_wrong(operation: Operation) -> bool:
    return bool(request_schema(operation).fields) or operation.method.changes


ASKED = [
    pytest.param(operation, mode, id=f"{operation.verb} {operation.path} {mode.value}")
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or _can_be_wrong(operation)
]


@pytest.mark.slow
@pytest.mark.parametrize("operation, mode", ASKED)
def test_whatever_is_asked(target: Target, operation: Operation, mode: GenerationMode) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=target.cases(operation, mode), key=st.booleans())
    def ask(case: Case, key: bool) -> None:
        # Longer ones never come through gunicorn.
        assume(len(urlencode(case.query or {}, doseq=True)) < 3_000)
        if not key and case.headers:
            case.headers.pop("Idempotency-Key", None)
        response = target.ask(case)
        # What is too large is refused before anybody looks at what is wrong with it.
        excluded = [checks.negative_data_rejection] if response.status_code == 413 else []
        case.validate_response(response, checks=CHECKS, excluded_checks=excluded, headers=target.headers)

    ask()
