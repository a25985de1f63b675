"""``python -m deploy.importer FOLDER`` brings in a merchant's own data through the API."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.importer import command
from deploy.importer.folder import Folder, FolderError
from deploy.importer.stages import STAGES


def main() -> int:
    """The exit status: 0 when everything is in, 1 when rows were refused, 2 when it could not be done."""
    files = dict.fromkeys(stage.file for stage in STAGES)
    parser = argparse.ArgumentParser(
        prog="python -m deploy.importer",
        description="Brings a merchant's data into Portico through its API. Run again, it doubles nothing.",
        epilog=f"Files, in their order: {', '.join(files)}; each .json (an array of rows) or .jsonl (a row a line).",
    )
    parser.add_argument("folder", type=Path, help="the folder with the files")
    command.add_arguments(parser)
    given = parser.parse_args()
    try:
        folder = Folder(given.folder)
    except FolderError as error:
        parser.error(str(error))
    return command.run(folder, given)


if __name__ == "__main__":
    sys.exit(main())
