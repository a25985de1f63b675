"""A process that makes PDFs: documents with their logos come in as JSON, PDFs go out. Each is led by its length.

A length has 4 bytes, big endian.

It ends when its input does. A document that can't be made ends it, too, with the reason on the error output.
"""

from __future__ import annotations

import json
import signal
import struct
import sys
from base64 import b64decode
from typing import BinaryIO

from services.invoices.pdf.document import render

_LENGTH = struct.Struct(">I")
# Longer than any document takes: a process that hangs ends itself, and is replaced.
_MOST_SECONDS = 20


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until the requests end."""
    while header := requests.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(header)
        order = json.loads(requests.read(length))
        signal.alarm(_MOST_SECONDS)
        pdf = render(order["document"], b64decode(order["logo"]) if order["logo"] else None)
        signal.alarm(0)
        replies.write(_LENGTH.pack(len(pdf)) + pdf)
        replies.flush()


if __name__ == "__main__":
    # A ctrl-c in the terminal is for the service, whose end is then ours.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
