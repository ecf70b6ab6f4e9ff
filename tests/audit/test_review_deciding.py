"""What was found is decided by somebody else, one by one, and then it stays (AT-12)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection

from audit import actions, queries
from audit.domain.deciding import Word
from audit.models import FindingWord, Review
from counselling.access import SERVICE, Actor, Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused, StepUpNeeded
from tests import people
from tests.audit.deciding import answer, finish, found, say
from tests.raw import superuser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("AT-12")]


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def root() -> Iterator[psycopg.Connection[Any]]:
    with superuser() as connected:
        yield connected


def opened_by(actor: Actor) -> set[UUID]:
    """Give what stands on somebody's review page."""
    with as_actor(actor):
        return {one.id for one in queries.open_findings()}


def outsider(world: World) -> Actor:
    """Invite somebody from outside."""
    return people.make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside")


# -- who reviews whom -------------------------------------------------------------------------


def test_a_supervisor_reviews_supervisees_and_the_privacy_officer_all(world: World) -> None:
    danas, sams = found(world.dana), found(world.sam)
    assert opened_by(world.vera) == {danas}
    assert opened_by(world.priya) == {danas, sams}
    assert opened_by(world.dana) == opened_by(world.fred) == opened_by(world.ada) == set()


def test_nobody_reviews_their_own_accesses(world: World) -> None:
    veras, priyas = found(world.vera), found(world.priya)
    assert opened_by(world.vera) == {priyas}  # a peer, as long as there is nobody else
    assert opened_by(world.priya) == {veras}
    for reviewer, own in ((world.vera, veras), (world.priya, priyas)):
        with pytest.raises(NotThere):
            say(reviewer, own)
        with as_actor(reviewer), pytest.raises(NotThere):
            actions.read_finding(actor=reviewer, finding_id=own)


def test_an_outside_reviewer_reviews_everybody_and_then_peers_do_not(world: World) -> None:
    priyas = found(world.priya)
    assert opened_by(world.vera) == {priyas}
    otto = outsider(world)
    assert opened_by(otto) == {priyas}
    assert opened_by(world.vera) == set()


def test_an_outside_reviewer_sees_references_and_no_client(world: World) -> None:
    otto, finding = outsider(world), found(world.sam, client=world.mara, case=world.mara_case)
    with as_actor(otto):
        row = queries.finding(finding)
        assert set(queries.references([row])) == {world.mara, world.mara_case}
        with connection.cursor() as cursor:
            for table in ("clients_client", "clients_case", "records_note"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)


def test_references_are_told_only_of_what_one_reviews(world: World) -> None:
    found(world.sam, client=world.mara, case=world.mara_case)
    ids = [world.mara, world.mara_case]
    for person, number in ((world.vera, 0), (world.sam, 0), (world.priya, 2), (world.ada, 0)):
        with as_actor(person), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_references(%s)", [ids])
            assert cursor.fetchone() == (number,)


def test_an_outside_reviewer_is_nothing_else(world: World) -> None:
    ada = people.fresh(world.ada)
    with as_actor(ada), pytest.raises(Invalid, match="no other role"):
        accounts.give_role(actor=ada, person_id=world.sam.id, role=Role.OUTSIDE_REVIEWER)
    otto = outsider(world)
    with as_actor(ada), pytest.raises(Invalid, match="no other role"):
        accounts.give_role(actor=ada, person_id=otto.id, role=Role.COUNSELLOR)
    with superuser() as root, pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        root.execute(
            "INSERT INTO accounts_roleheld (id, account_id, role, since, given_by) "
            "VALUES (%s, %s, 'counsellor', now(), %s)",
            [uuid4(), otto.id, ada.id],
        )


def test_it_is_said_whose_accesses_nobody_can_review(world: World) -> None:
    with as_actor(world.ada):
        assert queries.unreviewed_people() == []
    ada = people.fresh(world.ada)
    with as_actor(ada):
        accounts.end_role(actor=ada, person_id=world.priya.id, role=Role.PRIVACY_OFFICER)
    with as_actor(world.ada):
        left = set(queries.unreviewed_people())
    assert left == {world.sam.id, world.vera.id, world.fred.id}  # Dana and Tess have Vera
    with as_actor(world.dana):
        assert queries.unreviewed_people() == []
    outsider(world)
    with as_actor(world.ada):
        assert queries.unreviewed_people() == []


# -- deciding ---------------------------------------------------------------------------------


def test_a_decision_may_be_changed_until_it_is_signed_and_both_stay(world: World) -> None:
    finding = found(world.dana)
    say(world.vera, finding, code="planned")
    say(world.vera, finding, Word.ESCALATED, "She was not on duty.")
    with as_actor(world.vera):
        row = queries.finding(finding)
    assert [one.word for one in row.said] == [Word.EXPLAINED, Word.ESCALATED]
    say(world.vera, finding, code="cover")
    finish(world.vera)
    with pytest.raises(Invalid, match="stays"):
        say(world.vera, finding, Word.ESCALATED, "After all.")
    with pytest.raises(Invalid, match="stays"):
        say(world.priya, finding)


def test_what_is_escalated_is_decided_by_somebody_else_with_words(world: World) -> None:
    finding = found(world.dana)
    say(world.vera, finding, Word.ESCALATED, "I do not understand this.")
    finish(world.vera)
    assert opened_by(world.vera) == set()
    assert opened_by(world.priya) == {finding}
    with pytest.raises(Invalid, match="cannot be said"):
        say(world.priya, finding, code="planned")
    with pytest.raises(Invalid, match="what was done"):
        say(world.priya, finding, Word.NOT_JUSTIFIED)
    say(world.priya, finding, Word.NOT_JUSTIFIED, "She was warned in writing.")
    finish(world.priya)
    assert opened_by(world.priya) == set()


def test_where_nobody_is_there_to_escalate_to_one_decides_oneself(world: World) -> None:
    finding = found(world.sam)  # of Sam's accesses Priya alone decides
    with pytest.raises(Invalid, match="cannot be said"):
        say(world.priya, finding, Word.ESCALATED, "To whom?")
    say(world.priya, finding, Word.NOT_JUSTIFIED, "Sam has no reason.")
    outsider(world)
    other = found(world.sam, rule="surname")
    say(world.priya, other, Word.ESCALATED, "He is my neighbour.")


def test_who_is_asked_answers_and_sees_nothing_else(world: World) -> None:
    finding = found(world.dana, client=world.jon, case=world.jon_case)
    with as_actor(world.dana), pytest.raises(NotThere):
        actions.read_question(actor=world.dana, finding_id=finding)
    say(world.vera, finding, Word.ASKED, "Why this case?")
    with pytest.raises(NotThere):
        answer(world.sam, finding)
    answer(world.dana, finding, "Jon called me.")
    with pytest.raises(Invalid, match="Nothing is asked"):
        answer(world.dana, finding, "And again.")
    say(world.vera, finding, Word.ESCALATED, "That is not true.")
    with as_actor(world.dana):
        shown = actions.read_question(actor=world.dana, finding_id=finding)
    assert sorted(shown.texts.values()) == ["Jon called me.", "Why this case?"]
    with as_actor(world.vera):
        read = actions.read_finding(actor=world.vera, finding_id=finding)
    assert "Jon called me." in read.texts.values()


# -- finishing --------------------------------------------------------------------------------


def test_nothing_closes_unseen(world: World) -> None:
    first, second = found(world.dana), found(world.tess)
    say(world.vera, first)
    with pytest.raises(Invalid, match="Decide everything"):
        finish(world.vera)
    say(world.vera, second, Word.ASKED, "What was this?")
    finish(world.vera)
    assert opened_by(world.vera) == {second}  # asked and not answered: it stays open
    answer(world.tess, second)
    with pytest.raises(Invalid, match="Decide everything"):
        finish(world.vera)
    with pytest.raises(Invalid):
        say(world.vera, second, Word.ASKED, "")
    say(world.vera, second, code="training")
    finish(world.vera)
    assert opened_by(world.vera) == set()
    with pytest.raises(Invalid, match="nothing to sign"):
        finish(world.vera)


def test_a_review_is_signed_with_a_second_factor(world: World) -> None:
    say(world.vera, found(world.dana))
    with as_actor(world.vera), pytest.raises(StepUpNeeded):
        actions.finish_review(actor=world.vera)


def test_a_statement_is_in_the_log_by_its_hash_and_holds_no_name(world: World) -> None:
    say(world.vera, found(world.dana, client=world.mara), code="planned")
    say(world.vera, found(world.tess, rule="ordinary", reviewer=str(world.vera.id)))
    review = finish(world.vera, "Dana is doing well.")
    with as_actor(world.vera):
        kept = Review.objects.get(pk=review)
        shown = actions.read_reviews(actor=world.vera)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT payload FROM audit_event WHERE kind = 'audit.review.signed' "
                "AND payload::json ->> 'row' = %s",
                [str(review)],
            )
            said = json.loads(cursor.fetchone()[0])
    assert kept.statement.startswith("I looked at 1 finding and 1 ordinary visit, ")
    assert kept.statement.endswith("each by itself. 2 explained.")
    assert said["reason_hash"] == hashlib.sha256(kept.statement.encode()).hexdigest()
    assert said["detail"]["explained"] == 2
    assert f"audit_review/{review}/words" in said["sealed"]
    assert shown[0].words == "Dana is doing well."


def test_others_reviews_are_shown_to_who_oversees_them(world: World) -> None:
    say(world.vera, found(world.dana))
    review = finish(world.vera)
    for person, seen in ((world.vera, True), (world.priya, True), (outsider(world), True)):
        with as_actor(person):
            assert any(one.id == review for one in actions.read_reviews(actor=person)) is seen
    with as_actor(world.dana), pytest.raises(Refused):
        actions.read_reviews(actor=world.dana)


# -- whoever writes ---------------------------------------------------------------------------


def test_nobody_writes_a_finding_but_the_machine_and_nobody_changes_one(
    world: World, root: psycopg.Connection[Any]
) -> None:
    with pytest.raises(DatabaseError), as_actor(world.vera), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_finding (id, rule, person_id, role, began, ended, count, "
            "events, facts, found_at) VALUES (%s, 'x', %s, '', now(), now(), 1, '{}', '{}', "
            "now())",
            [uuid7(), world.dana.id],
        )
    finding = found(world.dana)
    say(world.vera, finding)
    finish(world.vera)
    for table in ("audit_finding", "audit_findingword", "audit_review"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):  # names of tables
            with pytest.raises(psycopg.Error, match="never changes"):
                root.execute(statement)
    for change in ("audit_finding SET count = 1", "audit_review SET statement = 'x'",
                   "audit_findingword SET code = 'other'"):  # fmt: skip
        with pytest.raises(psycopg.Error, match="never changes"):
            root.execute(f"UPDATE {change}")


def test_no_word_is_said_in_somebody_elses_name_or_of_what_is_not_there(world: World) -> None:
    finding = found(world.dana, client=world.mara)
    good: dict[str, Any] = {
        "finding": finding, "kind": "explained", "code": "planned", "by_id": world.vera.id,
        "person_id": world.dana.id, "client_id": world.mara,
    }  # fmt: skip
    for changed in (
        {"by_id": world.priya.id},
        {"person_id": world.tess.id},
        {"client_id": None},
        {"finding": uuid4()},
    ):
        with pytest.raises(DatabaseError), as_actor(world.vera) as at:
            FindingWord(**{**good, **changed}, at=at).save(force_insert=True)
    with pytest.raises(DatabaseError), as_actor(world.dana) as at:  # one's own
        FindingWord(**{**good, "by_id": world.dana.id}, at=at).save(force_insert=True)
    with as_actor(world.vera) as at:
        FindingWord(**good, at=at).save(force_insert=True)


def test_no_review_holds_what_somebody_else_decided_or_nobody(world: World) -> None:
    mine, other, bare = found(world.dana), found(world.tess), found(world.dana, count=9, rule="x")
    say(world.vera, mine)
    say(world.priya, other)
    for findings in ([mine, other], [mine, bare], [uuid4()]):
        with pytest.raises(DatabaseError), as_actor(world.vera) as at:
            Review(
                reviewer_id=world.vera.id, since=at.replace(year=2020), until=at, signed_at=at,
                findings=findings, statement="All is well.",
            ).save(force_insert=True)  # fmt: skip


def test_ordinary_visits_are_shown_to_whom_they_were_drawn_for(world: World) -> None:
    drawn = found(world.dana, rule="ordinary", reviewer=str(world.vera.id))
    assert opened_by(world.vera) == {drawn}
    assert opened_by(world.priya) == set()


# -- late -------------------------------------------------------------------------------------


def test_who_is_late_is_told_after_eight_days_and_the_privacy_officer_after_a_fortnight(
    world: World, root: psycopg.Connection[Any]
) -> None:
    finding = found(world.dana)
    for days, own, others in ((7, 0, 0), (9, 1, 0), (15, 1, 1)):
        root.execute("ALTER TABLE audit_finding DISABLE TRIGGER USER")
        root.execute(
            "UPDATE audit_finding SET found_at = now() - make_interval(days => %s) WHERE id = %s",
            [days, finding],
        )
        root.execute("ALTER TABLE audit_finding ENABLE TRIGGER USER")
        with as_actor(world.vera):
            assert len(queries.late_reviewers()) == own
        with as_actor(world.priya):
            late = {one.person for one in queries.late_reviewers()}
        assert (world.vera.id in late) is bool(others)
    say(world.vera, finding)
    with as_actor(world.vera):
        assert queries.late_reviewers() == []


def test_a_machine_is_not_asked(world: World) -> None:
    finding = found(dataclasses.replace(SERVICE))
    assert opened_by(world.priya) == {finding}
    assert opened_by(world.vera) == set()
