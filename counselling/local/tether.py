"""Become a program that ends when the process that started it is gone, even by `kill -9` (Linux).

A program of its own, since a hook between fork and exec is not safe in a process with threads:
`python tether.py PARENT SIGNAL UID GID PROGRAM ARGUMENT...`, UID and GID -1 to stay who we are.
"""

import ctypes
import os
import sys

SET_DEATH_SIGNAL = 1


def main(arguments: list[str]) -> None:
    """Drop rights, tie the string, and become the program."""
    parent, number, user, group = (int(part) for part in arguments[:4])
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    if sys.platform.startswith("linux"):
        # After the change of user, which would untie it again.
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, number)
    if os.getppid() == parent:
        os.execv(arguments[4], arguments[4:])  # noqa: S606 - that is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
