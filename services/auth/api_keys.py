"""API keys by command: ``python -m services.auth.api_keys create --name shop --scope invoices:read | list | withdraw``.

It asks the auth service over the broker, as the system itself. That is how the first key is made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from services.auth import command
from shared.contracts.scopes import SCOPES
from shared.kernel.clock import utc_now
from shared.kernel.context import Context
from shared.kernel.ids import new_id
from shared.settings import Settings

_PROBLEMS = {
    "not_known_yet": "The auth service has not answered in time: `list` shows whether it was done.",
    "not_found": "There is no such key: `list` shows all.",
}


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 when it was not done. What was asked for goes to standard output, all else to the other."""
    asked = _parser().parse_args(arguments)
    return command.run(partial(asked.run, asked), _PROBLEMS)


def _create(asked: argparse.Namespace, auth: Any, context: Context, _settings: Settings) -> None:
    expires_at = utc_now() + timedelta(days=asked.days) if asked.days else None
    created = auth.create_api_key(
        context,
        name=asked.name,
        scopes=list(SCOPES) if asked.all else asked.scope,
        expires_at=expires_at and expires_at.isoformat(),
        key=new_id(),
    )
    print(created["secret"])
    print(f"This is the secret of {created['api_key']}. It is not shown again.", file=sys.stderr)


def _list(asked: argparse.Namespace, auth: Any, context: Context, _settings: Settings) -> None:
    del asked
    for key in _all_keys(auth, context):
        used = f"used {key['last_used_at']}" if key["last_used_at"] else "never used"
        print(key["api_key"], key["state"], used, ",".join(key["scopes"]), key["name"], sep="\t")


def _withdraw(asked: argparse.Namespace, auth: Any, context: Context, _settings: Settings) -> None:
    withdrawn = auth.withdraw_api_key(context, api_key=asked.api_key, key=new_id())
    print(f"{withdrawn['api_key']} ({withdrawn['name']}) opens nothing any more.", file=sys.stderr)


def _all_keys(auth: Any, context: Context) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page = auth.list_api_keys(context, limit=100, cursor=cursor)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.auth.api_keys", description="API keys.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    create = commands.add_parser("create", help="make a key and print its secret")
    create.set_defaults(run=_create)
    create.add_argument("--name", required=True, help="what people know it by")
    create.add_argument("--days", type=int, metavar="N", help="it expires after N days; without, never")
    scopes = create.add_mutually_exclusive_group(required=True)
    scopes.add_argument("--all", action="store_true", help="it may do everything")
    scopes.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        metavar="SCOPE",
        help=f"what it may do, once or more often: {', '.join(SCOPES)}",
    )

    listing = commands.add_parser("list", help="print all keys, the newest first, their fields between tabs")
    listing.set_defaults(run=_list)

    withdraw = commands.add_parser("withdraw", help="end a key at once")
    withdraw.set_defaults(run=_withdraw)
    withdraw.add_argument("api_key", metavar="HANDLE", help="the key, as the list shows it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
