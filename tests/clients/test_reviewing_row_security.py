"""Who reads and writes what reviews and openings rest on: each actor in raw SQL, by a table."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

import audit.actions
from audit.domain.deciding import Word
from clients import actions
from clients.domain.openings import Wish
from counselling.access import ANONYMOUS, SERVICE, Role
from counselling.db import as_actor
from tests import people
from tests.audit.deciding import finish, found, say
from tests.clients import openings
from tests.clients.acts_keeping_out import let_in, sealed, shut
from tests.clients.danger import begin_emergency
from tests.clients.raw import App, acting
from tests.consent.freezing import freeze

if TYPE_CHECKING:
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-16", "AT-12", "AC-12")]

# rows are about Dana (supervised by Vera) with Mara; Sam is shut out by Mara, Ana's file is sealed
# and Fred let in; "job" is the machine working for Mara, "otto" reviews from outside
SEES: Final = {
    "audit_finding": "vera priya otto machine job",
    "audit_findingword": "vera priya otto",
    "audit_review": "vera priya otto",
    "audit_plannedwork": "dana vera priya otto machine job",
    "audit_usualday": "machine job",
    "audit_findmark": "machine job",
    "clients_kin": "job",
    "clients_accessquestion": "mara_portal vera priya otto job",
    "clients_accessanswer": "mara_portal vera priya otto job",
    "clients_tellme": "mara_portal job",
    "clients_lastlook": "mara_portal",
    "clients_shutout": "mara_portal dana priya",
    "clients_sealedfile": "dana",
    "clients_letin": "dana",
}
# what goes into a row by whoever writes it, as somebody who may; what is left out is not asked for
INSERTS: Final[dict[str, str]] = {
    "audit_finding": "INSERT INTO audit_finding (id, rule, person_id, role, client_id, began, "
    "ended, count, events, facts, found_at) VALUES (%(id)s, 'x', %(dana)s, '', %(mara)s, now(), "
    "now(), 1, '{}', '{}', now())",
    "audit_findingword": "INSERT INTO audit_findingword (id, finding, kind, code, by_id, at, "
    "client_id, person_id) VALUES (%(id)s, %(open)s, 'explained', 'planned', %(me)s, now(), "
    "%(mara)s, %(dana)s)",
    "audit_review": "INSERT INTO audit_review (id, reviewer_id, since, until, signed_at, findings, "
    "explained, escalated, not_justified, in_order, ordinary, asked, statement) VALUES (%(id)s, "
    "%(me)s, now() - interval '1 day', now(), now(), '{}', 0, 0, 0, 0, 0, 0, 'All is well.')",
    "audit_plannedwork": "INSERT INTO audit_plannedwork (id, person_id, kind, case_ids, since, "
    "until, at) VALUES (%(id)s, %(dana)s, 'check', '{}', now(), now() + interval '1 day', now())",
    "audit_usualday": "INSERT INTO audit_usualday (id, person_id, day, visits, at_night, "
    "without_session, hours) VALUES (%(id)s, %(dana)s, current_date + 9, 1, 1, 1, '{1}')",
    "audit_findmark": "INSERT INTO audit_findmark (id, day, at) VALUES (1, current_date, now()) "
    "ON CONFLICT DO NOTHING",
    "audit_thaw": 'INSERT INTO audit_thaw (id, freeze_id, "by", why, alone) VALUES (%(id)s, '
    "audit_frozen(), %(me)s, 'harmless', false)",
    "audit_witnessing": "INSERT INTO audit_witnessing (id, witness, outcome, size, code) VALUES "
    "(%(id)s, 'mail', 'told', 1, '')",
    "clients_kin": "INSERT INTO clients_kin (id, sign, token, client_id) VALUES (%(id)s, 'address',"
    " 'x', %(mara)s)",
    "clients_accessquestion": "INSERT INTO clients_accessquestion (id, client_id, people, events, "
    "began, ended, asked_by, asked_at, due_on, text) VALUES (%(id)s, %(mara)s, ARRAY[%(sam)s], "
    "ARRAY[%(id)s], now(), now(), %(me)s, now(), current_date, %(sealed)s)",
    "clients_accessanswer": 'INSERT INTO clients_accessanswer (id, question_id, client_id, "by", '
    "at, text) VALUES (%(id)s, %(asked)s, %(mara)s, %(me)s, now(), %(sealed)s)",
    "clients_tellme": "INSERT INTO clients_tellme (client_id, wish, chosen_at, looked_at) VALUES "
    "(%(ana)s, 'always', now(), now())",
    "clients_lastlook": "INSERT INTO clients_lastlook (id, client_id, at) VALUES (%(id)s, %(ana)s, "
    "now())",
    "clients_shutout": 'INSERT INTO clients_shutout (id, client_id, person, since, "by") VALUES '
    "(%(id)s, %(mara)s, %(tess)s, now(), %(me)s)",
    "clients_sealedfile": "INSERT INTO clients_sealedfile (id, client_id, kind, why, since, "
    "\"by\") VALUES (%(id)s, %(mara)s, 'other', %(sealed)s, now(), %(me)s)",
    "clients_letin": 'INSERT INTO clients_letin (id, client_id, person, since, "by") VALUES '
    "(%(id)s, %(ana)s, %(tess)s, now(), %(me)s)",
}
WRITES: Final = {
    "audit_finding": "machine job",
    "audit_findingword": "vera priya otto",
    "audit_review": "",  # a review of nothing would only hide that its reviewer is late
    "audit_plannedwork": "dana",
    "audit_usualday": "machine job",
    "audit_findmark": "machine job",
    "audit_thaw": "priya ada otto",
    "audit_witnessing": "machine job",
    "clients_kin": "",  # by a function that asks who may write the name
    "clients_accessquestion": "mara_portal",
    "clients_accessanswer": "vera priya otto",
    "clients_tellme": "ana_portal",
    "clients_lastlook": "ana_portal",
    "clients_shutout": "mara_portal dana fred priya",
    "clients_sealedfile": "dana fred priya",
    "clients_letin": "dana",
}
# one column of each that the application may change at all, and who changes a row
UPDATES: Final = {
    "audit_plannedwork": ("ended_at = now()", "dana"),
    "audit_findmark": ("at = now()", "machine job"),
    "clients_accessquestion": ("alerted_at = now()", "job"),
    "clients_tellme": ("letter_at = now()", "mara_portal job"),
    "clients_lastlook": ("at = now()", "mara_portal"),
    "clients_shutout": ("until = now(), ended_by = counselling_actor()", "mara_portal dana priya"),
    "clients_sealedfile": ("until = now(), ended_by = counselling_actor()", "dana"),
    "clients_letin": ("until = now(), ended_by = counselling_actor()", "dana"),
}


@dataclasses.dataclass(frozen=True)
class Scene:
    """A row in each table, and who asks: an id, and the client a job is for."""

    actors: dict[str, tuple[UUID | None, UUID | None]]
    said: dict[str, Any]


@pytest.fixture
def scene(world: World, root: App) -> Scene:
    otto = people.make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside")
    signed = found(world.dana, client=world.mara, rule="print")
    say(world.vera, signed, Word.EXPLAINED)
    finish(world.vera)
    open_ = found(world.dana, client=world.mara)
    with as_actor(world.dana) as at:
        audit.actions.announce_work(
            actor=world.dana, kind="check", since=at, until=at + datetime.timedelta(days=1),
        )  # fmt: skip
    openings.answers(world.priya, openings.asks(world, world.dana))
    asked = _asks_again(world)
    openings.wishes(world, Wish.ALWAYS)
    with as_actor(world.mara_portal):
        actions.see_openings(actor=world.mara_portal, client_id=world.mara)
    shut(world.mara_portal, world.mara, world.sam)
    sealed(world.dana, world.ana)
    let_in(world.dana, world.ana, world.fred)
    link, recipient = uuid4(), uuid4()
    with as_actor(ANONYMOUS):
        actions.open_link_actor(actor=ANONYMOUS, client_id=world.mara, row=link)
    freeze()
    said: dict[str, Any] = {name: getattr(world, name) for name in ("mara", "ana")} | {
        name: getattr(world, name).id for name in ("dana", "sam", "tess")
    }
    text = root.execute("SELECT text FROM clients_accessquestion LIMIT 1").fetchone()
    root.execute("INSERT INTO audit_usualday VALUES (%s, %s, current_date, 1, 1, 1, '{1}')",
                 [uuid4(), world.dana.id])  # fmt: skip
    root.execute("INSERT INTO audit_findmark VALUES (1, current_date, now())")
    linked = root.execute("SELECT id FROM clients_linkactor LIMIT 1").fetchone()
    assert text
    assert linked
    return Scene(
        {
            **{
                name: (getattr(world, name).id, None)
                for name in ("dana", "sam", "tess", "fred", "vera", "priya", "ada",
                             "mara_portal", "ana_portal", "ben_portal")
            },
            "otto": (otto.id, None), "link": (linked[0], None), "recipient": (recipient, None),
            "machine": (SERVICE.id, None), "job": (SERVICE.id, world.mara),
            "anybody": (ANONYMOUS.id, None), "nobody": (None, None),
        },
        {**said, "open": open_, "asked": asked, "sealed": text[0]},
    )  # fmt: skip


def _asks_again(world: World) -> UUID:
    """Let Mara ask about another opening by Dana."""
    openings.opens(world.dana, world.mara)
    line = openings.line_of(world, world.dana)
    with as_actor(world.mara_portal):
        return actions.ask_about_opening(actor=world.mara_portal, line=line, words="And this?")


def named(words: str) -> set[str]:
    return set(words.split())


def test_each_sees_what_the_table_says(scene: Scene, application: App) -> None:
    seen: dict[str, set[str]] = {table: set() for table in SEES}
    for name, (who, job) in scene.actors.items():
        with acting(application, who, job):
            for table in SEES:
                if application.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone() == (
                    True,
                ):
                    seen[table].add(name)
    assert seen == {table: named(who) for table, who in SEES.items()}


def test_each_writes_what_the_table_says(scene: Scene, application: App) -> None:
    wrote: dict[str, set[str]] = {table: set() for table in INSERTS}
    for name, (who, job) in scene.actors.items():
        for table, statement in INSERTS.items():
            with acting(application, who, job):
                said = {**scene.said, "id": uuid4(), "me": who}
                try:
                    with application.transaction():
                        application.execute(statement, said)
                except (psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError):
                    continue
                wrote[table].add(name)
    assert wrote == {table: named(who) for table, who in WRITES.items()}


def test_each_changes_what_the_table_says_and_nobody_takes_a_row_away(
    scene: Scene, application: App
) -> None:
    changed: dict[str, set[str]] = {table: set() for table in UPDATES}
    for name, (who, job) in scene.actors.items():
        for table, (change, _) in UPDATES.items():
            with acting(application, who, job):
                # without a condition: rows that cannot be read are not there to be changed either
                if application.execute(f"UPDATE {table} SET {change}").rowcount:
                    changed[table].add(name)
        for table in {*SEES, "audit_thaw", "audit_freeze", "audit_witnessing"}:
            with acting(application, who, job), pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(f"DELETE FROM {table}")
        with acting(application, who, job), pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("INSERT INTO audit_freeze (id, sentence) VALUES (%s, 'x')",
                                [uuid4()])  # fmt: skip
    assert changed == {table: named(who) for table, (_, who) in UPDATES.items()}


def test_in_an_emergency_none_of_it_is_there(world: World, scene: Scene, application: App) -> None:
    access = begin_emergency(world.priya, world.jon)
    with acting(application, world.priya.id):
        application.execute("SELECT set_config('counselling.emergency', %s, true)", [str(access)])
        for table in SEES:
            assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_hashes_of_kin_are_kept_by_who_writes_the_name_alone(
    scene: Scene, application: App
) -> None:
    kept = set()
    for name, (who, job) in scene.actors.items():
        with acting(application, who, job):
            try:
                with application.transaction():
                    application.execute(
                        "SELECT clients_keep_kin(%s, 'address', ARRAY['x'], 'y')",
                        [scene.said["mara"]],
                    )
            except psycopg.errors.InsufficientPrivilege:
                continue
            kept.add(name)
    assert kept == named("dana fred job")
