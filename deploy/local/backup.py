"""Copies the state of `make run` into one file, and back: store, broker, mails and secrets together.

    python -m deploy.local.backup save portico.tar.gz
    python -m deploy.local.backup restore portico.tar.gz

Events that have left a service and not yet reached the next are in the broker only, so store and broker are copied
while both stand still. The file holds the secrets, too, and is for its owner's eyes only.
"""

import argparse
import fcntl
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.programs import ROOT

# What a start makes anew, or nobody needs at another place.
_LEFT_OUT = ("./lock", "./logs", "./broker/log", "./broker/generated", "./broker/pid", "./broker/epmd.port")
_SECRET = "secret"  # noqa: S105 (the name of the file, by which a state folder is known)


class BackupError(RuntimeError):
    """It could not be done; the text says why and what to do."""


def save(state: Path, file: Path) -> None:
    """Write the state folder into `file`, a compressed tar archive; BackupError while Portico runs with it."""
    if not (state / _SECRET).exists():
        raise BackupError(f"{state} holds no state of Portico.")
    if file.exists():
        raise BackupError(f"{file} is there already. Choose another name.")
    new = file.with_name(f".{file.name}.new")
    with _standing_still(state):
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                _tar(state, "--create", *(f"--exclude={path}" for path in _LEFT_OUT), ".", out=out.fileno())
                os.fsync(out.fileno())
            new.rename(file)
        finally:
            new.unlink(missing_ok=True)


def restore(file: Path, state: Path) -> None:
    """Make the state folder from `file`; BackupError where there is one already, or `file` is no back-up."""
    if state.exists() and any(state.iterdir()):
        raise BackupError(f"{state} is not empty. Move it away first; nothing is overwritten.")
    if not _is_backup(file):
        raise BackupError(f"{file} is no back-up of Portico.")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    _tar(state, "--extract", "--preserve-permissions", "--file", str(file.absolute()))


def _is_backup(file: Path) -> bool:
    try:
        with tarfile.open(file) as archive:
            return f"./{_SECRET}" in archive.getnames()
    except (OSError, tarfile.TarError):
        return False


def _tar(folder: Path, *arguments: str, out: int | None = None) -> None:
    command = ["tar", "--gzip", "--directory", str(folder), *arguments]
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"tar failed: {done.stderr.strip()}")


@contextmanager
def _standing_still(state: Path) -> Iterator[None]:
    """Hold the lock that `make run` holds while it runs."""
    with (state / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Portico is running with the state in {state}. Stop it first.") from None
        yield


def main() -> None:
    """The command; exit status 1 with a plain message when it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.backup", description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("save", "restore"))
    parser.add_argument("file", type=Path, help="the back-up")
    given = parser.parse_args()
    state = Path(os.environ.get("PORTICO_STATE") or ROOT / ".portico").absolute()
    try:
        if given.what == "save":
            save(state, given.file)
            print(f"{given.file} holds {state}, its secrets included: keep it where only you can read it.")
        else:
            restore(given.file, state)
            print(f"{state} is as it was; `make run` goes on with it.")
    except BackupError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
