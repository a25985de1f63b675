"""The API against its own description: no fault of ours, and no answer outside of what it says.

Schemathesis makes requests that fit the description, and such that don't. The seed is printed; ``PORTICO_FUZZ_SEED``
repeats a run, and ``PORTICO_FUZZ=long`` makes it a long one.
"""

from __future__ import annotations

import os
import random
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
from services.gateway.api.table import OPERATIONS
from tests.support.demo import BILL_GROUP, CUSTOMER, load_one_customer, make_api_key
from tests.support.fixtures import SuiteFactory

LONG = os.environ.get("PORTICO_FUZZ") == "long"
SEED = int(os.environ.get("PORTICO_FUZZ_SEED", random.randrange(2**32)))
EXAMPLES = 300 if LONG else 12

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
        _let_find(described, self._handles())
        self.schema: BaseSchema = schemathesis.openapi.from_dict(described)

    def get(self, path: str) -> Json:
        answer = self.session.get(f"{self.url}{path}", headers=self.headers, timeout=10)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

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


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(
    "operation", [pytest.param(each, id=f"{each.verb} {each.path}") for each in OPERATIONS]
)
def test_whatever_is_asked(target: Target, operation: Operation, mode: GenerationMode) -> None:
    described = target.schema[operation.path_with("{{}}")][operation.verb]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described.as_strategy(mode), key=st.booleans())
    def ask(case: Case, key: bool) -> None:
        # Longer ones never come through gunicorn.
        assume(len(urlencode(case.query or {}, doseq=True)) < 3_000)
        if not key and case.headers:
            case.headers.pop("Idempotency-Key", None)
        response = case.call(base_url=target.url, session=target.session, headers=target.headers)
        case.validate_response(response, checks=CHECKS, headers=target.headers)

    ask()


def _let_find(described: Json, handles: dict[str, list[str]]) -> None:
    """Let placeholders also stand for what is there: any handle alone would find nothing."""
    for path in described["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                known = handles.get(parameter.get("name", ""))
                if known and parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "enum": [*known, "nobody-s"]}
