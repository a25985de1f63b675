"""``python -m deploy.demo`` brings the demo data in through the API, as any merchant would bring in their own.

``--write FOLDER`` writes them as files that the importer takes, as an example; ``--signins`` prints demo sign-ins.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.demo import files
from deploy.demo.rows import rows, write
from deploy.importer import command
from deploy.importer.folder import Rows
from shared.kernel.clock import utc_now


def main() -> int:
    """The exit status: 0 when everything is in, 1 when rows were refused, 2 when it could not be done."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.demo", description="Brings in the demo data through the API."
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--signins", action="store_true", help="only print addresses to sign in with")
    instead.add_argument("--write", type=Path, metavar="FOLDER", help="only write files for the importer")
    command.add_arguments(parser)
    given = parser.parse_args()
    if given.signins:
        print_sign_ins()
        return 0
    today = utc_now().date()
    if given.write:
        print(*write(given.write, today), sep="\n")
        return 0
    return command.run(Rows(rows(today)), given)


def print_sign_ins() -> None:
    """A few addresses, and what each has."""
    sign_ins = files.read("signins")
    width = max(len(each["email"]) for each in sign_ins)
    for each in sign_ins:
        print(f"{each['email']:{width}}  {each['has']}")


if __name__ == "__main__":
    sys.exit(main())
