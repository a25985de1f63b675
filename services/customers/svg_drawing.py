"""A process that draws one SVG and ends: ``svg_drawing.py WIDTH HEIGHT``, the SVG comes in and the PNG goes out.

Whatever the drawing library does with a file that was made to do harm, it does it here, within limits. It has no
fonts, and no folder to look into.
"""

from __future__ import annotations

import resource
import sys

_SECONDS, _BYTES = 8, 1024 * 1024 * 1024


def main() -> None:
    """Exit code 2: the file can't be drawn."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    width, height = int(sys.argv[1]), int(sys.argv[2])
    text = sys.stdin.buffer.read().decode()
    import resvg_py

    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text, width=width, height=height, dpi=96.0, skip_system_fonts=True
        )
    except ValueError:
        sys.exit(2)
    sys.stdout.buffer.write(bytes(png))


if __name__ == "__main__":
    main()
