"""Look through the log as the worker does, and stand still where a finding was just written."""

from __future__ import annotations

import sys
import time

import django


def main(after: int) -> None:
    """Run the worker's own task; after so many findings say so, and wait to be killed."""
    django.setup()
    from audit import tasks
    from audit.actions import finding

    kept, keep = 0, finding.keep

    def keep_and_wait(*said: object) -> bool:
        nonlocal kept
        done = keep(*said)  # type: ignore[arg-type]  # handed on as it came
        kept += 1
        if kept == after:
            sys.stdout.write("here\n")
            sys.stdout.flush()
            time.sleep(60)
        return done

    finding.keep = keep_and_wait
    tasks.find()


if __name__ == "__main__":
    main(int(sys.argv[1]))
