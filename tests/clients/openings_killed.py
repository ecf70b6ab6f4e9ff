"""Tell a client of openings as the worker does, and stand still at an instant of it."""

from __future__ import annotations

import datetime
import sys
import time
from typing import Any

import django


def main(client: str, instant: str) -> None:
    """Run the worker's own task; say so once the letter waits, or all is written; be killed."""
    django.setup()
    from clients import tasks
    from clients.actions import openings

    where, name = {
        "queued": (openings, "queue_message"),
        "written": (openings.audit.actions, "record"),
    }[instant]
    act = getattr(where, name)

    def act_and_wait(**said: Any) -> Any:
        done = act(**said)
        if name != "record" or said["kind"] is openings.domain.OPENINGS_TOLD:
            sys.stdout.write("here\n")
            sys.stdout.flush()
            time.sleep(60)
        return done

    setattr(where, name, act_and_wait)
    openings._SETTLED = datetime.timedelta()  # type: ignore[misc]  # a story needs no past
    tasks.tell_of_openings(client)


if __name__ == "__main__":
    main(*sys.argv[1:])
