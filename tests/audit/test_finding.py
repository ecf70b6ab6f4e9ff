"""The machine looks through the log: what it finds, what it lets be, and that it may be killed."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

import audit.actions
import clients.actions
from audit.domain import review
from audit.facts import Around
from audit.models import UsualDay
from clients.domain import Contact, Identity
from clients.queries.reviewing import around_visits
from counselling.access import SERVICE, Actor
from counselling.accounts import actions as accounts
from counselling.db import as_actor
from tests.audit.writers import payload
from tests.clients.acts_keeping_out import shut
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

pytestmark = pytest.mark.django_db
MORNING = datetime.time(10, 0)


@pytest.fixture
def world(root: psycopg.Connection[Any]) -> World:
    """Give a practice that is a year old."""
    world = World.build()
    with root.transaction():
        root.execute("SET LOCAL session_replication_role = replica")
        for column in ("offered_at", "accepted_at", "since"):
            root.execute(f"UPDATE clients_assignment SET {column} = {column} - interval '1 year'")
        for table in ("accounts_roleheld", "accounts_supervision", "clients_casemember"):
            root.execute(f"UPDATE {table} SET since = since - interval '1 year'")
    return world


def ago(days: int, clock: datetime.time = MORNING) -> datetime.datetime:
    day = timezone.localdate() - datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, clock))


def plant(
    root: psycopg.Connection[Any], actor: Actor, at: datetime.datetime, kind: str, **said: Any
) -> None:
    """Write an event of the past, as nobody but a superuser can."""
    known = {name: str(value) for name, value in said.items() if value}
    if client := said.get("client"):
        known["clients"] = [str(client)]
    if row := said.get("row"):
        known["row"] = str(row)
    text = payload(
        actor.id, at, kind=kind, act=said.get("act", "R"), actor_kind=actor.kind.value,
        role=actor.role, **{name: one for name, one in known.items() if name != "act"},
    )  # fmt: skip
    root.execute("SELECT audit_make_partition(%s)", [at])
    root.execute("INSERT INTO audit_event (recorded, payload) VALUES (%s, %s)", [at, text])


def look() -> None:
    """Look as far as it goes."""
    more = True
    while more:
        with as_actor(SERVICE):
            more = audit.actions.find(actor=SERVICE)


def kept(root: psycopg.Connection[Any]) -> list[tuple[str, UUID, dict[str, Any]]]:
    rows = root.execute(
        "SELECT rule, person_id, facts FROM audit_finding WHERE rule <> 'ordinary' ORDER BY began"
    ).fetchall()
    return [(rule, person, json.loads(facts)) for rule, person, facts in rows]


@pytest.mark.req("AT-13")
def test_a_colleague_who_opened_a_case_that_is_none_of_theirs_is_found_once(
    world: World, root: psycopg.Connection[Any]
) -> None:
    plant(root, world.sam, ago(3), "note.opened", client=world.mara, case=world.mara_case)
    plant(root, world.dana, ago(3), "note.opened", client=world.mara, case=world.mara_case)
    look()
    ((rule, person, facts),) = kept(root)
    assert (rule, person) == ("not-assigned", world.sam.id)
    assert facts["relation"] == "none"
    look()
    # an event of the same visit that commits late
    late = ago(3) - datetime.timedelta(minutes=10)
    plant(root, world.sam, late, "note.opened", client=world.mara, case=world.mara_case)
    root.execute("UPDATE audit_findmark SET day = day - 10")
    look()
    assert len(kept(root)) == 1


@pytest.mark.req("AT-13")
def test_today_is_looked_at_before_it_is_over(world: World, root: psycopg.Connection[Any]) -> None:
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    plant(root, world.sam, at, "note.opened", client=world.mara, case=world.mara_case)
    look()
    assert [rule for rule, _, _ in kept(root)] == ["not-assigned"]


@pytest.mark.req("AT-13")
def test_what_may_be_written_down_within_two_hours_is_waited_for(
    world: World, root: psycopg.Connection[Any]
) -> None:
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    with root.transaction():  # who was taken in a moment ago is no longer new
        root.execute("SET LOCAL session_replication_role = replica")
        root.execute("DELETE FROM audit_event")
    for when in (at, at - datetime.timedelta(hours=2)):
        plant(root, world.dana, when, "notes.printed", client=world.mara, case=world.mara_case)
    look()
    assert [rule for rule, _, _ in kept(root)] == ["print"]


@pytest.mark.req("AT-13")
def test_two_of_one_name_and_of_one_home_are_found_by_hashes_alone(
    world: World, root: psycopg.Connection[Any]
) -> None:
    with as_actor(world.fred):
        clients.actions.amend_identity(
            actor=world.fred, client_id=world.mara, identity=Identity(given="Mara", family="Osei")
        )
        clients.actions.amend_contact(
            actor=world.fred, client_id=world.tom, contact=Contact(address="Lange Straße 5, Ulm")
        )
    with as_actor(world.fred):
        accounts.keep_home(actor=world.fred, address="Lange Strasse 5 ulm")
    plant(root, world.fred, ago(2), "client.opened", client=world.mara)
    plant(root, world.fred, ago(2, datetime.time(12)), "client.opened", client=world.tom)
    plant(root, world.fred, ago(2, datetime.time(14)), "client.opened", client=world.jon)
    look()
    assert [rule for rule, _, _ in kept(root)] == ["same-surname", "same-address"]
    stored = root.execute("SELECT home FROM accounts_account WHERE id = %s", [world.fred.id])
    assert "ulm" not in str(stored.fetchone()).lower()


@pytest.mark.req("AT-13")
def test_who_is_called_like_a_colleague_or_lives_with_one_is_told_apart_by_hashes(
    world: World,
) -> None:
    called = {world.mara: "Osei", world.tom: "Idris-Yarrow"}
    for client, family in called.items():
        with as_actor(world.fred):
            clients.actions.amend_identity(
                actor=world.fred, client_id=client, identity=Identity(given="M", family=family)
            )
    with as_actor(world.fred):
        clients.actions.amend_contact(
            actor=world.fred, client_id=world.jon, contact=Contact(address="Am Wall 3, Ulm")
        )
    with as_actor(world.vera):
        accounts.keep_home(actor=world.vera, address="ulm, Am Wall 3")
    with as_actor(SERVICE):
        known = around_visits(
            [
                Around(person.id, client, None, ago(1))
                for person in (world.fred, world.vera)
                for client in (world.mara, world.tom, world.jon, world.ana)
            ]
        )
    assert [known[n]["colleague"] for n in range(8)] == [
        False, True, True, False,  # Fred's own name is no colleague's, Sam's and Vera's home are
        True, True, False, False,
    ]  # fmt: skip
    assert [known[n]["same_surname"] for n in range(4)] == [True, False, False, False]


@pytest.mark.req("AT-13")
def test_what_was_announced_is_no_finding(world: World, root: psycopg.Connection[Any]) -> None:
    # before the world was taken in: that explains what is done around it
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=3)
    with as_actor(world.dana):
        audit.actions.announce_work(
            actor=world.dana, kind="copies", cases=[world.mara_case],
            since=at - datetime.timedelta(hours=1), until=ago(-2),
        )  # fmt: skip
    plant(root, world.dana, at, "notes.printed", client=world.mara, case=world.mara_case)
    plant(root, world.tess, at, "notes.printed", client=world.tom, case=world.tom_case)
    look()
    assert [(rule, person) for rule, person, _ in kept(root)] == [("print", world.tess.id)]


@pytest.mark.req("AT-13")
def test_what_the_machine_found_by_itself_and_a_tried_door_are_found(
    world: World, root: psycopg.Connection[Any]
) -> None:
    plant(root, SERVICE, ago(2), "document.differs", client=world.mara, act="E")
    plant(root, SERVICE, ago(2), "audit.trail.verified", act="E", outcome="failed")
    plant(root, SERVICE, ago(1), "audit.trail.verified", act="E")
    for person in (world.dana, world.mara_portal):
        for minute in range(6):
            at = ago(2, datetime.time(8, minute))
            plant(root, person, at, "accounts.sign-in.failed", act="E", row=person.id)
        plant(root, person, ago(2, datetime.time(8, 30)), "accounts.sign-in", row=person.id)
    for minute in range(6):
        at = ago(4, datetime.time(23, 50 + minute))
        plant(root, world.vera, at, "accounts.sign-in.failed", act="E", row=world.vera.id)
    plant(root, world.vera, ago(3, datetime.time(0, 5)), "accounts.sign-in", row=world.vera.id)
    plant(root, world.ada, ago(2), "accounts.reset.done", act="D", row=world.tess.id)
    look()
    assert {(rule, person) for rule, person, _ in kept(root)} == {
        ("papers-differ", SERVICE.id),
        ("log-broken", SERVICE.id),
        ("sign-in", world.dana.id),
        ("sign-in", world.vera.id),
        ("factor-reset", world.tess.id),
    }


def test_a_day_that_is_over_counts_for_what_is_usual(
    world: World, root: psycopg.Connection[Any]
) -> None:
    for hour in (9, 9, 23):
        at = ago(4, datetime.time(hour, 5))
        plant(root, world.dana, at, "note.opened", client=world.mara, case=world.mara_case)
    look()
    with as_actor(SERVICE):
        (day,) = UsualDay.objects.all()
        assert (day.person_id, day.visits, day.at_night) == (world.dana.id, 2, 1)
        assert day.hours == [1, 1]
    with as_actor(world.priya):
        assert not UsualDay.objects.exists()


@pytest.mark.req("AT-12")
def test_five_ordinary_visits_of_a_week_are_drawn_for_each_reviewer(
    world: World, root: psycopg.Connection[Any]
) -> None:
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday() + 7)
    for day in range(5):
        for hour in (9, 11, 13, 15):
            at = datetime.datetime.combine(
                monday + datetime.timedelta(days=day), datetime.time(hour)
            )
            plant(
                root, world.dana, timezone.make_aware(at), "note.opened",
                client=world.mara, case=world.mara_case,
            )  # fmt: skip
    look()
    drawn = root.execute(
        "SELECT facts::json ->> 'reviewer', count(*) FROM audit_finding WHERE rule = 'ordinary' "
        "GROUP BY 1"
    ).fetchall()
    assert dict(drawn) == {str(world.priya.id): 5, str(world.vera.id): 5}


@pytest.mark.req("AC-12")
def test_no_visit_to_a_file_is_drawn_for_who_is_kept_out_of_it(
    world: World, root: psycopg.Connection[Any]
) -> None:
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday() + 7)
    for hour in range(9, 15, 2):
        at = timezone.make_aware(datetime.datetime.combine(monday, datetime.time(hour)))
        plant(root, world.dana, at, "note.opened", client=world.mara, case=world.mara_case)
    shut(world.mara_portal, world.mara, world.vera)
    look()
    drawn = root.execute(
        "SELECT DISTINCT facts::json ->> 'reviewer' FROM audit_finding WHERE rule = 'ordinary'"
    ).fetchall()
    assert drawn == [(str(world.priya.id),)]


def test_nobody_but_the_machine_looks_through_the_log(world: World) -> None:
    from audit.queries import looking_through as log

    with as_actor(world.priya):
        assert log.events_between(ago(9), ago(-1)) == []
        assert log.first_event() is None


def test_rules_have_codes_of_their_own() -> None:
    assert len({rule.code for rule in review.RULES}) == len(review.RULES)
