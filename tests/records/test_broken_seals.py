"""Somebody with the database in their hands changes a stored value: nothing of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from tests import people
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    import psycopg
    from django.test import Client

pytestmark = pytest.mark.django_db

WORD = "lavendelkammer"


@pytest.mark.req("EN-03", "EN-04", "BR-03")
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE records_note SET record_part = set_byte(record_part, 40, "
        "get_byte(record_part, 40) # 1) WHERE id = %(note)s",
        "UPDATE records_note SET record_part = (SELECT record_part FROM records_note "
        "WHERE id = %(other)s) WHERE id = %(note)s",
        "UPDATE records_note SET record_part = set_byte(record_part, 0, 0) WHERE id = %(note)s",
    ],
    ids=["a flipped bit", "another row's value", "plaintext for an envelope"],
)
def test_a_changed_value_shows_nothing_leaves_an_event_and_tells_the_privacy_officer(
    client: Client, root: psycopg.Connection[Any], attack: str
) -> None:
    # given a note, and a page that shows it
    world = World.build()
    note = signed_note(world.dana, world.mara_case, WORD)
    other = signed_note(world.dana, world.mara_case, "another", hours_ago=4)
    people.sign_in_browserless(client, world.dana)
    assert WORD in client.get(f"/notes/{note}").content.decode()
    mail.outbox.clear()

    # when somebody changes what is stored
    with root.transaction():
        root.execute("SET LOCAL session_replication_role = replica")
        root.execute(attack, {"note": note, "other": other})

    # then nothing is shown
    answer = client.get(f"/notes/{note}")
    assert answer.status_code == 500
    assert WORD not in answer.content.decode()
    assert "another" not in answer.content.decode()

    # and the refusal is in the log, and the privacy officer has mail that says nothing
    found = root.execute(
        "SELECT count(*) FROM audit_event WHERE kind = 'refused' AND payload LIKE %s",
        ['%"reason":"seal-broken"%'],
    ).fetchone()
    assert found == (1,)
    (told,) = mail.outbox
    assert told.to == [people.email_of(world.priya.id)]
    assert "note" not in told.body.lower()
    assert str(note) not in told.body
