"""Sign many forms, one after the other, beside a practice that is killed: `signing_many N FILE`."""

from __future__ import annotations

import json
import os
import pathlib
import sys
from types import SimpleNamespace
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")

import django


def main(count: int, file: str) -> None:
    """Let one client sign by link, as often as asked."""
    django.setup()
    from counselling.accounts.queries import actor_of_person
    from tests.consent import steps

    told = json.loads(pathlib.Path(file).read_text())
    dana = actor_of_person(UUID(told["people"]["dana"]["id"]))
    mara, case = UUID(told["clients"]["mara"]["id"]), UUID(told["cases"]["mara"])
    world = SimpleNamespace(dana=dana, mara=mara, mara_case=case)
    for _ in range(count):
        steps.signed(world, "counselling-agreement")  # type: ignore[arg-type]  # as much of a world as signing needs


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
