"""``python -m deploy.importer FOLDER`` (or a CSV file) brings in a merchant's own data through the API."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.importer import command
from deploy.importer.folder import Folder, FolderError
from deploy.importer.stages import STAGES
from deploy.importer.table import CustomersFile


def main() -> int:
    """The exit status: 0 when everything is in, 1 when rows were refused, 2 when it could not be done."""
    files = dict.fromkeys(stage.file for stage in STAGES)
    parser = argparse.ArgumentParser(
        prog="python -m deploy.importer",
        description="Brings a merchant's data into Portico through its API. Run again, it doubles nothing.",
        epilog=f"Files, in their order: {', '.join(files)}; each .json (an array of rows) or .jsonl (a row a line). "
        "A CSV file holds customers; docs/importing.md describes its columns.",
    )
    parser.add_argument("path", type=Path, help="the folder with the files, or a CSV file with customers")
    command.add_arguments(parser)
    given = parser.parse_args()
    try:
        source = CustomersFile(given.path) if given.path.suffix.lower() == ".csv" else Folder(given.path)
    except FolderError as error:
        parser.error(str(error))
    return command.run(source, given)


if __name__ == "__main__":
    sys.exit(main())
