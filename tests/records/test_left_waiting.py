"""A trainee's note that waits stays with who supervises them when the case is left or closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

import clients.actions
import clients.queries
import records.actions
import records.queries
from clients.domain import CaseState
from counselling.access import Role
from counselling.db import as_actor
from counselling.errors import NotThere
from records.actions import TypedPlan
from records.domain import AddendumKind
from records.domain.plans import content_of
from records.domain.searching import Asked, read_terms
from records.models import Note
from tests.people import sign_in_browserless
from tests.records.passing import seen
from tests.records.supervising import co_sign, give_back, waiting_note
from tests.records.writing import signed_note
from tests.web.browsing import browser
from tests.world import NAMES, World, staff

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def leave(world: World, how: str = "ended") -> str:
    """End Tess's assignment to Tom's case, or close the case; gives its reference."""
    with as_actor(world.fred):
        row = clients.queries.case_row(world.tom_case)
        if how == "ended":
            clients.actions.end_assignment(actor=world.fred, assignment_id=row.assignments[0].id)
        else:
            clients.actions.change_case_state(
                actor=world.fred, case_id=row.id, state=CaseState.CLOSED
            )
    return row.reference


def answer(world: World, note: UUID) -> None:
    with as_actor(world.tess):
        records.actions.add_addendum(
            actor=world.tess, note_id=note, kind=AddendumKind.CORRECTION, text="The elder one."
        )


@pytest.mark.req("SU-01", "AC-11")
@pytest.mark.parametrize("how", ["ended", "closed"])
def test_vera_still_judges_what_waited_when_tess_left_and_no_name_is_open(
    world: World, root: psycopg.Connection[Any], how: str
) -> None:
    first, second = waiting_note(world, hours_ago=5), waiting_note(world)
    reference = leave(world, how)
    queue = seen(world.vera, "/supervision")
    assert "2 notes to co-sign" in queue
    assert f"Case {reference}" in queue
    page = seen(world.vera, f"/supervision/notes/{first}")
    assert "five hours" in page
    assert reference in page
    for name in NAMES["tom"]:
        assert name not in queue + page
    co_sign(world.vera, first)
    give_back(world.vera, second)
    told = root.execute(
        "SELECT kind, client, payload::json ->> 'relation' FROM audit_event "
        "WHERE kind IN ('note.opened', 'note.co-signed', 'note.returned')"
    ).fetchall()
    assert {(client, why) for _, client, why in told} == {(world.tom, "supervision")}
    assert {kind for kind, _, _ in told} == {"note.opened", "note.co-signed", "note.returned"}
    with as_actor(world.vera):
        assert [one.id for one in records.queries.with_their_authors(world.vera)] == [second]
        assert list(Note.objects.values_list("id", flat=True)) == [second]


@pytest.mark.req("SU-01", "AC-11")
def test_tess_answers_what_came_back_and_then_it_is_out_of_her_sight_again(world: World) -> None:
    note = waiting_note(world)
    reference = leave(world)
    with as_actor(world.tess):
        assert not Note.objects.exists()
    give_back(world.vera, note)
    tess = browser()
    sign_in_browserless(tess, world.tess)
    today = tess.get("/today").content.decode()
    assert f"/notes/{note}/comments" in today
    assert reference in today
    page = tess.get(f"/notes/{note}/comments").content.decode()
    assert "Say how you know." in page
    assert reference in page
    said = {"kind": "correction", "text": "He named him."}
    done = tess.post(f"/notes/{note}/comments", said, follow=True)
    assert done.status_code == 200
    assert "waits for your supervisor again" in done.content.decode()
    assert tess.get(f"/notes/{note}/comments").status_code == 404
    for name in NAMES["tom"]:
        assert name not in today + page + done.content.decode()
    co_sign(world.vera, note, addenda=1)
    with as_actor(world.vera):
        assert not Note.objects.exists()


@pytest.mark.req("SU-01", "AC-11")
def test_a_return_before_tess_left_is_hers_to_answer_too(world: World) -> None:
    note = waiting_note(world)
    give_back(world.vera, note)
    leave(world)
    answer(world, note)
    with pytest.raises(NotThere):
        answer(world, note)
    with as_actor(world.vera):
        assert [one.id for one in records.queries.to_co_sign(world.vera)] == [note]


@pytest.mark.req("AC-11", "AC-07")
def test_nothing_else_of_the_case_comes_along(world: World) -> None:
    other = signed_note(world.tess, world.tom_case, "Signed before.", hours_ago=30)
    co_sign(world.vera, other)
    note = waiting_note(world)
    give_back(world.vera, note)
    leave(world)
    for who in (world.vera, world.tess):
        page = browser()
        sign_in_browserless(page, who)
        assert page.get(f"/supervision/notes/{other}").status_code in {403, 404}
        for path in (
            f"/notes/{other}", f"/notes/{note}", f"/notes/{note}/print", f"/notes/{note}/copy",
            f"/notes/{note}/addenda/new", f"/notes/{note}/readers", f"/cases/{world.tom_case}",
            f"/clients/{world.tom}", f"/clients/{world.tom}/notes",
        ):  # fmt: skip
            assert page.get(path).status_code in {403, 404}, (who, path)
        with as_actor(who):
            found = records.actions.begin_search(actor=who, asked=Asked(read_terms("five hours")))
            assert found.count == 0


@pytest.mark.req("AC-07", "SU-01")
def test_nobody_else_sees_it(world: World) -> None:
    note = waiting_note(world)
    una = staff(world.ada, "una", "Una Berg", "supervisor", {Role.SUPERVISOR})
    leave(world)
    for who in (una, world.dana, world.sam, world.priya, world.fred, world.tess):
        with as_actor(who), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM records_left_waiting()")
            assert cursor.fetchone() == (0,)
            assert not Note.objects.filter(id=note).exists()
    with pytest.raises(NotThere):
        co_sign(una, note)


@pytest.mark.req("AC-07", "SU-01")
def test_who_supervises_her_no_longer_does_not_see_it_either(
    world: World, root: psycopg.Connection[Any]
) -> None:
    note = waiting_note(world)
    leave(world)
    with as_actor(world.vera):
        assert records.queries.standing(note)
    root.execute(
        "UPDATE accounts_supervision SET until = now() WHERE supervisee_id = %s", [world.tess.id]
    )
    with as_actor(world.vera), pytest.raises(NotThere):
        records.queries.standing(note)


@pytest.mark.req("AC-11", "SU-01")
def test_it_is_named_before_the_assignment_or_the_case_ends(world: World) -> None:
    waiting_note(world)
    with as_actor(world.fred):
        row = clients.queries.case_row(world.tom_case).assignments[0]
    for path in (f"/assignments/{row.id}/end", f"/cases/{world.tom_case}/state"):
        page = seen(world.fred, path)
        assert "1 note without a co-signature" in page
        assert "unsigned note" not in page
        assert "can still co-sign it" in page


@pytest.mark.req("AC-11")
def test_a_safety_plan_that_nobody_signed_is_named_before_the_case_is_left(world: World) -> None:
    with as_actor(world.dana):
        records.actions.save_plan_draft(
            actor=world.dana, case_id=world.mara_case, client_id=world.mara, version=0,
            typed=TypedPlan(content_of({"signs": "No sleep at all."})),
        )  # fmt: skip
    with as_actor(world.fred):
        row = clients.queries.case_row(world.mara_case).assignments[0]
    for who in (world.fred, world.dana):
        for path in (f"/assignments/{row.id}/end", f"/cases/{world.mara_case}/state"):
            page = seen(who, path)
            assert "1 unsigned safety plan" in page
            assert "Sign it first." in page
            assert "No sleep" not in page
    draft = f"/cases/{world.mara_case}/clients/{world.mara}/safety/draft"
    assert draft in seen(world.dana, f"/assignments/{row.id}/end")
