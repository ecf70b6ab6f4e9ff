"""The database holds what a client may read and what is done about their word, whoever asks."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import records.actions
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.domain.amendments import (
    AMENDMENT_MOVES,
    OF_THE_CLIENT,
    AmendmentMove,
    AmendmentState,
    IllegalStep,
    amendment_state,
    decide_step,
    due_at,
)
from tests.clients.raw import acting, column
from tests.records import supervising
from tests.records.reading import (
    accepts,
    disagrees,
    extends,
    let_read,
    opened_note,
    reads,
    refuses,
    replies,
    says,
)
from tests.records.several import of_both
from tests.records.writing import signed_note
from tests.world import World, assign, sign_in_for

if TYPE_CHECKING:
    from counselling.access import Actor

AT = datetime.datetime(2026, 11, 3, 9, tzinfo=datetime.UTC)


@pytest.fixture
def world(db: None) -> World:
    return World.build()


# -- the rule, without a database ------------------------------------------------------------------


@pytest.mark.req("RT-04")
@given(st.lists(st.sampled_from(AmendmentMove), max_size=7), st.booleans())
def test_steps_follow_the_table_and_nothing_is_answered_twice(
    wanted: list[AmendmentMove], overdue: Any
) -> None:
    done: list[AmendmentMove] = []
    for move in wanted:
        state = amendment_state(done)
        extended = move is AmendmentMove.EXTEND and (overdue or AmendmentMove.EXTEND in done)
        if (state, move) in AMENDMENT_MOVES and not extended:
            assert decide_step(done, move, overdue=overdue) is AMENDMENT_MOVES[state, move]
            done.append(move)
        else:
            with pytest.raises(IllegalStep):
                decide_step(done, move, overdue=overdue)
    answers = {AmendmentMove.ACCEPT, AmendmentMove.REFUSE} & set(done)
    assert len(answers) <= 1
    assert len(done) == len(set(done))
    assert (amendment_state(done) is AmendmentState.ASKED) == (not answers)
    assert {AmendmentMove.DISAGREE} == OF_THE_CLIENT


@pytest.mark.req("RT-04")
def test_sixty_days_and_thirty_more_once() -> None:
    assert due_at(AT, []) - AT == datetime.timedelta(days=60)
    assert due_at(AT, [AmendmentMove.EXTEND]) - AT == datetime.timedelta(days=90)


# -- who reads -------------------------------------------------------------------------------------


@pytest.mark.req("AC-05", "AC-16")
@pytest.mark.django_db
def test_a_client_in_raw_sql_sees_the_notes_opened_to_them_and_no_other(
    world: World, application: psycopg.Connection[Any]
) -> None:
    note = opened_note(world)
    signed_note(world.dana, world.mara_case, "Closed.", alone="Mine.", hours_ago=9)
    with acting(application, world.mara_portal.id) as app:
        assert column(app, "SELECT id FROM records_note") == {note}
        assert column(app, "SELECT note_id FROM records_reading") == {note}
        assert column(app, "SELECT id FROM records_process_note") == set()
        assert column(app, "SELECT id FROM records_draft") == set()
    for other in (world.ana_portal, world.ben_portal):
        with acting(application, other.id) as app:
            assert column(app, "SELECT id FROM records_note") == set()
            assert column(app, "SELECT id FROM records_reading") == set()


@pytest.mark.req("AC-05", "AC-16")
@pytest.mark.django_db
def test_one_of_a_couple_in_raw_sql_sees_nothing_of_the_other(
    world: World, application: psycopg.Connection[Any]
) -> None:
    note = of_both(world)
    let_read(world.dana, note, world.ana, world.ben)
    for portal in (world.ana_portal, world.ben_portal):
        accepts(world.dana, says(portal, note, own=True), "Corrected.")
    with acting(application, world.ana_portal.id) as app:
        assert column(app, "SELECT id FROM records_note") == set()
        for table in ("note_part", "part_addendum", "reading", "amendment", "amendment_step"):
            assert column(app, f"SELECT client_id FROM records_{table}") == {world.ana}, table
        assert column(app, "SELECT id FROM records_reading_word") == set()


@pytest.mark.req("SU-01")
@pytest.mark.django_db
def test_a_trainees_note_is_read_once_somebody_stands_for_it(world: World) -> None:
    note = supervising.waiting_note(world, "Half understood.")
    tom = sign_in_for(world.fred, world.tom)
    let_read(world.tess, note, world.tom)
    with pytest.raises(NotThere):
        reads(tom, note)
    with as_actor(tom):
        assert records.queries.own_readings(world.tom).rows == ()
    supervising.co_sign(world.vera, note)
    assert reads(tom, note).shared == "Half understood."


@pytest.mark.django_db
def test_only_its_author_opens_a_note_and_whoever_cares_may_shut_it(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "Slept.")
    assign(world.fred, world.mara_case, world.sam)
    with pytest.raises(Refused), as_actor(world.sam):
        records.actions.set_readers(actor=world.sam, note_id=note, client_ids=[world.mara])
    let_read(world.dana, note, world.mara)
    with as_actor(world.sam):
        records.actions.set_readers(actor=world.sam, note_id=note, client_ids=[])
    with pytest.raises(NotThere):
        reads(world.mara_portal, note)
    for person in (world.vera, world.priya, world.fred):
        with pytest.raises(Refused), as_actor(person):
            records.actions.set_readers(actor=person, note_id=note, client_ids=[world.mara])


@pytest.mark.req("AC-05")
@pytest.mark.django_db
def test_nobody_reads_whose_session_it_was_not(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "Slept.")
    with pytest.raises(Invalid), as_actor(world.dana):
        records.actions.set_readers(actor=world.dana, note_id=note, client_ids=[world.ana])


# -- by hand, past every use case ------------------------------------------------------------------

READING = (
    "INSERT INTO records_reading (id, note_id, session_id, case_id, client_id, by_id, since) "
    "SELECT %(new)s, n.id, n.session_id, n.case_id, %(who)s, %(me)s, now() "
    "FROM records_note n WHERE n.id = %(note)s"
)
STEP = (
    "INSERT INTO records_amendment_step "
    "(id, amendment_id, case_id, client_id, move, basis, text, by_id, at) "
    "SELECT %(new)s, a.id, a.case_id, a.client_id, %(move)s, %(basis)s, '', %(me)s, now() "
    "FROM records_amendment a WHERE a.id = %(said)s"
)


@pytest.mark.req("AC-07", "AC-16")
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["dana for another", "sam", "vera", "mara_portal"])
def test_the_database_lets_nobody_else_open_a_note(
    world: World, application: psycopg.Connection[Any], who: str
) -> None:
    note = opened_note(world)
    let_read(world.dana, note)
    actor: Actor = getattr(world, who.partition(" ")[0])
    reader = world.ana if " " in who else world.mara
    said = {"new": uuid7(), "note": note, "who": reader, "me": actor.id}
    with acting(application, actor.id) as app:
        try:
            assert app.execute(READING, said).rowcount == 0, "the note itself is hidden"
        except psycopg.errors.InsufficientPrivilege:
            return
    assert who in {"sam", "mara_portal"}


@pytest.mark.req("RT-04", "AC-07")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "move", "basis"),
    [
        ("mara_portal", "refused", "accurate"),
        ("mara_portal", "extended", ""),
        ("vera", "refused", "accurate"),
        ("dana", "disagreed", ""),
        ("sam", "refused", "accurate"),
        ("ana_portal", "disagreed", ""),
    ],
)
def test_the_database_lets_nobody_answer_who_may_not(
    world: World, application: psycopg.Connection[Any], who: str, move: str, basis: str
) -> None:
    said = says(world.mara_portal, opened_note(world))
    if move == "disagreed":
        refuses(world.dana, said)
    actor: Actor = getattr(world, who)
    asked = {"new": uuid7(), "said": said, "move": move, "basis": basis, "me": actor.id}
    with acting(application, actor.id) as app:
        try:
            assert app.execute(STEP, asked).rowcount == 0
        except psycopg.errors.InsufficientPrivilege:
            return
    assert who in {"sam", "ana_portal"}


@pytest.mark.req("RT-04")
@pytest.mark.django_db
@pytest.mark.parametrize("move", ["disagreed", "rebutted", "extended"])
def test_the_database_refuses_a_step_out_of_its_order(
    world: World, owner: psycopg.Connection[Any], move: str
) -> None:
    said = says(world.mara_portal, opened_note(world))
    if move == "extended":
        refuses(world.dana, said)
    asked = {"new": uuid7(), "said": said, "move": move, "basis": "", "me": world.dana.id}
    with pytest.raises(psycopg.errors.RestrictViolation, match="does not follow"):
        owner.execute(STEP, asked)


@pytest.mark.req("RT-04", "EN-11")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE records_amendment SET wrong = ''",
        "DELETE FROM records_amendment_step",
        "UPDATE records_amendment_step SET move = 'accepted'",
        "DELETE FROM records_reading",
        "UPDATE records_reading SET until = now(), until_by_id = by_id WHERE until IS NOT NULL",
    ],
)
def test_what_was_said_and_who_could_read_stays_whoever_asks(
    world: World, owner: psycopg.Connection[Any], attack: str
) -> None:
    note = opened_note(world)
    refuses(world.dana, says(world.mara_portal, note))
    let_read(world.dana, note)
    with pytest.raises(psycopg.errors.IntegrityError):
        owner.execute(attack)


# -- the clock, and who was quicker ----------------------------------------------------------------


@pytest.mark.req("RT-04")
@pytest.mark.django_db
def test_more_time_is_taken_once_and_an_answer_is_given_once(world: World) -> None:
    note = opened_note(world)
    said = says(world.mara_portal, note)
    extends(world.priya, said)
    with pytest.raises(Stale):
        extends(world.dana, said)
    with pytest.raises(Stale):
        disagrees(world.mara_portal, said)
    refuses(world.dana, said)
    with pytest.raises(Stale):
        refuses(world.priya, said)
    with pytest.raises(Stale):
        replies(world.dana, said)
    (shown,) = reads(world.mara_portal, note).amendments
    assert shown.due_at - shown.asked_at == datetime.timedelta(days=90)


@pytest.mark.req("RT-04")
@pytest.mark.django_db
def test_an_answer_that_is_late_stands_first_on_the_day_and_takes_no_more_time(
    world: World, root: psycopg.Connection[Any]
) -> None:
    said = says(world.mara_portal, opened_note(world))
    root.execute(
        "SET session_replication_role = replica; "
        "UPDATE records_amendment SET asked_at = now() - interval '61 days'"
    )
    with as_actor(world.priya):
        (row,) = records.queries.waiting_amendments(world.priya)
        assert row.overdue
    with pytest.raises(Stale):
        extends(world.dana, said)


@pytest.mark.req("RT-04")
@pytest.mark.django_db
def test_the_client_is_told_that_there_is_something_and_never_what(
    world: World, root: psycopg.Connection[Any], jobs: Any, mailoutbox: list[Any]
) -> None:
    said = says(world.mara_portal, opened_note(world))
    refuses(world.priya, said, "A word of the refusal.")
    jobs.run()
    (letter,) = mailoutbox
    assert "/space" in letter.body
    told = f"{letter.subject} {letter.body}".lower()
    assert [one for one in ("note", "refus", "session", "counsel") if one in told] == []
    disagrees(world.mara_portal, said)
    jobs.run()
    assert len(mailoutbox) == 1, "nobody is told of their own statement"
