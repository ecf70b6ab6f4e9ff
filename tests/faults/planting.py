"""Plant the small practice of the tests where it will be killed: `planting.py FILE`."""

from __future__ import annotations

import json
import pathlib
import sys

import django

# forms that wait in Mara's own space, and the word agreed on with her
IN_SPACE = 4
WORD = "paper lantern"


def main(file: str) -> None:
    """Make people, clients and waiting forms by their own actions, and write down who is who."""
    django.setup()
    from clients.actions import agree_on_word, set_card
    from clients.domain import Card, Channel
    from consent import actions
    from consent.models import FormVersion
    from counselling.access import Role
    from counselling.db import as_actor
    from tests.people import email_of, fresh
    from tests.world import NAMES, World, assign, case_of, staff, take_in

    world = World._made()
    version = FormVersion.objects.get(form__slug="counselling-agreement", language="en").pk
    waiting = []
    for client in (world.jon, world.tom):
        with as_actor(world.fred):  # so that the link is shown, to be handed over
            set_card(actor=world.fred, client_id=client, card=Card(channel=Channel.NONE))
    desk = fresh(world.fred)
    with as_actor(desk):  # Mara signs online: she keeps her sign-in and has a second secret
        agree_on_word(actor=desk, client_id=world.mara, word=WORD)
    for _ in range(IN_SPACE):
        with as_actor(world.dana):
            waiting.append(actions.ask(actor=world.dana, client_id=world.mara, version_id=version))
        with as_actor(world.dana):
            actions.send_request(actor=world.dana, request_id=waiting[-1])
    # more counsellors with a client of their own: nobody can sign in twice with one code
    noah = staff(world.ada, "noah", "Noah Lind", "counsellor", {Role.COUNSELLOR})
    lena = staff(world.ada, "lena", "Lena Aas", "counsellor", {Role.COUNSELLOR})
    ben, ana = take_in(world.fred, "ben"), take_in(world.fred, "ana")
    assign(world.fred, case_of(world.fred, ben), noah)
    assign(world.fred, case_of(world.fred, ana), lena)
    people = {key: getattr(world, key) for key in ("dana", "vera", "sam", "tess", "mara_portal")}
    people |= {"noah": noah, "lena": lena}
    told = {
        "people": {
            key: {"id": str(one.id), "email": email_of(one.id)} for key, one in people.items()
        },
        "clients": {
            key: {"id": str(getattr(world, key)), "name": " ".join(NAMES[key])}
            for key in ("mara", "tom", "jon")
        },
        "cases": {
            **{key: str(getattr(world, f"{key}_case")) for key in ("mara", "tom", "jon")},
            "noah": str(case_of(world.fred, ben)),
            "lena": str(case_of(world.fred, ana)),
        },
        "waiting": [str(one) for one in waiting],
        "word": WORD,
    }
    pathlib.Path(file).write_text(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
