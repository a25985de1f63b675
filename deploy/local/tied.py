"""Becomes another program that can't outlive the one that started it.

    python -I -S tied.py <pid of the starter> <program> [argument …]

The kernel kills the program when its starter dies, however that happens: nobody has to tidy up after a
`kill -9`. A program of its own (and not `preexec_fn`) because code between fork and exec isn't safe in a
process that has threads, and the supervisor and the tests have some.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie this process to its parent and turn into the program named by `arguments`."""
    starter, program = int(arguments[0]), arguments[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != starter:
        # It died before we were tied to it.
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
