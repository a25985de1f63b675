"""Looking at the machine's processes, to see that none was left behind."""

from pathlib import Path


def processes_mentioning(text: str) -> list[int]:
    """Ids of the living processes in whose command line or environment `text` occurs."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and text.encode() in _described(entry)
    ]


def _described(entry: Path) -> bytes:
    try:
        # A process that has ended and that nobody has asked about yet has an empty command line.
        command = (entry / "cmdline").read_bytes()
        return command + (entry / "environ").read_bytes() if command else b""
    except OSError:
        # It ended while we looked, or is somebody else's.
        return b""
