"""Looking at the machine's processes, to see that none was left behind."""

import socket
import struct
from pathlib import Path

# How /proc/net/tcp writes that a socket listens.
LISTENS = "0A"


def processes_mentioning(text: str) -> list[int]:
    """Ids of the living processes in whose command line or environment `text` occurs."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and text.encode() in _described(entry)
    ]


def listening_addresses(port: int) -> list[str]:
    """The addresses at which somebody listens on this TCP port; those of IPv6 in hexadecimal."""
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _colon, number = local.partition(":")
            if state == LISTENS and int(number, 16) == port:
                is_v4 = table == "tcp"
                found.append(socket.inet_ntoa(struct.pack("=I", int(address, 16))) if is_v4 else address)
    return found


def _described(entry: Path) -> bytes:
    try:
        # A process that has ended and that nobody has asked about yet has an empty command line.
        command = (entry / "cmdline").read_bytes()
        return command + (entry / "environ").read_bytes() if command else b""
    except OSError:
        # It ended while we looked, or is somebody else's.
        return b""
