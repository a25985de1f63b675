"""Staff by command: ``python -m services.auth.staff owner-link | reset-link ADDRESS``.

It asks the auth service over the broker, as the system itself. That is how the first owner comes in, and how the last
one comes back.
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
    "not_found": "Nobody of the staff has this e-mail address.",
    "invalid_email": "This is no e-mail address.",
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
        portal = settings.public_url.rstrip("/")
        asked.run(client.auth, Context(principal=system("command")), portal, asked)
    except DomainError as error:
        problem = _PROBLEMS.get(error.code, f"This was refused: {error.code} {error.params or ''}".strip())
        return _fail(problem, NOT_NEEDED if error.code == "owner_exists" else NOT_DONE)
    finally:
        client.close()
    return 0


def _owner_link(auth: Any, context: Context, portal: str, asked: argparse.Namespace) -> None:
    del asked
    made = auth.make_owner_link(context, key=new_id())
    print(f"{portal}/admin/set-up/{made['token']}")
    print(
        f"Whoever opens this link first becomes the owner. It is good once, until {made['expires_at']}.",
        file=sys.stderr,
    )


def _reset_link(auth: Any, context: Context, portal: str, asked: argparse.Namespace) -> None:
    made = auth.make_reset_link(context, email=asked.email, key=new_id())
    print(f"{portal}/admin/set-up/{made['token']}")
    print(
        f"With this link {asked.email} chooses a new password; their second factor is off from then on. "
        f"It is good once, until {made['expires_at']}.",
        file=sys.stderr,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.auth.staff", description="The merchant's staff."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    owner = commands.add_parser("owner-link", help="make a set-up link for the first owner and print it")
    owner.set_defaults(run=_owner_link)
    reset = commands.add_parser(
        "reset-link", help="make a link for somebody who can't come in any more, and print it"
    )
    reset.set_defaults(run=_reset_link)
    reset.add_argument("email", metavar="ADDRESS", help="the e-mail address that they sign in with")
    return parser


def _fail(problem: str, status: int = NOT_DONE) -> int:
    print(problem, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
