"""The API key that `make run` makes for itself, to load the demo data with, and for whoever runs it to try the API."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.importer.api import Api, KeyRefusedError
from deploy.local.programs import ROOT


class KeyNotMadeError(RuntimeError):
    """No API key could be made; the text is what the command said."""


def ensure(file: Path, url: str, env: Mapping[str, str]) -> None:
    """See to it that `file` holds an API key that the gateway at `url` takes: make one where it has none.

    `env` tells the command that makes it where the broker is. Raises KeyNotMadeError, and what Api raises.
    """
    if file.exists() and _is_taken(url, file.read_text().strip()):
        return
    command = [sys.executable, "-m", "services.auth.api_keys", "create", "--name", "make run", "--all"]
    made = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise KeyNotMadeError(made.stderr.strip())
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"{made.stdout.strip()}\n")


def _is_taken(url: str, key: str) -> bool:
    try:
        Api(url, key).get("/settings")
    except KeyRefusedError:
        return False
    return True
