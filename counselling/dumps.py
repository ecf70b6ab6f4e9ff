"""No core dumps: what a process that crashed had in memory is keys and notes."""

from __future__ import annotations

import ctypes
import resource
import sys
from typing import Final

PR_SET_DUMPABLE: Final = 4


def forbid(*, undumpable: bool) -> None:
    """Forbid dumps to this process and to all it starts.

    An `undumpable` process is left out also by programs that the kernel pipes dumps to, which need
    not keep to the limit, and no process of the same user reads its memory. Its environment is
    then unreadable too, by which the demo finds what it left behind: so it is for production.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if undumpable and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
