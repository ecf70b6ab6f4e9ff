"""People are found by the beginnings of their names, by whoever may see them, without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from clients import actions
from clients.domain import Identity
from clients.domain.naming import beginnings_of, looked_for
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Refused
from tests.people import sign_in_browserless
from tests.raw import superuser
from tests.world import NAMES, World

if TYPE_CHECKING:
    from django.test import Client

    from counselling.access import Actor

pytestmark = pytest.mark.django_db


def found(actor: Actor, typed: str) -> set[str]:
    """Give the names of those who are found."""
    with as_actor(actor):
        return set(actions.find_people(actor=actor, typed=typed).names.values())


# -- what fits what --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["anna", "AN", "Müll", "mull anna", "le", "Anna-Lena M"])
def test_beginnings_however_they_are_written(typed: str) -> None:
    known = beginnings_of(Identity(given="Anna-Lena", family="Müller", called="Änni"))
    assert set(looked_for(typed)) <= known
    assert looked_for(typed)


@given(st.text(max_size=40), st.text(max_size=40))
def test_somebody_is_found_by_all_they_are_called(given_name: str, family: str) -> None:
    known = beginnings_of(Identity(given=given_name, family=family))
    assert set(looked_for(f"{family} {given_name}")) <= known
    assert all(len(one) >= 2 for one in known)


# -- who finds whom --------------------------------------------------------------------------------


@pytest.mark.req("AC-03", "AC-09")
def test_everybody_finds_those_they_may_see_and_nobody_else(db: None) -> None:
    world = World.build()
    mara, jon = NAMES["mara"], NAMES["jon"]
    for person in (world.dana, world.fred, world.priya, world.vera):
        assert len(found(person, mara[0][:4])) == 1, person.role
    assert len(found(world.dana, f"{mara[1][:3]} {mara[0][:3]}")) == 1
    assert found(world.dana, f"{mara[0]} {jon[1]}") == set()
    assert found(world.dana, jon[0]) == set()
    assert len(found(world.sam, jon[0])) == 1
    assert found(world.fred, jon[0][1:4]) == set(), "a name is found by how it begins"
    assert found(world.fred, jon[0][:1]) == set()
    for nobody in (world.ada, world.mara_portal):
        with as_actor(nobody), pytest.raises(Refused):
            actions.find_people(actor=nobody, typed=mara[0])


def test_a_couple_is_found_by_either_and_shown_together(db: None) -> None:
    world = World.build()
    assert found(world.dana, NAMES["ben"][1]) == found(world.dana, NAMES["ana"][0])
    assert len(found(world.dana, NAMES["ben"][1])) == 2


def test_somebody_is_found_by_the_new_name_once_it_is_corrected(db: None) -> None:
    world = World.build()
    with as_actor(world.dana):
        new = Identity(given="Quendoline", family=NAMES["mara"][1])
        actions.amend_identity(actor=world.dana, client_id=world.mara, identity=new)
    assert len(found(world.dana, "quend")) == 1
    assert found(world.dana, NAMES["mara"][0]) == set()


def test_who_was_taken_in_before_there_was_an_index_is_indexed_by_a_job(db: None) -> None:
    world = World.build()
    with superuser() as connection:
        connection.execute("DELETE FROM clients_namepart")
    assert found(world.fred, NAMES["jon"][0]) == set()
    with as_actor(SERVICE, client=world.jon):
        actions.index_name(actor=SERVICE, client_id=world.jon)
    assert len(found(world.fred, NAMES["jon"][0])) == 1


@pytest.mark.req("EN-02", "EN-09")
def test_the_index_holds_no_name_and_no_hash_without_a_key(db: None) -> None:
    World.build()
    with superuser() as connection:
        rows = connection.execute("SELECT token FROM clients_namepart").fetchall()
    tokens = {token for (token,) in rows}
    plain = {
        one for name in NAMES.values() for one in beginnings_of(Identity(given=" ".join(name)))
    }
    assert len(tokens) >= len(plain)
    assert not tokens & {vault.digest(one)[:32] for one in plain}
    assert not any(one in token for one in plain if len(one) > 6 for token in tokens)


# -- the page --------------------------------------------------------------------------------------


@pytest.mark.req("AT-01", "AT-07")
def test_a_search_leaves_one_event_and_no_word(client: Client) -> None:
    world = World.build()
    sign_in_browserless(client, world.fred)
    with superuser() as connection:
        connection.execute("SET session_replication_role = replica; DELETE FROM audit_event")
    answer = client.post("/clients/found", {"named": NAMES["jon"][1]})
    assert NAMES["jon"][0] in answer.content.decode()
    with superuser() as connection:
        events = connection.execute("SELECT kind, payload FROM audit_event").fetchall()
    ((kind, payload),) = events
    assert kind == "people.searched"
    assert str(world.jon) in payload
    assert NAMES["jon"][1].lower() not in payload.lower()
    none = client.post("/clients/found", {"named": "Nobodyatall"}).content.decode()
    assert "Nobody of this name" in none


def test_a_reference_is_found_in_the_same_place(client: Client) -> None:
    world = World.build()
    with superuser() as connection:
        row = connection.execute(
            "SELECT reference FROM clients_client WHERE id = %s", [world.jon]
        ).fetchone()
    assert row is not None
    sign_in_browserless(client, world.fred)
    assert NAMES["jon"][0] in client.post("/clients/found", {"named": row[0]}).content.decode()


@pytest.mark.req("WH-09")
def test_who_tries_name_after_name_is_made_to_wait(client: Client, settings: Any) -> None:
    world = World.build()
    settings.IN_TEN_MINUTES = settings.IN_TEN_MINUTES | {"names": 2}
    sign_in_browserless(client, world.fred)
    for _ in range(2):
        client.post("/clients/found", {"named": "jon"})
    assert client.post("/clients/found", {"named": "jon"}).status_code == 429


def test_as_many_questions_for_many_people_as_for_one(client: Client) -> None:
    world = World.build()
    sign_in_browserless(client, world.fred)
    counts = []
    for _ in range(2):
        for _ in range(4):
            with as_actor(world.fred):
                actions.take_in(actor=world.fred, identity=Identity(given="Quendoline"))
        client.post("/clients/found", {"named": "quend"})
        vault.forget()
        with (
            CaptureQueriesContext(connections["default"]) as asked,
            CaptureQueriesContext(connections["keys"]) as keys,
        ):
            client.post("/clients/found", {"named": "quend"})
        counts.append(len(asked) + len(keys))
    assert counts[0] == counts[1]
