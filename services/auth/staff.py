"""Staff by command: ``python -m services.auth.staff owner-link | reset-link ADDRESS``.

It asks the auth service over the broker, as the system itself. That is how the first owner comes in, and how the last
one comes back.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

from services.auth import command
from shared.kernel.context import Context
from shared.kernel.ids import new_id
from shared.settings import Settings

_PROBLEMS = {
    "not_known_yet": "The auth service has not answered in time. Please try again: a new link ends the one before.",
    "not_found": "Nobody of the staff has this e-mail address.",
    "invalid_email": "This is no e-mail address.",
    "owner_exists": "There is an owner already: they sign in at /admin/login and invite others.",
}


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 when it was not done, 3 when there is an owner already. Links go to standard output."""
    asked = _parser().parse_args(arguments)
    return command.run(partial(asked.run, asked), _PROBLEMS)


def _owner_link(asked: argparse.Namespace, auth: Any, context: Context, settings: Settings) -> None:
    del asked
    made = auth.make_owner_link(context, key=new_id())
    print(_address(settings, made["token"]))
    print(
        f"Whoever opens this link first becomes the owner. It is good once, until {made['expires_at']}.",
        file=sys.stderr,
    )


def _reset_link(asked: argparse.Namespace, auth: Any, context: Context, settings: Settings) -> None:
    made = auth.make_reset_link(context, email=asked.email, key=new_id())
    print(_address(settings, made["token"]))
    print(
        f"With this link {asked.email} chooses a new password; their second factor is off from then on. "
        f"It is good once, until {made['expires_at']}.",
        file=sys.stderr,
    )


def _address(settings: Settings, token: str) -> str:
    return f"{settings.public_url.rstrip('/')}/admin/set-up/{token}"


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


if __name__ == "__main__":
    sys.exit(main())
