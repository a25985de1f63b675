"""Asks the process on this machine whether it lives or is ready, for health checks of containers.

``python -m shared.telemetry.check alive|ready [PORT]``: exit status 0 when the answer is yes. PORT is OPERATIONS_PORT
if not given. Standard library only, so that it costs little to run every few seconds.
"""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException

_SECONDS = 5
_PATHS = {"alive": "/healthz", "ready": "/readyz"}
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 (compared with, not listened on)


def check(path: str, host: str, port: int) -> str:
    """Empty when ``path`` is answered with 200 in time, else what is wrong."""
    connection = HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(2000).decode(errors="replace")
    except (OSError, HTTPException) as error:
        return f"no answer: {type(error).__name__}"
    finally:
        connection.close()
    return "" if answer.status == 200 else f"{answer.status}: {body}"


def main(arguments: list[str]) -> int:
    """The command."""
    host = os.environ.get("OPERATIONS_HOST", "")
    port = arguments[1] if len(arguments) > 1 else os.environ.get("OPERATIONS_PORT", "")
    if not arguments or arguments[0] not in _PATHS or not port.isdigit():
        sys.stderr.write(f"{__doc__}\n")
        return 2
    wrong = check(_PATHS[arguments[0]], "127.0.0.1" if host in _EVERYWHERE else host, int(port))
    if wrong:
        sys.stderr.write(f"{wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
