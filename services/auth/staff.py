"""Staff by command: ``python -m services.auth.staff owner-link``.

It asks the auth service over the broker, as the system itself. That is how the first owner comes in.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from pydantic import ValidationError

from shared.contracts.registry import CONTRACTS
from shared.kernel.context import Context, system
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.messaging.client import RpcClient
from shared.settings import load_settings

# What the exit status tells programs that call this.
NOT_DONE, NOT_NEEDED = 1, 3
_TIMEOUT = 10.0
_PROBLEMS = {
    "service_away": "The auth service can't be reached. Is it running, and does AMQP_URI name the same broker?",
    "no_answer": "The auth service has not answered in time. Please try again.",
    "not_known_yet": "The auth service has not answered in time. Please try again: a new link ends the one before.",
    "owner_exists": "There is an owner already: they sign in at /admin/login and invite others.",
}


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 when it was not done, 3 when there is an owner already. Links go to standard output."""
    asked = _parser().parse_args(arguments)
    try:
        settings = load_settings()
    except ValidationError as error:
        wrong = sorted({str(place).upper() for each in error.errors() for place in each["loc"]})
        return _fail(f"These settings are missing or wrong: {', '.join(wrong)}.")
    client = RpcClient(settings.amqp_uri.get_secret_value(), CONTRACTS, timeout=_TIMEOUT)
    try:
        asked.run(client.auth, Context(principal=system("command")), settings.public_url.rstrip("/"))
    except DomainError as error:
        problem = _PROBLEMS.get(error.code, f"This was refused: {error.code} {error.params or ''}".strip())
        return _fail(problem, NOT_NEEDED if error.code == "owner_exists" else NOT_DONE)
    finally:
        client.close()
    return 0


def _owner_link(auth: Any, context: Context, portal: str) -> None:
    made = auth.make_owner_link(context, key=new_id())
    print(f"{portal}/admin/set-up/{made['token']}")
    print(
        f"Whoever opens this link first becomes the owner. It is good once, until {made['expires_at']}.",
        file=sys.stderr,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.auth.staff", description="The merchant's staff."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    owner = commands.add_parser("owner-link", help="make a set-up link for the first owner and print it")
    owner.set_defaults(run=_owner_link)
    return parser


def _fail(problem: str, status: int = NOT_DONE) -> int:
    print(problem, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
