"""A danger to life: written down once, added to for ever, and told to its client in its time."""

from __future__ import annotations

import datetime
import re
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import records.actions
import records.queries
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused
from records.domain.dangers import (
    LONGEST_DELAY,
    NOTICE,
    AdditionKind,
    Telling,
    TellingRefused,
    decide_addition,
    decide_delay,
    telling,
)
from records.models import Danger, DangerAddition
from tests.people import sign_in_browserless
from tests.records.safety import added, recorded_danger
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
THREAT = "Zwetschgenmesser"
TOLD = "Gartentorwache"


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def danger_of(world: World, **said: Any) -> UUID:
    return recorded_danger(world.dana, world.mara_case, world.mara, **said)


def page(actor: Actor, danger: UUID) -> records.actions.DangerPage:
    with as_actor(actor):
        return records.actions.open_danger(actor=actor, danger_id=danger)


def visitor(actor: Actor) -> Client:
    client = Client()
    sign_in_browserless(client, actor)
    return client


# -- what is written down --------------------------------------------------------------------------


@pytest.mark.req("DS-06")
def test_dana_writes_down_the_threat_whom_she_asked_and_whom_she_told(world: World) -> None:
    danger = danger_of(world, threat=THREAT, what=TOLD)
    shown = page(world.dana, danger)
    assert (shown.threat, shown.endangered) == (THREAT, "client")
    assert "Vera Lindqvist" in shown.consulted
    assert [(one.whom, one.what) for one in shown.told] == [("Dr Eva Stone, on call", TOLD)]
    assert shown.name == "Maraquilla K."


@pytest.mark.req("DS-06")
@pytest.mark.parametrize("missing", ["threat", "consulted", "whom", "what"])
def test_nothing_that_must_be_said_may_be_missing(world: World, missing: str) -> None:
    with pytest.raises(Invalid):
        danger_of(world, **{missing: "  "})
    with as_actor(world.dana):
        assert not Danger.objects.exists()


@pytest.mark.req("DS-06")
def test_the_form_asks_for_every_field_and_for_the_day(world: World) -> None:
    dana = visitor(world.dana)
    address = f"/cases/{world.mara_case}/clients/{world.mara}/dangers/new"
    wrong = dana.post(address, {"client": "later"})
    assert wrong.status_code == 422
    invalid = set(re.findall(r'name="(\w+)"[^>]*aria-invalid', wrong.content.decode()))
    assert invalid >= {"threat", "consulted", "whom_1", "what_1", "day"}
    half = dana.post(address, {"whom_2": "The police"})
    assert "Say both" in half.content.decode()


@pytest.mark.req("AC-02", "AC-04")
def test_vera_reads_it_and_sam_finds_nothing(world: World) -> None:
    danger = danger_of(world)
    assert page(world.vera, danger).additions == ()
    with pytest.raises(Refused):
        added(world.vera, danger, AdditionKind.MORE)
    for act in (page, lambda actor, row: added(actor, row, AdditionKind.MORE)):
        with pytest.raises(NotThere):
            act(world.sam, danger)


def test_what_is_added_stands_under_it_in_order(world: World) -> None:
    danger = danger_of(world)
    added(world.dana, danger, AdditionKind.MORE, "She is with her sister.")
    added(world.dana, danger, AdditionKind.TOLD, "Where she is.", whom="The sister")
    shown = page(world.dana, danger)
    assert [(one.kind, one.whom) for one in shown.additions] == [
        ("more", ""),
        ("told", "The sister"),
    ]
    with pytest.raises(Invalid):
        added(world.dana, danger, AdditionKind.TOLD, "To whom?")
    with pytest.raises(Invalid):
        added(world.dana, danger, AdditionKind.MORE, "  ")


# -- when the client is told -----------------------------------------------------------------------


def seen_by_mara(world: World) -> str:
    """Give everything Mara's own pages say, and whether any of it counts."""
    mara = visitor(world.mara_portal)
    paths = ("/space", "/space/accesses", "/space/dangers", "/space/plan", "/space/disclosures",
             "/space/documents")  # fmt: skip
    return "\n".join(mara.get(path).content.decode() for path in paths)


def _without_tokens(text: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r"\d\d:\d\d(:\d\d)?", "", text)


@pytest.mark.req("DS-06")
def test_before_its_time_nothing_of_it_is_on_any_page_of_hers(world: World) -> None:
    before = _without_tokens(seen_by_mara(world))
    danger = danger_of(world, threat=THREAT, what=TOLD)
    page(world.dana, danger)
    page(world.vera, danger)
    added(world.dana, danger, AdditionKind.TOLD, TOLD, whom="The sister")
    with as_actor(world.mara_portal):
        assert records.actions.open_own_dangers(actor=world.mara_portal) == []
        assert not Danger.objects.exists()
        assert not DangerAddition.objects.exists()
    after = _without_tokens(seen_by_mara(world))
    assert after == before, "a page or a count of hers changed"


@pytest.mark.req("DS-06")
def test_from_its_time_on_she_reads_who_was_told_what_and_no_more(world: World) -> None:
    danger = danger_of(world, threat=THREAT, consulted="Vera, who said Quittenkorb", what=TOLD)
    added(world.dana, danger, AdditionKind.TOLD, "Where she is.", whom="The sister")
    added(world.dana, danger, AdditionKind.MORE, "Her brother rang: Quittenkorb.")
    page(world.vera, danger)
    added(world.dana, danger, AdditionKind.CLIENT_TOLD, "In the room, at five.")
    mine = seen_by_mara(world)
    assert TOLD in mine
    assert "The sister" in mine
    assert "read what was noted when a life was at stake" in mine
    assert "Somebody was told when a life was at stake" in mine
    for hidden in (THREAT, "Quittenkorb", "In the room"):
        assert hidden not in mine
    with as_actor(world.mara_portal):
        assert {one.kind for one in DangerAddition.objects.all()} == {"told"}


@pytest.mark.req("DS-06")
def test_the_day_itself_tells_her_whether_or_not_somebody_did(world: World) -> None:
    danger = danger_of(world, later=datetime.timedelta(seconds=2))
    time.sleep(2.1)
    with as_actor(world.mara_portal):
        assert [one.id for one in records.actions.open_own_dangers(actor=world.mara_portal)] == [
            danger
        ]
    # and nobody takes it back
    with pytest.raises(Invalid, match="knows already"):
        added(world.dana, danger, AdditionKind.LATER, later=3 * DAY)


@pytest.mark.req("AC-05")
def test_ben_never_reads_what_was_said_of_ana(world: World) -> None:
    recorded_danger(world.dana, world.couple_case, world.ana, later=None)
    with as_actor(world.ben_portal):
        assert records.actions.open_own_dangers(actor=world.ben_portal) == []
        assert records.queries.told_dangers() == frozenset()


def test_another_day_needs_a_reason_and_ends_too(world: World) -> None:
    danger = danger_of(world)
    with pytest.raises(Invalid, match="30 days"):
        added(world.dana, danger, AdditionKind.LATER, "He is in the house.", later=31 * DAY)
    with pytest.raises(Invalid, match="Choose the day"):
        added(world.dana, danger, AdditionKind.LATER, "He is in the house.")
    added(world.dana, danger, AdditionKind.LATER, "He is in the house.", later=20 * DAY)
    told_at = page(world.dana, danger).telling.told_at
    with as_actor(world.dana) as at:
        assert told_at - at > 19 * DAY


def test_who_is_to_be_told_soon_stands_among_what_waits(world: World) -> None:
    far, soon = danger_of(world, later=9 * DAY), danger_of(world, later=DAY)
    done = danger_of(world, later=None)
    with as_actor(world.dana) as at:
        assert [one.id for one in records.queries.tellings_due(at)] == [soon]
    with as_actor(world.vera) as at:
        assert records.queries.tellings_due(at) == [], "she reads, and tells nobody"
    assert f"/dangers/{soon}" in visitor(world.dana).get("/today").content.decode()
    added(world.dana, soon, AdditionKind.CLIENT_TOLD)
    with as_actor(world.dana) as at:
        assert records.queries.tellings_due(at) == []
    assert {far, done}


# -- attacks ---------------------------------------------------------------------------------------


@pytest.mark.req("EN-11")
@pytest.mark.parametrize("table", ["records_danger", "records_danger_addition"])
@pytest.mark.parametrize("attack", ["UPDATE {0} SET told_at = now()", "DELETE FROM {0}"])
def test_whoever_asks_a_record_stays(
    world: World, root: psycopg.Connection[Any], table: str, attack: str
) -> None:
    added(world.dana, danger_of(world), AdditionKind.MORE)
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        root.execute(attack.format(table))


ADD = (
    "INSERT INTO records_danger_addition (id, danger_id, case_id, client_id, author_id, kind, "
    "content, told_at, signed_at) SELECT %s, danger_id, %s, %s, author_id, 'later', content, "
    "now() + interval '9 days', now() FROM records_danger_addition WHERE danger_id = %s LIMIT 1"
)


@pytest.mark.req("DS-06")
def test_injected_sql_hides_nothing_that_was_told(
    world: World, application: psycopg.Connection[Any], root: psycopg.Connection[Any]
) -> None:
    danger = danger_of(world, later=None)
    added(world.dana, danger, AdditionKind.MORE)
    values = [uuid7(), world.mara_case, world.mara, danger]
    with pytest.raises(psycopg.errors.RestrictViolation, match="knows already"):
        root.execute(ADD, values)
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="knows already"),
        application.transaction(),
    ):
        application.execute(
            "SELECT set_config('counselling.actor', %s, true)", [str(world.dana.id)]
        )
        application.execute(ADD, values)


@pytest.mark.req("AC-16")
def test_injected_sql_puts_nothing_under_the_record_of_another_case(
    world: World, application: psycopg.Connection[Any]
) -> None:
    danger = danger_of(world)
    added(world.dana, danger, AdditionKind.MORE)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
        application.execute(
            "SELECT set_config('counselling.actor', %s, true)", [str(world.dana.id)]
        )
        application.execute(ADD, [uuid7(), world.couple_case, world.ana, danger])


@pytest.mark.req("DS-06")
def test_the_database_leaves_nobody_in_the_dark_for_longer(
    world: World, root: psycopg.Connection[Any]
) -> None:
    danger_of(world)
    copy = (
        "INSERT INTO records_danger SELECT %s, threat, consulted, told, {0}, signed_at, author_id, "
        "case_id, client_id FROM records_danger"
    )
    columns = [
        row[0]
        for row in root.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'records_danger'::regclass "
            "AND attnum > 0 ORDER BY attnum"
        )
    ]
    assert columns[1:6] == ["threat", "consulted", "told", "told_at", "signed_at"]
    for when in ("signed_at + interval '31 days'", "signed_at - interval '1 second'"):
        with pytest.raises(psycopg.errors.CheckViolation):
            root.execute(copy.format(when), [uuid7()])


# -- rules -----------------------------------------------------------------------------------------

NOW = datetime.datetime(2026, 11, 3, 9, 0, tzinfo=datetime.UTC)
SPANS = st.timedeltas(datetime.timedelta(seconds=1), LONGEST_DELAY)
STEPS = st.lists(st.tuples(st.sampled_from(AdditionKind), SPANS, SPANS), max_size=6)


@given(SPANS, STEPS)
def test_what_was_told_stays_told_whatever_is_added(
    delay: datetime.timedelta, steps: list[tuple[AdditionKind, datetime.timedelta, Any]]
) -> None:
    """Play additions as the clock goes on: once shown, always shown; never later than 30 days."""
    told_at, now, rows, was_shown = decide_delay(NOW, NOW + delay), NOW, [], False
    for kind, pause, wait in steps:
        now += pause
        before = telling(NOW, told_at, rows)
        was_shown = was_shown or before.shown(now)
        try:
            moved = decide_addition(kind, before, now, now + wait)
        except TellingRefused:
            assert kind is AdditionKind.LATER
            assert before.done or before.shown(now)
            continue
        assert moved is None or now <= moved <= now + LONGEST_DELAY
        rows.append((kind, moved))
        after = telling(NOW, told_at, rows)
        assert after.shown(now) or not was_shown
        assert after.done or kind is not AdditionKind.CLIENT_TOLD
        assert after.shown(now) or kind is not AdditionKind.CLIENT_TOLD


def test_a_telling_is_due_two_days_before_and_until_somebody_did_it() -> None:
    open_telling = Telling(NOW, done=False)
    assert open_telling.due(NOW - NOTICE)
    assert open_telling.due(NOW + 100 * DAY)
    assert not open_telling.due(NOW - NOTICE - datetime.timedelta(seconds=1))
    assert not Telling(NOW, done=True).due(NOW)


@pytest.mark.parametrize("until", [NOW, NOW - DAY, NOW + LONGEST_DELAY + DAY])
def test_a_day_that_is_over_or_far_is_refused(until: datetime.datetime) -> None:
    with pytest.raises(TellingRefused, match="30 days"):
        decide_delay(NOW, until)
    assert decide_delay(NOW, None) == NOW
