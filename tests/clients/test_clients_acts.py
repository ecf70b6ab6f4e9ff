"""Every use case leaves exactly its events, and none when it is rolled back; names stay sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clients import actions, queries
from clients.domain import Card, CaseState, Identity
from counselling import vault
from counselling.db import as_actor
from counselling.errors import Invalid
from tests.clients.acts import ACTS, EVENTS, SILENT
from tests.world import NAMES, email_of, take_in

if TYPE_CHECKING:
    import psycopg

    from tests.world import World

pytestmark = pytest.mark.django_db


def recorded(owner: psycopg.Connection[Any]) -> list[str]:
    rows = owner.execute("SELECT kind FROM audit_event ORDER BY recorded, id")
    return [row[0] for row in rows]


def test_every_public_use_case_is_done_here() -> None:
    public = {name for name in actions.__all__ if name[0].islower()} - SILENT
    assert {name.rsplit(".", 1)[1] for name in ACTS} == public == set(EVENTS)


@pytest.mark.parametrize("name", list(ACTS))
def test_an_act_leaves_exactly_its_events(
    world: World, owner: psycopg.Connection[Any], name: str
) -> None:
    before = len(recorded(owner))
    ACTS[name](world)
    assert recorded(owner)[before:] == EVENTS[name.rsplit(".", 1)[1]]


def test_an_act_that_is_rolled_back_leaves_nothing(
    world: World, owner: psycopg.Connection[Any]
) -> None:
    before = recorded(owner)
    with pytest.raises(ZeroDivisionError), as_actor(world.fred):
        actions.open_case(actor=world.fred, client_id=world.mara)
        _ = 1 / 0
    assert recorded(owner) == before
    with as_actor(world.fred):
        assert len(queries.cases_of(world.mara)) == 1


@pytest.mark.req("AT-08")
def test_without_an_event_nothing_is_shown_or_changed(
    world: World, root: psycopg.Connection[Any]
) -> None:
    root.execute("REVOKE INSERT ON audit_event FROM counselling_app")
    root.execute("REVOKE INSERT (payload) ON audit_event FROM counselling_app")
    try:
        for name in ("open_client", "names_for", "amend_contact", "open_case"):
            with pytest.raises(Exception, match="permission denied"):
                ACTS[f"clients.actions.{name}"](world)
    finally:
        root.execute("GRANT INSERT (payload) ON audit_event TO counselling_app")
    with as_actor(world.fred):
        assert len(queries.cases_of(world.mara)) == 1


# -- sealed ---------------------------------------------------------------------------------------


@pytest.mark.req("EN-02", "AT-07")
def test_no_name_address_or_number_is_in_any_table_in_clear(
    world: World, owner: psycopg.Connection[Any]
) -> None:
    for act in ("open_client", "names_for", "set_card", "queue_message"):
        ACTS[f"clients.actions.{act}"](world)
    with as_actor(world.dana):
        actions.set_card(
            actor=world.dana, client_id=world.mara, card=Card(notes="Neverringthefather")
        )
    canaries = {word for pair in NAMES.values() for word in pair} | {
        email_of("mara"), "Lindenhof", "901820", "Neverringthefather", "/r/x",
    }  # fmt: skip
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
        "AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert len(tables) > 20
    for (table,) in tables:
        rows = owner.execute(f"SELECT t::text FROM public.{table} t").fetchall()
        text = "\n".join(row[0] for row in rows).lower()
        for word in canaries:
            for spelt in (word.lower(), word.encode().hex(), word.encode("utf-16-le").hex()):
                assert spelt not in text, (table, word)


@pytest.mark.req("EN-04")
def test_a_name_moved_to_another_client_does_not_open(
    world: World, owner: psycopg.Connection[Any]
) -> None:
    owner.execute(
        "UPDATE clients_client SET identity = (SELECT identity FROM clients_client "
        "WHERE id = %s) WHERE id = %s",
        [world.jon, world.mara],
    )
    with pytest.raises(vault.SealBroken), as_actor(world.dana):
        actions.open_client(actor=world.dana, client_id=world.mara)


# -- small stories --------------------------------------------------------------------------------


def test_a_name_is_asked_for(world: World) -> None:
    for act in (
        lambda: actions.take_in(actor=world.fred, identity=Identity(given=" ")),
        lambda: actions.amend_identity(
            actor=world.fred, client_id=world.mara, identity=Identity(given="")
        ),
    ):
        with as_actor(world.fred), pytest.raises(Invalid, match="at least one name"):
            act()


def test_a_reference_that_is_taken_is_drawn_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_actor(world.fred):
        client = queries.client_row(world.jon).reference
        case = queries.case_row(world.jon_case).reference
    clients, cases = iter([client, client, "AAAAA-A"]), iter([case, "AAA-AAA"])
    where = "clients.domain.references"
    monkeypatch.setattr(f"{where}.new_client_reference", lambda: next(clients))
    monkeypatch.setattr(f"{where}.new_case_reference", lambda: next(cases))
    made = take_in(world.dana, "tom")
    with as_actor(world.dana):
        assert queries.client_row(made).reference == "AAAAA-A"
        assert queries.cases_of(made)[0].reference == "AAA-AAA"


def test_the_timeline_tells_assignments_and_changes_without_opening_anything(
    world: World, owner: psycopg.Connection[Any]
) -> None:
    with as_actor(world.fred):
        actions.change_case_state(actor=world.fred, case_id=world.mara_case, state=CaseState.CLOSED)
    before = len(recorded(owner))
    with as_actor(world.fred):
        words = [one.words for one in queries.timeline(world.mara)]
        offered = queries.assignments_timeline(world.mara)
    assert recorded(owner)[before:] == []
    assert set(words) == {
        "case started by", "case offered to", "case accepted by", "case opened by",
        "case closed by", "assignment ended of",
    }  # fmt: skip
    assert {one.person for one in offered} == {world.dana.id}
    with as_actor(world.vera):
        assert queries.timeline(world.jon) == []


def test_relations_are_said_in_a_word(world: World) -> None:
    said = {
        "dana": "assigned", "vera": "supervision", "fred": "front desk",
        "priya": "privacy officer", "mara_portal": "self",
    }  # fmt: skip
    for who, word in said.items():
        actor = getattr(world, who)
        with as_actor(actor):
            assert queries.relation(actor, world.mara_case) == word
            assert queries.relation_to_client(actor, world.mara) == word


def test_cases_and_clients_are_labelled_by_reference(world: World) -> None:
    with as_actor(world.dana):
        assert set(queries.case_references([world.mara_case, world.jon_case])) == {world.mara_case}
        assert set(queries.client_references([world.mara, world.jon])) == {world.mara}
        assert queries.client_of_account(world.mara_portal.id) == world.mara
        assert queries.capacity_in(world.mara_case, world.dana.id) == "counsellor"
        assert queries.capacity_in(world.mara_case, world.sam.id) is None
