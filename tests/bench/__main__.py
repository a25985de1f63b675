"""``python -m tests.bench [rpc] [pdf] [billing] [pages]``: all in less than ten minutes, or only the named parts.

Run it on a machine that does nothing else. What counts are ratios within one run.
"""

from __future__ import annotations

import sys

from tests.bench import billing, pages, pdf, rpc

PARTS = {"rpc": rpc.main, "pdf": pdf.main, "billing": billing.main, "pages": pages.main}


def main(names: list[str]) -> int:
    """Run the named parts, all when none is named."""
    unknown = set(names) - PARTS.keys()
    if unknown:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    for name, part in PARTS.items():
        if not names or name in names:
            part()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
