"""Starts the mailbox: SMTP in, a page and JSON out, until SIGTERM or ctrl-c."""

import asyncio
import os
import signal
import sys
import threading
import warnings
from pathlib import Path

# aiosmtpd imports a version helper that its own dependency has deprecated; the console is for people.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="aiosmtpd")

from aiosmtpd.smtp import SMTP, Envelope, Session  # noqa: E402

from deploy.local.mailbox import DEFAULT_PORT, DEFAULT_SMTP_PORT  # noqa: E402
from deploy.local.mailbox.mails import Mails  # noqa: E402
from deploy.local.mailbox.web import make_server  # noqa: E402

HOST = "127.0.0.1"
LARGEST_MAIL = 32 * 1024 * 1024


class Catcher:
    """What aiosmtpd calls for each mail: keep it for whomever it is addressed to."""

    def __init__(self, mails: Mails) -> None:
        self._mails = mails

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; the sender is told so only when it is on disk."""
        content = envelope.original_content or b""
        mail_id = await asyncio.to_thread(self._mails.add, content, list(envelope.rcpt_tos))
        return f"250 Caught as {mail_id}"


async def serve(mails: Mails, smtp_port: int, port: int) -> None:
    """Serve both ports until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    web = make_server(mails, (HOST, port))
    threading.Thread(target=web.serve_forever, name="web", daemon=True).start()
    catcher = Catcher(mails)
    smtp = await loop.create_server(
        lambda: SMTP(
            catcher, enable_SMTPUTF8=True, data_size_limit=LARGEST_MAIL, hostname="localhost", loop=loop
        ),
        HOST,
        smtp_port,
    )
    print(f"mailbox: mail in at {HOST}:{smtp_port}, page at http://{HOST}:{port}", flush=True)
    async with smtp:
        await stop.wait()
    web.shutdown()


def main() -> None:
    """Read the settings from the environment and serve."""
    mails = Mails(Path(os.environ.get("MAILBOX_DIRECTORY", ".portico/mailbox/mails")))
    smtp_port = int(os.environ.get("MAILBOX_SMTP_PORT", DEFAULT_SMTP_PORT))
    port = int(os.environ.get("MAILBOX_PORT", DEFAULT_PORT))
    try:
        asyncio.run(serve(mails, smtp_port, port))
    except OSError as error:
        sys.exit(f"mailbox: {error}")


if __name__ == "__main__":
    main()
