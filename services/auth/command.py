"""What the commands of auth have in common: they ask the service over the broker, as the system itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError
from shared.messaging.client import RpcClient
from shared.settings import Settings, load_settings

# What the exit status tells programs that call this.
DONE, NOT_DONE, NOT_NEEDED = 0, 1, 3
_TIMEOUT = 10.0
_PROBLEMS = {
    "service_away": "The auth service can't be reached. Is it running, and does AMQP_URI name the same broker?",
    "no_answer": "The auth service has not answered in time. Please try again.",
}


def run(ask: Callable[[Any, Context, Settings], None], problems: Mapping[str, str]) -> int:
    """Call ``ask`` with the auth service, and say what is wrong on standard error; the exit status.

    ``problems`` are the texts of errors by their codes. That there is an owner already is no failure.
    """
    try:
        settings = load_settings()
    except ValidationError as error:
        wrong = sorted({str(place).upper() for each in error.errors() for place in each["loc"]})
        return _fail(f"These settings are missing or wrong: {', '.join(wrong)}.")
    client = RpcClient(settings.amqp_uri.get_secret_value(), CONTRACTS, timeout=_TIMEOUT)
    try:
        ask(client.auth, Context(principal=system("command")), settings)
    except DomainError as error:
        told = {**_PROBLEMS, **problems}
        problem = told.get(error.code, f"This was refused: {error.code} {error.params or ''}".strip())
        return _fail(problem, NOT_NEEDED if error.code == "owner_exists" else NOT_DONE)
    finally:
        client.close()
    return DONE


def _fail(problem: str, status: int = NOT_DONE) -> int:
    print(problem, file=sys.stderr)
    return status
