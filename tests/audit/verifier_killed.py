"""Verify the log as the sealer's child does, and stand still where it is to be killed."""

from __future__ import annotations

import sys
import time
from typing import Any

import django


def main(at: str) -> None:
    """Run the command; at the second of what `at` names, or the first stop, wait to be killed."""
    django.setup()
    from django.core.management import call_command

    from audit import verifying
    from audit.actions import proving
    from audit.management.commands import verify_audit

    where: Any = {"_say": proving, "sleep": verify_audit.time}.get(at, verifying)
    really = getattr(where, at)
    wait = time.sleep
    calls = 0

    def stands_still(*args: Any, **given: Any) -> Any:
        nonlocal calls
        calls += 1
        # the first that is kept and said is the doubt
        if calls == 1 + (at in {"_say", "keep"}):
            sys.stdout.write("here\n")
            sys.stdout.flush()
            wait(60)
        return really(*args, **given)

    setattr(where, at, stands_still)
    call_command("verify_audit", "--due")


if __name__ == "__main__":
    main(sys.argv[1])
