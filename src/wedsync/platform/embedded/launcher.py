"""Starts one child so that it cannot outlive its supervisor, whatever kills that.

Run as a script: launcher.py PARENT_PID DEATH_SIGNAL UID GID PROGRAM [ARGUMENT ...]; UID and GID
may be "-". Giving up root clears the death signal, so the order below matters. Standard library
only: it runs before every child and must take milliseconds.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def launch(arguments: list[str]) -> None:
    """Become PROGRAM; returns only by failing."""
    parent, death_signal, uid, gid, program, *rest = arguments
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    # The parent may have died before the signal was asked for.
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execv(program, [program, *rest])  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    launch(sys.argv[1:])
