"""A trainee's note waits; who supervises them co-signs or returns it; nobody approves their own."""

from __future__ import annotations

import dataclasses
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

import records.actions
import records.queries
from counselling.access import Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.actions import Given
from records.domain import AddendumKind, NoteState
from records.models import Comment, CoSignature, SupervisionNote
from tests.people import sign_in_browserless
from tests.records.several import noted as noted_about_several
from tests.records.supervising import co_sign, give_back, noted, waiting_note
from tests.records.writing import signed_note
from tests.world import World, assign, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def state(world: World, note: Any) -> NoteState:
    with as_actor(world.tess):
        return records.queries.standing(note).state


def answer(world: World, note: Any, text: str = "I asked him.") -> None:
    with as_actor(world.tess):
        records.actions.add_addendum(
            actor=world.tess, note_id=note, kind=AddendumKind.CORRECTION, text=text
        )


def supervise(world: World, supervisor: Any, supervisee: Any) -> Any:
    with as_actor(world.ada) as at:
        return accounts.supervise(
            actor=dataclasses.replace(world.ada, step_up_at=at),
            supervisor_id=supervisor.id, supervisee_id=supervisee.id,
        )  # fmt: skip


# -- the queue -------------------------------------------------------------------------------------


@pytest.mark.req("SU-01")
def test_a_trainees_notes_wait_for_who_supervises_them_the_oldest_first(world: World) -> None:
    newer, older = waiting_note(world), waiting_note(world, hours_ago=9)
    with as_actor(world.vera):
        first = [one.id for one in records.queries.to_co_sign(world.vera)]
        assert records.queries.count_to_co_sign(world.vera) == 2
        assert records.queries.next_to_co_sign(world.vera, first[0]) == first[1]
    # by when they were signed: what was written later waits less long
    assert first == [newer, older]
    with as_actor(world.dana):
        assert records.queries.to_co_sign(world.dana) == []


@pytest.mark.req("SU-01")
def test_a_co_signed_note_waits_no_longer_and_is_never_signed_twice(world: World) -> None:
    note = waiting_note(world)
    co_sign(world.vera, note)
    assert state(world, note) is NoteState.CO_SIGNED
    with as_actor(world.vera):
        assert records.queries.to_co_sign(world.vera) == []
    with pytest.raises(Stale):
        co_sign(world.vera, note)
    with pytest.raises(Stale):
        give_back(world.vera, note)


@pytest.mark.req("SU-01")
def test_a_returned_note_waits_for_its_author_and_an_addendum_puts_it_back(world: World) -> None:
    note = waiting_note(world)
    give_back(world.vera, note)
    assert state(world, note) is NoteState.RETURNED
    with as_actor(world.vera):
        assert records.queries.to_co_sign(world.vera) == []
        assert [one.id for one in records.queries.with_their_authors(world.vera)] == [note]
    with as_actor(world.tess):
        assert [one.id for one in records.queries.returned_to(world.tess)] == [note]
    with pytest.raises(Stale):
        co_sign(world.vera, note)
    answer(world, note)
    assert state(world, note) is NoteState.AWAITING
    with pytest.raises(Stale):  # the page she had open did not show the answer
        co_sign(world.vera, note)
    co_sign(world.vera, note, addenda=1)
    assert state(world, note) is NoteState.CO_SIGNED


@pytest.mark.req("SU-01")
def test_any_of_several_supervisors_in_dates_may_sign_and_none_after_theirs(world: World) -> None:
    wanda = staff(world.ada, "wanda", "Wanda Holm", "supervisor", {Role.SUPERVISOR})
    first, second, third = (waiting_note(world, hours_ago=hours) for hours in (3, 2, 1))
    co_sign(world.vera, first)
    arranged = supervise(world, wanda, world.tess)
    co_sign(wanda, second)
    with as_actor(world.ada) as at:
        accounts.end_supervision(
            actor=dataclasses.replace(world.ada, step_up_at=at), supervision_id=arranged
        )
    with pytest.raises(NotThere):
        co_sign(wanda, third)


# -- nobody approves their own ---------------------------------------------------------------------


@pytest.mark.req("SU-01", "AC-07")
def test_who_is_supervisor_and_trainee_both_never_co_signs_their_own_note(world: World) -> None:
    both = staff(world.ada, "una", "Una Both", "", {Role.TRAINEE, Role.SUPERVISOR})
    assign(world.fred, world.tom_case, both)
    note = signed_note(both, world.tom_case, "Mine.")
    for act in (co_sign, give_back):
        with pytest.raises(Refused, match="own-note"):
            act(both, note)
    with as_actor(both), pytest.raises(NotThere):
        records.queries.judged_by(both, note)


@pytest.mark.req("SU-01", "AC-07", "EN-11")
@pytest.mark.parametrize("table", ["records_co_signature", "records_return"])
def test_the_database_lets_nobody_approve_their_own_not_even_its_owner(
    world: World, owner: psycopg.Connection[Any], table: str
) -> None:
    note = waiting_note(world)
    at = "signed_at" if table == "records_co_signature" else "returned_at"
    insert = (
        f"INSERT INTO {table} (id, note_id, case_id, author_id, supervisor_id, {at}) "
        "VALUES (%s, %s, %s, %s, %s, now())"
    )
    own = [uuid7(), note, world.tom_case, world.tess.id, world.tess.id]
    with pytest.raises(psycopg.errors.RestrictViolation, match="Nobody approves their own"):
        owner.execute(insert, own)
    # nor by saying that somebody else had written it, or in another case
    for author, case in ((world.dana.id, world.tom_case), (world.tess.id, world.mara_case)):
        with pytest.raises(psycopg.errors.RestrictViolation, match="another author or case"):
            owner.execute(insert, [uuid7(), note, case, author, world.vera.id])
    # nor a note that waits for nobody
    plain = signed_note(world.dana, world.mara_case, "A counsellor's.")
    with pytest.raises(psycopg.errors.RestrictViolation, match="does not wait"):
        owner.execute(insert, [uuid7(), plain, world.mara_case, world.dana.id, world.vera.id])
    # nor twice, nor while it is with its author
    give_back(world.vera, note)
    with pytest.raises(psycopg.errors.RestrictViolation, match="does not wait"):
        owner.execute(insert, [uuid7(), note, world.tom_case, world.tess.id, world.vera.id])


@pytest.mark.req("SU-01", "AC-07", "AC-16")
@pytest.mark.parametrize("who", ["sam", "dana", "tess", "priya"])
def test_the_policy_lets_only_who_supervises_the_author_judge(world: World, who: str) -> None:
    note, actor = waiting_note(world), getattr(world, who)
    row = CoSignature(
        note_id=note, case_id=world.tom_case, author_id=world.tess.id,
        supervisor_id=world.vera.id if who == "sam" else actor.id, signed_at="2026-01-01T00:00Z",
    )  # fmt: skip
    refused = pytest.raises(Exception, match=r"row-level security|approves their own")
    with refused, as_actor(actor), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.req("EN-11")
@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM records_co_signature",
        "UPDATE records_return SET returned_at = now()",
        "DELETE FROM records_return_comment",
        "UPDATE records_supervision_note SET shared = true",
    ],
)
def test_what_was_judged_or_noted_never_changes(
    world: World, owner: psycopg.Connection[Any], attack: str
) -> None:
    note = waiting_note(world)
    give_back(world.vera, note)
    answer(world, note)
    co_sign(world.vera, note, addenda=1)
    noted(world.vera, world.tess.id, "Went well.")
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        owner.execute(attack)


# -- comments on passages --------------------------------------------------------------------------


def test_comments_stand_at_their_passages_and_are_for_author_and_supervisor(world: World) -> None:
    note = waiting_note(world)
    give_back(
        world.vera, note,
        Given("How do you know?", "five hours and", "record", 9),
        Given("Which?", "the  Sunday\nEVENINGS"),
        Given("Write more of your own part."),
    )  # fmt: skip
    for reader in (world.tess, world.vera):
        with as_actor(reader):
            (back,) = records.actions.open_comments(actor=reader, note_id=note)
        assert [one.words for one in back.comments] == [
            "How do you know?", "Which?", "Write more of your own part.",
        ]  # fmt: skip
        first, second, third = (one.passage for one in back.comments)
        assert third is None
        assert first is not None
        assert second is not None
        assert (first.quote, first.start) == ("five hours and", 9)
        assert second.quote == "the Sunday evenings"
    assert "How do you know?" not in repr(back)


@pytest.mark.req("SU-01", "AC-05")
def test_every_members_part_is_judged_too_and_an_answer_may_stand_under_it(world: World) -> None:
    assign(world.fred, world.couple_case, world.tess)
    parts = {world.ana: "Ana sleeps badly.", world.ben: "Ben counts the days."}
    note = noted_about_several(world.tess, world.couple_case, "They spoke of May.", parts)
    page = browser(world.vera).get(f"/supervision/notes/{note}").content.decode()
    assert "Ana sleeps badly." in page
    assert "Ben counts the days." in page
    give_back(world.vera, note, Given("Since when?", "counts the days"))
    with as_actor(world.tess):
        (back,) = records.actions.open_comments(actor=world.tess, note_id=note)
        shown = records.actions.open_note(actor=world.tess, note_id=note).parts
        part = next(one.id for one in shown if one.client == world.ben)
        assert back.comments[0].passage is not None
        assert back.comments[0].passage.part == f"part-{part}"
        records.actions.add_to_part(
            actor=world.tess, part_id=part, kind=AddendumKind.CORRECTION, text="Since May."
        )
    assert state(world, note) is NoteState.AWAITING
    with pytest.raises(Stale):
        co_sign(world.vera, note)
    co_sign(world.vera, note, addenda=1)


@pytest.mark.req("AC-06", "SU-03")
@pytest.mark.parametrize("who", ["sam", "priya", "fred", "mara_portal"])
def test_nobody_else_finds_a_comment_not_even_a_colleague_in_the_same_case(
    world: World, who: str
) -> None:
    note, actor = waiting_note(world), getattr(world, who)
    if who == "sam":
        assign(world.fred, world.tom_case, world.sam)
    give_back(world.vera, note)
    with as_actor(actor):
        assert Comment.objects.count() == 0
    if who == "sam":
        with as_actor(actor):
            assert records.actions.open_comments(actor=actor, note_id=note) == ()


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ((), "what is to be changed"),
        ((Given("  "),), "Write what"),
        ((Given("Where?", "words that nobody wrote"),), "do not stand"),
        ((Given("x" * 4_001),), "at most"),
        ((Given("a"),) * 21, "at most 20"),
    ],
)
def test_a_return_says_something_about_words_that_are_there(
    world: World, comment: tuple[Given, ...], why: str
) -> None:
    note = waiting_note(world)
    with pytest.raises(Invalid, match=why), as_actor(world.vera):
        records.actions.return_note(actor=world.vera, note_id=note, comments=comment, addenda=0)
    assert state(world, note) is NoteState.AWAITING


def test_two_supervisors_at_once_leave_one_judgement(world: World) -> None:
    note = waiting_note(world)
    give_back(world.vera, note)
    row = CoSignature(
        note_id=note, case_id=world.tom_case, author_id=world.tess.id,
        supervisor_id=world.vera.id, signed_at="2026-01-01T00:00Z",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="does not wait"), as_actor(world.vera):
        row.save(force_insert=True)


# -- notes of supervision --------------------------------------------------------------------------


@pytest.mark.req("SU-03")
def test_a_note_of_supervision_is_for_its_writer_unless_it_is_shared(world: World) -> None:
    alone = noted(world.vera, world.tess.id, "Tess hurries endings.")
    shared = noted(world.vera, world.tess.id, "Agreed: one goal a week.", shared=True)
    with as_actor(world.vera):
        told = records.queries.notes_about(world.vera, world.tess.id)
        assert [one.id for one in told] == [shared, alone]
        page = records.actions.open_supervision_note(actor=world.vera, supervision_note_id=alone)
        assert page.text == "Tess hurries endings."
    with as_actor(world.tess):
        assert [one.id for one in records.queries.notes_shared_with(world.tess)] == [shared]
        records.actions.open_supervision_note(actor=world.tess, supervision_note_id=shared)
    for reader, note in ((world.tess, alone), (world.dana, shared), (world.sam, shared)):
        with pytest.raises(NotThere), as_actor(reader):
            records.actions.open_supervision_note(actor=reader, supervision_note_id=note)


@pytest.mark.req("SU-03")
def test_a_note_of_supervision_is_tied_to_no_client_and_no_case(
    world: World, root: psycopg.Connection[Any]
) -> None:
    note = noted(world.vera, world.tess.id, "About the work.")
    rows = root.execute(
        "SELECT payload::jsonb FROM audit_event WHERE kind LIKE 'supervision.%'"
    ).fetchall()
    assert len(rows) >= 3
    assert not [row for (row,) in rows if "client" in row or "clients" in row or "case" in row]
    names = {field.name for field in SupervisionNote._meta.get_fields()}
    assert not names & {"client", "case", "note", "session"}
    with as_actor(world.vera):
        assert SupervisionNote.objects.filter(id=note).exists()


def test_a_draft_of_supervision_follows_the_rules_of_drafts(world: World) -> None:
    act = records.actions.save_supervision_draft
    with as_actor(world.vera):
        about = {"actor": world.vera, "supervisee_id": world.tess.id}
        version, _ = act(**about, version=0, text="one", tab="this page")
        with pytest.raises(Stale):
            act(**about, version=0, text="two", tab="another")
        version, _ = act(**about, version=0, text="one, two", tab="this page")
        assert records.actions.open_supervision_draft(**about).text == "one, two"
        with pytest.raises(Stale):
            records.actions.sign_supervision_note(**about, version=1, shared=False)
        act(**about, version=version, text=" ")
        with pytest.raises(Invalid):
            records.actions.sign_supervision_note(**about, version=version + 1, shared=False)
        with pytest.raises(Invalid, match="at most"):
            act(**about, version=version + 1, text="x" * 100_001)
    with pytest.raises(NotThere), as_actor(world.vera):
        act(actor=world.vera, supervisee_id=world.sam.id, version=0, text="not mine")
    with pytest.raises(NotThere), as_actor(world.vera):
        records.actions.sign_supervision_note(
            actor=world.vera, supervisee_id=world.dana.id, version=1, shared=False
        )


# -- the pages -------------------------------------------------------------------------------------


def browser(actor: Any) -> Client:
    client = Client()
    sign_in_browserless(client, actor)
    return client


def test_vera_works_through_her_queue(world: World) -> None:
    first, second = waiting_note(world, hours_ago=9), waiting_note(world)
    vera = browser(world.vera)
    assert b"2 notes to co-sign" in vera.get("/supervision").content
    page = vera.get(f"/supervision/notes/{first}").content.decode()
    assert page.index("five hours") < page.index("Co-sign and next")
    done = vera.post(f"/notes/{first}/co-signature", {"addenda": 0})
    assert done.headers["Location"] == f"/supervision/notes/{second}"
    forms = {
        "c-TOTAL_FORMS": 2, "c-INITIAL_FORMS": 0, "addenda": 0, "c-0-quote": "of the brother",
        "c-0-words": "Which one?", "c-1-quote": "", "c-1-words": "",
    }  # fmt: skip
    wrong = vera.post(f"/notes/{second}/returns", forms | {"c-0-quote": "of the sister"})
    assert wrong.status_code == 422
    assert b"do not stand in the note" in wrong.content
    assert b"Which one?" in wrong.content
    empty = vera.post(f"/notes/{second}/returns", forms | {"c-0-words": "", "c-0-quote": ""})
    assert empty.status_code == 422
    done = vera.post(f"/notes/{second}/returns", forms)
    assert done.headers["Location"] == "/supervision"
    late = vera.post(f"/notes/{second}/co-signature", {"addenda": 0}, follow=True)
    assert b"meanwhile" in late.content


def test_tess_reads_the_comments_beside_the_passage_and_answers(world: World) -> None:
    note = waiting_note(world)
    give_back(world.vera, note, Given("Which <one>?", "of the brother"))
    tess = browser(world.tess)
    assert b"came back to you" in tess.get("/supervision").content
    page = tess.get(f"/notes/{note}/comments").content.decode()
    assert '<mark data-comment="1">of the brother</mark>' in page
    assert "Which &lt;one&gt;?" in page
    assert tess.post(f"/notes/{note}/comments", {"kind": "correction"}).status_code == 422
    said = {"kind": "correction", "text": "The elder."}
    assert tess.post(f"/notes/{note}/comments", said).status_code == 302
    assert state(world, note) is NoteState.AWAITING
    assert "Answer with an addendum" not in tess.get(f"/notes/{note}/comments").content.decode()
    assert browser(world.sam).get(f"/notes/{note}/comments").status_code == 404


def test_vera_keeps_a_note_of_supervision_and_shares_it(world: World) -> None:
    vera, path = browser(world.vera), f"/supervision/people/{world.tess.id}"
    typed = {"text": "Agreed: one goal.", "version": 0, "tab": "a", "shared": "yes"}
    quiet = {"headers": {"Accept": "application/json"}}
    assert vera.get(f"{path}/draft").status_code == 200
    assert vera.post(f"{path}/draft", typed, **quiet).json()["version"] == 1
    stale = typed | {"tab": "b"}
    assert vera.post(f"{path}/draft", stale, **quiet).json() == {"conflict": True}
    assert vera.post(f"{path}/draft", stale).status_code == 409
    assert vera.post(f"{path}/draft", typed | {"version": "x"}, **quiet).status_code == 422
    assert vera.post(f"{path}/draft", typed | {"shared": "maybe"}).status_code == 422
    empty = typed | {"text": "", "version": 1, "act": "sign"}
    assert vera.post(f"{path}/draft", empty).status_code == 422
    signed = vera.post(f"{path}/draft", typed | {"version": 1, "act": "sign"}, follow=True)
    assert b"shared" in signed.content
    assert b"Shared with you" in browser(world.tess).get("/supervision").content
    assert vera.get(f"/supervision/people/{world.sam.id}").status_code == 404
    assert browser(world.dana).get(path).status_code == 403


@pytest.mark.req("SU-01")
def test_the_notes_own_page_says_where_it_stands_and_leads_on(world: World) -> None:
    note = waiting_note(world)
    assert "Co-sign or return" in browser(world.vera).get(f"/notes/{note}").content.decode()
    give_back(world.vera, note)
    tess = browser(world.tess)
    page = tess.get(f"/notes/{note}").content.decode()
    assert "Comments of your supervisor" in page
    assert "by <bdi>Vera Lindqvist</bdi>" in page
    answer(world, note)
    co_sign(world.vera, note, addenda=1)
    assert "co-signed" in tess.get(f"/notes/{note}").content.decode()
    with as_actor(world.tess):
        (row,) = records.queries.notes_of_cases([world.tom_case])
    assert row.state is NoteState.CO_SIGNED


@pytest.mark.req("SU-02", "AC-05")
def test_the_client_is_told_who_supervises_and_when_nobody_does(world: World) -> None:
    ana = browser(world.ana_portal)
    page = ana.get("/space/care").content.decode()
    assert "Dana Roth" in page
    assert "supervised by <strong><bdi>Vera Lindqvist</bdi></strong>" in page
    assert "Tess Moreau" not in page
    assert "Sam Idris" not in page
    with as_actor(world.ada) as at:
        accounts.deactivate(
            actor=dataclasses.replace(world.ada, step_up_at=at), person_id=world.vera.id
        )
    assert "Nobody supervises the work at the moment" in ana.get("/space/care").content.decode()
    assign(world.fred, world.mara_case, world.tess)
    mara = browser(world.mara_portal).get("/space/care").content.decode()
    assert "somebody in training is always supervised" in mara
    assert browser(world.dana).get("/space/care").status_code == 403


@pytest.mark.req("SU-01")
def test_today_says_what_came_back_and_that_nobody_supervises(world: World) -> None:
    note = waiting_note(world)
    give_back(world.vera, note)
    tess = browser(world.tess)
    assert f"/notes/{note}/comments" in tess.get("/today").content.decode()
    with as_actor(world.ada) as at:
        accounts.deactivate(
            actor=dataclasses.replace(world.ada, step_up_at=at), person_id=world.vera.id
        )
    assert "nobody supervises you" in tess.get("/today").content.decode()
    assert "Nobody supervises you" in tess.get("/supervision").content.decode()
    assert browser(world.sam).get("/").headers["Location"] == "/today"
