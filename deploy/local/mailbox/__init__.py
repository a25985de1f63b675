"""A mailbox that catches what Portico would send: an SMTP server and a page that shows the mails.

It never passes a mail on. Run alone: `python -m deploy.local.mailbox`.
"""

import os
import sys
from pathlib import Path

from deploy.local.process import Process

DEFAULT_PORT = 8025
DEFAULT_SMTP_PORT = 8026


def process(
    directory: Path, *, smtp_port: int = DEFAULT_SMTP_PORT, port: int = DEFAULT_PORT, log: Path | None = None
) -> Process:
    """The mailbox as a child process that keeps its mails in `directory`/mails."""
    return Process(
        "mailbox",
        [sys.executable, "-m", "deploy.local.mailbox"],
        env={
            **os.environ,
            "MAILBOX_DIRECTORY": str(directory / "mails"),
            "MAILBOX_PORT": str(port),
            "MAILBOX_SMTP_PORT": str(smtp_port),
        },
        log=log or directory / "mailbox.log",
        cwd=Path(__file__).resolve().parents[3],
    )
