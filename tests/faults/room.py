"""Run a program where a folder is a small disk: `room.py MEGABYTES FOLDER PROGRAM ARGUMENT...`.

Root and ordinary users alike, in a mount namespace that goes with the program. Where the system
allows nobody that, the exit code is 77 and one sentence says why.
"""

from __future__ import annotations

import ctypes
import os
import pathlib
import sys

NEW_MOUNTS, NEW_USERS = 0x00020000, 0x10000000
RECURSIVE, PRIVATE = 0x4000, 0x40000
CANNOT = 77


def main(arguments: list[str]) -> None:
    """Take the namespace, mount the disk, become the program."""
    size, folder, *command = arguments
    user, group = os.geteuid(), os.getegid()
    library = ctypes.CDLL(None, use_errno=True)
    try:
        _ask(library.unshare(NEW_MOUNTS | (NEW_USERS if user else 0)))
        if user:
            _map("setgroups", "deny")
            _map("uid_map", f"{user} {user} 1")
            _map("gid_map", f"{group} {group} 1")
        _ask(library.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None))
        _ask(
            library.mount(
                b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={size}m,mode=1777".encode()
            )
        )
    except OSError as error:
        sys.stderr.write(f"This system gives nobody a small disk to fill ({error.strerror}).\n")
        sys.exit(CANNOT)
    os.execv(command[0], command)  # noqa: S606 that is what it is for


def _ask(answer: int) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _map(name: str, words: str) -> None:
    pathlib.Path("/proc/self", name).write_text(words)


if __name__ == "__main__":
    main(sys.argv[1:])
