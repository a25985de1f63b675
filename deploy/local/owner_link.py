"""The link by which the first owner comes in: `make run` shows one until there is an owner."""

import subprocess
import sys
from collections.abc import Mapping

from deploy.local.programs import ROOT

_OWNER_EXISTS = 3


class LinkNotMadeError(RuntimeError):
    """No link could be made; the text is what the command said."""


def make(env: Mapping[str, str]) -> str | None:
    """A new link, which ends the one before; None where there is an owner. Raises LinkNotMadeError.

    `env` tells the command that makes it where the broker is.
    """
    command = [sys.executable, "-m", "services.auth.staff", "owner-link"]
    made = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode == _OWNER_EXISTS:
        return None
    if made.returncode != 0:
        raise LinkNotMadeError(made.stderr.strip())
    return made.stdout.strip()
