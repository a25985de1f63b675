"""What a gateway process keeps in memory between requests: brief answers, counters, what was last known.

All of it can be lost at any time. Each part names what it keeps when it is set up, and finds it as the application's
extension of that name.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

_MAKERS = "portico_process_memory"


def keep(app: Flask, name: str, make: Callable[[], object]) -> None:
    """Keep what ``make`` gives as ``app.extensions[name]``."""
    app.extensions.setdefault(_MAKERS, {})[name] = make
    app.extensions[name] = make()


def forget_all(app: Flask) -> None:
    """Begin anew with everything that is kept, as after a start."""
    for name, make in app.extensions[_MAKERS].items():
        app.extensions[name] = make()
