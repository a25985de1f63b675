"""What the command lines of the importer and of the demo share: which API, which key, and the exit status."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from deploy.importer.api import Api, ApiError
from deploy.importer.folder import FolderError, Source
from deploy.importer.importing import AT_ONCE, Outcome, bring_in, count
from deploy.importer.progress import Progress
from deploy.importer.reports import CsvRows, JsonLines, Report
from deploy.importer.table import CustomersFile

ALL_IN, SOME_REFUSED, NOT_POSSIBLE = 0, 1, 2
_HOW_TO_GO_ON = "What was taken in so far stays; run it again to go on."


class KeyMissingError(Exception):
    """There is no API key; the text says where it may stand."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which API and which key: the key itself is never an argument, for all users of a machine can read those."""
    parser.add_argument(
        "--url",
        default=os.environ.get("PORTICO_URL") or f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT') or 8000}",
        help="the portal's address (default: PORTICO_URL, else the one of `make run`)",
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        default=os.environ.get("PORTICO_API_KEY_FILE"),
        metavar="FILE",
        help="a file with the API key (default: PORTICO_API_KEY_FILE; the key itself may stand in PORTICO_API_KEY)",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write the rows that were refused, and why: as CSV where the file is called ….csv, else as JSON lines",
    )
    parser.add_argument(
        "--at-once", type=int, default=AT_ONCE, metavar="N", help="requests at once (default: %(default)s)"
    )


def read_key(file: Path | None) -> str:
    """The API key, of the environment or of ``file``. Raises KeyMissingError."""
    key = os.environ.get("PORTICO_API_KEY", "")
    if not key and file is not None:
        try:
            key = file.read_text()
        except OSError as error:
            raise KeyMissingError(f"The API key can't be read: {error}.") from error
    if not key.strip():
        raise KeyMissingError("No API key: set PORTICO_API_KEY, or name a file that has it with --key-file.")
    return key.strip()


def run(source: Source, given: argparse.Namespace) -> int:
    """Bring in ``source`` as the command line says; the exit status."""
    with ExitStack() as stack:
        try:
            key = read_key(given.key_file)
            counts = count(source)
            report = _report(stack, source, given.report) if given.report else None
        except (FolderError, KeyMissingError, OSError) as error:
            return _not_possible(str(error))
        progress = Progress(counts, report=report)
        try:
            api = Api(given.url, key, tell=progress.remark)
            bring_in(api, source, progress.tell, at_once=given.at_once)
        except (ApiError, FolderError) as error:
            progress.sum_up()
            return _not_possible(f"{error}\n{_HOW_TO_GO_ON}")
        except KeyboardInterrupt:
            progress.sum_up()
            return _not_possible(f"Stopped. {_HOW_TO_GO_ON}")
        progress.sum_up()
    return SOME_REFUSED if progress.outcomes[Outcome.REFUSED] else ALL_IN


def _report(stack: ExitStack, source: Source, path: Path) -> Report:
    # Line ends are the report's own.
    out = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
    if path.suffix == ".csv":
        return CsvRows(out, source.columns if isinstance(source, CustomersFile) else ())
    return JsonLines(out)


def _not_possible(why: str) -> int:
    print(why, file=sys.stderr)
    return NOT_POSSIBLE
