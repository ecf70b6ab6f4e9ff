"""Standing in for a colleague: between dates, for one case, as they would, and no longer."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import records.actions
from clients import actions, queries
from clients.queries import relation
from counselling.access import Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.clients.danger import case_seen, handed_over
from tests.clients.raw import App, acting, column
from tests.people import fresh
from tests.records.writing import hold_session, signed_note, type_draft
from tests.world import World, staff

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-11")]

DAY = datetime.timedelta(days=1)


def hand(actor: Actor, case: UUID, to: Actor, *, begins: int = 0, **more: Any) -> UUID:
    with as_actor(actor) as at:
        (made,) = actions.hand_over(
            actor=actor, case_ids=[case], person_id=to.id,
            since=at + begins * DAY, until=at + (begins + 7) * DAY, **more,
        )  # fmt: skip
    return made


def test_who_stands_in_reads_writes_and_manages_that_case_and_no_other(
    application: App, world: World
) -> None:
    signed_note(world.dana, world.mara_case, "She slept.", alone="Mine alone.", hours_ago=9)
    handed_over(world)
    with acting(application, world.sam.id):
        for level in ("record", "contact", "manage", "write"):
            seen = column(application, "SELECT visible_cases(%s)", level)
            assert world.mara_case in seen, level
            assert world.couple_case not in seen, level
        for level in ("contact", "consent", "manage"):
            assert world.mara in column(application, "SELECT visible_clients(%s)", level)
        assert column(application, "SELECT count(*) FROM records_process_note") == {0}
    note = signed_note(world.sam, world.mara_case, "In Dana's place.", hours_ago=2)
    with as_actor(world.sam):
        assert relation(world.sam, world.mara_case) == "cover"
    with as_actor(world.dana):
        assert records.actions.open_note(actor=world.dana, note_id=note).author == world.sam.id


def test_unsigned_notes_stay_with_who_wrote_them(application: App, world: World) -> None:
    type_draft(world.dana, hold_session(world.dana, world.mara_case), "Half.", alone="Mine.")
    handed_over(world)
    with acting(application, world.sam.id):
        assert column(application, "SELECT count(*) FROM records_draft") == {0}


@pytest.mark.parametrize("how", ["date", "ended", "assignment", "role", "not yet"])
def test_it_ends_by_itself_and_at_once(world: World, root: App, how: str) -> None:
    if how == "not yet":
        hand(world.dana, world.mara_case, world.sam, begins=1)
    else:
        made = handed_over(world)
        assert case_seen(world.sam, world.mara_case)
    if how == "date":
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE clients_cover SET since = since - interval '8 days', "
                     "until = until - interval '8 days'")  # fmt: skip
    elif how == "ended":
        with as_actor(world.dana):
            actions.end_cover(actor=world.dana, cover_id=made)
    elif how == "assignment":
        with as_actor(world.dana):
            one = queries.case_row(world.mara_case).assignments[0]
            actions.end_assignment(actor=world.dana, assignment_id=one.id)
    elif how == "role":
        root.execute("UPDATE accounts_roleheld SET until = now() WHERE account_id = %s",
                     [world.sam.id])  # fmt: skip
    assert not case_seen(world.sam, world.mara_case)


def test_nobody_hands_over_what_is_not_theirs_and_nobody_to_themselves(
    application: App, world: World
) -> None:
    attacks = (
        (world.sam, world.mara_case, world.dana, world.sam),
        (world.sam, world.mara_case, world.sam, world.dana),
        (world.tess, world.tom_case, world.tess, world.sam),
        (world.fred, world.mara_case, world.dana, world.sam),
        (world.priya, world.mara_case, world.dana, world.sam),
        (world.ada, world.mara_case, world.dana, world.sam),
        (world.vera, world.jon_case, world.sam, world.dana),
        (world.dana, world.mara_case, world.dana, world.fred),
        (world.dana, world.mara_case, world.dana, world.mara_portal),
    )
    for by, case, owner, person in attacks:
        with acting(application, by.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(
                "INSERT INTO clients_cover (id, case_id, owner_id, person_id, arranged_by_id, "
                "arranged_at, since, until) VALUES (gen_random_uuid(), %s, %s, %s, %s, now(), "
                "now(), now() + interval '1 day')",
                [case, owner.id, person.id, by.id],
            )
    with pytest.raises((NotThere, Refused)):
        hand(world.sam, world.mara_case, world.dana)
    with pytest.raises(Invalid):
        hand(world.dana, world.mara_case, world.fred)


def test_a_supervisor_arranges_it_for_who_is_ill_and_not_to_herself(
    world: World, mailoutbox: list[Any]
) -> None:
    hand(world.vera, world.tom_case, world.dana, owner_id=world.tess.id)
    assert case_seen(world.dana, world.tom_case)
    assert len(mailoutbox) == 2, "both are told"
    both = staff(world.ada, "bo", "Bo Ferrand", "both", {Role.SUPERVISOR, Role.COUNSELLOR})
    ada = fresh(world.ada)
    with as_actor(ada):
        accounts.supervise(actor=ada, supervisor_id=both.id, supervisee_id=world.sam.id)
    with pytest.raises(Refused):
        hand(both, world.jon_case, both, owner_id=world.sam.id)


def test_a_trainee_who_stands_in_still_waits_for_her_supervisor(world: World) -> None:
    hand(world.dana, world.mara_case, world.tess)
    note = signed_note(world.tess, world.mara_case, "In Dana's place.", hours_ago=2)
    with as_actor(world.vera):
        assert records.actions.open_note(actor=world.vera, note_id=note).awaits_co_signature


def test_days_are_sensible_and_nobody_stands_in_twice(world: World) -> None:
    with as_actor(world.dana) as at, pytest.raises(Invalid):
        actions.hand_over(
            actor=world.dana, case_ids=[world.mara_case], person_id=world.sam.id,
            since=at, until=at + 93 * DAY,
        )  # fmt: skip
    handed_over(world)
    with pytest.raises(Invalid):
        hand(world.dana, world.mara_case, world.tess, begins=3)


def test_what_ended_is_not_prolonged(application: App, world: World) -> None:
    made = handed_over(world)
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("UPDATE clients_cover SET until = until + interval '1 day'")
    with as_actor(world.sam):
        actions.end_cover(actor=world.sam, cover_id=made)
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.IntegrityError):
        application.execute("UPDATE clients_cover SET ended_at = now() + interval '1 hour'")
    with as_actor(world.tess), pytest.raises(NotThere):
        actions.end_cover(actor=world.tess, cover_id=made)


def test_who_stood_in_finishes_what_they_had_begun_and_nothing_else(
    application: App, world: World
) -> None:
    """For seven days: the draft is theirs to sign, the case is not theirs any more."""
    made = handed_over(world)
    session = hold_session(world.sam, world.mara_case)
    version = type_draft(world.sam, session, "In Dana's place.")
    with as_actor(world.sam):
        actions.end_cover(actor=world.sam, cover_id=made)
    assert not case_seen(world.sam, world.mara_case)
    with acting(application, world.sam.id):
        assert column(application, "SELECT session_id FROM records_draft") == {session}
    with as_actor(world.sam):
        records.actions.sign_draft(actor=world.sam, session_id=session, version=version)
