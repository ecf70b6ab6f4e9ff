"""What people do in the practice that is backed up; each act a process of its own, told where.

    python -m tests.backups.acts begin|read|destroy|write ...

Prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")

import django

django.setup()

from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402 - after Django is set up
from django.core.management import call_command  # noqa: E402 - after Django is set up
from django.test import Client  # noqa: E402 - after Django is set up

import audit.actions  # noqa: E402 - after Django is set up
from counselling import jobs, vault  # noqa: E402 - after Django is set up
from counselling.access import SERVICE  # noqa: E402 - after Django is set up
from counselling.accounts.queries import actor_of_person  # noqa: E402 - after Django is set up
from counselling.db import as_actor  # noqa: E402 - after Django is set up
from tests.people import sign_in_browserless  # noqa: E402 - after Django is set up
from tests.records.writing import signed_note  # noqa: E402 - after Django is set up
from tests.world import World, take_in  # noqa: E402 - after Django is set up

if TYPE_CHECKING:
    from collections.abc import Callable

# in a backup that holds one of these, somebody's words lie open
WORD: Final = "Zwischenkieferknochenlampe"


def say(what: object) -> None:
    """Tell the test that waits."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def begin() -> dict[str, Any]:
    """Open the practice: people, clients, one signed note, a log that is sealed and witnessed."""
    world = World.build()
    note = signed_note(world.dana, world.mara_case, f"Spoke of the {WORD}.", alone=f"My {WORD}.")
    call_command("seal_log", once=True, stdout=sys.stderr)
    people = {"dana": world.dana.id, "fred": world.fred.id}
    return {"note": note, "case": world.mara_case, "client": world.mara, **people}


def read(person: str, note: str) -> dict[str, Any]:
    """Sign in and open the note, as at any desk."""
    browser = Client(headers={"accept": "text/html"}, raise_request_exception=False)
    sign_in_browserless(browser, UUID(person))
    answer = browser.get(f"/notes/{note}")
    return {"status": answer.status_code, "words": WORD in answer.content.decode()}


def destroy(case: str) -> dict[str, Any]:
    """Erase: the case's key is destroyed, and the log says so."""
    with as_actor(SERVICE):
        audit.actions.destroy_key(actor=SERVICE, holder=vault.holders.case(UUID(case)))
    return {}


def write(fred: str) -> dict[str, Any]:
    """Take clients in, one after the other, until somebody pulls the plug."""
    desk, number = actor_of_person(UUID(fred)), 0
    while True:
        take_in(desk, "jon")
        number += 1
        say(number)
        time.sleep(0.1)  # a busy desk, not a flood: the backup is to be watched, not starved


ACTS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    one.__name__: one for one in (begin, read, destroy, write)
}

if __name__ == "__main__":
    for name, value in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
        setattr(Argon2PasswordHasher, name, value)
    jobs._send = lambda *_: None  # the broker of these tests is somebody else's
    say(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:]), default=str))
