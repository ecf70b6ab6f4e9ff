"""An hour with one hidden file: what it shows, what it never shows, and who is told, when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import audit.queries
import records.actions
from clients import actions, queries
from clients.domain import Identity
from clients.domain.emergency import Decision, Reason
from counselling.access import SERVICE, Role
from counselling.db import as_actor, enter_emergency
from counselling.errors import Invalid, NotThere, Refused, StepUpNeeded
from counselling.views import visits
from tests.clients.danger import SENTENCE, begin_emergency, case_seen, hours_pass
from tests.clients.raw import App, acting, column
from tests.people import fresh
from tests.records.writing import hold_session, signed_note, type_draft
from tests.world import World, staff

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("AU-16")]

BORN = datetime.date(1990, 3, 4)


def ask(actor: Actor, **said: Any) -> UUID | None:
    who = fresh(actor)
    with as_actor(who):
        return actions.open_in_emergency(actor=who, reason=Reason.CHILD, sentence=SENTENCE, **said)


def decide(world: World, access: UUID, said: Decision, **more: Any) -> UUID:
    with as_actor(world.priya):
        return actions.decide_emergency(actor=world.priya, access_id=access, said=said, **more)


# -- who may, and how somebody is found -----------------------------------------------------------


@pytest.mark.parametrize("who", ["tess", "fred", "ada", "mara_portal"])
def test_who_may_not_is_refused_by_the_act_and_by_the_database(
    application: App, world: World, who: str
) -> None:
    actor = getattr(world, who)
    with pytest.raises(Refused):
        begin_emergency(actor, world.jon)
    with acting(application, actor.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_access(application, actor.id, world.jon)
    with acting(application, actor.id):
        assert column(application, "SELECT clients_find_in_emergency(%s, '{}')", ["X"]) == {None}


def test_a_trainee_may_not_even_as_a_counsellor(application: App, world: World) -> None:
    both = staff(world.ada, "kit", "Kit Young", "both", {Role.TRAINEE, Role.COUNSELLOR})
    with pytest.raises(Refused):
        begin_emergency(both, world.mara)
    with acting(application, both.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_access(application, both.id, world.mara)


def test_it_asks_for_a_second_factor_and_a_sentence(world: World) -> None:
    with as_actor(world.sam), pytest.raises(StepUpNeeded):
        actions.open_in_emergency(
            actor=world.sam, reason=Reason.CHILD, sentence="x", reference="AAA"
        )
    who = fresh(world.sam)
    with as_actor(who), pytest.raises(Invalid):
        actions.open_in_emergency(actor=who, reason=Reason.CHILD, sentence=" ", reference="AAA")


def test_somebody_is_found_by_name_and_birth_date_however_they_are_written(world: World) -> None:
    with as_actor(world.dana):
        actions.amend_identity(
            actor=world.dana,
            client_id=world.mara,
            identity=Identity(given="Zoé", family="Kettle-Bourne", called="Zo", birth_date=BORN),
        )
    assert ask(world.sam, name="ZOE KETTLE BOURNE", born=BORN)
    assert ask(world.vera, name="Zoe Kettle", born=BORN) is None
    assert ask(world.priya, name="bourne kettle zo", born=BORN)
    assert ask(world.priya, name="Zoe Kettle-Bourne", born=datetime.date(1990, 4, 3)) is None


def test_nobody_is_found_where_two_could_be_meant(world: World) -> None:
    for client in (world.mara, world.jon):
        with as_actor(world.fred):
            actions.amend_identity(
                actor=world.fred, client_id=client,
                identity=Identity(given="Max", family="Muster", birth_date=BORN),
            )  # fmt: skip
    assert ask(world.priya, name="Max Muster", born=BORN) is None
    with as_actor(world.fred):
        couple = queries.case_row(world.couple_case).reference
    assert ask(world.priya, reference=couple) is None


def test_unknown_leaves_a_trace_and_nothing_else(world: World, root: App) -> None:
    assert ask(world.sam, reference="222222") is None
    assert column(root, "SELECT outcome FROM audit_event WHERE kind = 'emergency.tried'") == {
        "failed"
    }
    assert column(root, "SELECT count(*) FROM clients_emergencyaccess") == {0}


def test_whom_one_cares_for_needs_no_emergency(world: World) -> None:
    with pytest.raises(Invalid):
        begin_emergency(world.dana, world.mara)


def test_a_second_click_is_the_same_hour(world: World) -> None:
    assert begin_emergency(world.sam, world.mara) == begin_emergency(world.sam, world.mara)


# -- what it shows, and only inside an act that says so -------------------------------------------

READABLE = {
    "clients_client": "id", "clients_contactcard": "client_id", "clients_case": "id",
    "clients_casemember": "client_id",
}  # fmt: skip


def inside(app: App, access: UUID) -> App:
    app.execute("SELECT set_config('counselling.emergency', %s, true)", [str(access)])
    return app


def insert_access(app: App, person: UUID, client: UUID, began: str = "now()") -> None:
    app.execute(
        "INSERT INTO clients_emergencyaccess (id, client_id, person_id, reason, sentence, began_at,"
        f" ends_at, told_at) VALUES (gen_random_uuid(), %s, %s, 'child', repeat('x', 300)::bytea,"
        f" {began}, {began} + interval '1 hour', {began} + interval '24 hours')",
        [client, person],
    )


def test_a_page_that_does_not_say_so_shows_nothing_more(application: App, world: World) -> None:
    begin_emergency(world.sam, world.mara)
    assert not case_seen(world.sam, world.mara_case)
    with acting(application, world.sam.id):
        assert world.mara not in column(application, "SELECT id FROM clients_client")
    with as_actor(world.sam), pytest.raises(NotThere):
        queries.client_row(world.mara)


def test_inside_there_is_that_one_client_and_nobody_of_their_couple(
    application: App, world: World
) -> None:
    note = signed_note(world.dana, world.couple_case, "Both came.", alone="Mine.", hours_ago=9)
    own = signed_note(world.dana, world.mara_case, "Hers.", hours_ago=9)
    access = begin_emergency(world.sam, world.ana)
    with acting(application, world.sam.id):
        app = inside(application, access)
        assert column(app, "SELECT id FROM clients_client") == {world.ana}
        assert column(app, "SELECT client_id FROM clients_contactcard") == {world.ana}
        assert column(app, "SELECT id FROM clients_case") == {world.couple_case, world.jon_case}
        assert column(app, "SELECT client_id FROM clients_casemember") == {world.ana}
        notes = column(app, "SELECT id FROM records_note")
        assert note in notes
        assert own not in notes


def test_no_process_note_no_draft_no_consent_and_no_request(application: App, world: World) -> None:
    """Not even one's own of before: what is for oneself alone is not what an emergency is for."""
    signed_note(world.dana, world.mara_case, "She slept.", alone="Mine alone.", hours_ago=9)
    type_draft(world.dana, hold_session(world.dana, world.mara_case), "Half.")
    access = begin_emergency(world.sam, world.mara)
    unseen = (
        "records_process_note", "records_draft", "consent_consent", "consent_request",
        "consent_signature", "consent_document", "consent_recipient", "consent_disclosure",
        "consent_question", "consent_withdrawal",
    )  # fmt: skip
    with acting(application, world.sam.id):
        app = inside(application, access)
        for table in unseen:
            assert column(app, f"SELECT count(*) FROM {table}") == {0}, table
        for level in ("write", "manage", "consent", "care", ""):
            for function in ("visible_cases", "visible_clients"):
                seen = column(app, f"SELECT {function}(%s)", level)
                assert not seen & {world.mara, world.mara_case}, (function, level)


def test_nothing_is_written_inside(application: App, world: World, root: App) -> None:
    note = signed_note(world.dana, world.mara_case, "She slept.", hours_ago=9)
    access = begin_emergency(world.sam, world.mara)
    changes = (
        "UPDATE clients_client SET language = 'fr'", "UPDATE clients_contactcard SET card = card",
        "UPDATE clients_case SET state = 'paused'", "UPDATE clients_casemember SET until = now()",
        "UPDATE clients_message SET state = 'dropped'",
        "UPDATE clients_assignment SET until = now()",
        "UPDATE records_session SET modality = 'phone'",
        "UPDATE consent_request SET state = 'void'", "DELETE FROM records_draft",
        "UPDATE records_draft SET version = 9",
    )  # fmt: skip
    for change in changes:
        with acting(application, world.sam.id):
            app = inside(application, access)
            assert app.execute(f"{change} WHERE true").rowcount == 0, change
    inserts = (
        "INSERT INTO clients_message (id, client_id, template, state, attempts, queued_at, "
        "queued_by, due_at) VALUES (gen_random_uuid(), %(client)s, 'copy', 'queued', 0, now(), "
        "%(me)s, now())",
        "INSERT INTO records_addendum (id, note_id, case_id, author_id, kind, text, signed_at) "
        "SELECT gen_random_uuid(), %(note)s, %(case)s, %(me)s, 'correction', record_part, now() "
        "FROM records_note WHERE id = %(note)s",
        "INSERT INTO clients_casemember (id, case_id, client_id, since) "
        "VALUES (gen_random_uuid(), %(own)s, %(client)s, now())",
        "SELECT * FROM clients_end_links(%(client)s, now())",
    )
    said = {
        "client": world.mara, "case": world.mara_case, "own": world.jon_case, "note": note,
        "me": world.sam.id,
    }  # fmt: skip
    for insert in inserts:
        with (
            acting(application, world.sam.id),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            inside(application, access).execute(insert, said)
    assert column(root, "SELECT language FROM clients_client") == {"en"}


def test_every_policy_that_writes_asks_more_than_an_emergency_gives(root: App) -> None:
    """`record` and `contact` are what an emergency gives: who writes by these says why not then."""
    given = ("visible_cases('record'", "visible_cases('contact'", "visible_clients('contact'",
             "visible_cases()")  # fmt: skip
    policies = root.execute(
        "SELECT tablename, cmd, coalesce(qual, '') || coalesce(with_check, ''), permissive "
        "FROM pg_policies WHERE cmd <> 'SELECT'"
    ).fetchall()
    shut = {(table, command) for table, command, _, kind in policies if kind == "RESTRICTIVE"}
    loose = {
        f"{command} {table}"
        for table, command, words, kind in policies
        if kind == "PERMISSIVE"
        and any(one in words for one in given)
        and not {(table, command), (table, "ALL")} & shut
    }
    assert loose == set()


# -- whose hour, and when it is over --------------------------------------------------------------


def test_another_persons_hour_opens_nothing(application: App, world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    for who in (world.tess, world.vera, world.ada, world.priya, world.fred, world.jon):
        actor = getattr(who, "id", who)
        with acting(application, actor):
            app = inside(application, access)
            assert column(app, "SELECT clients_emergency_client()") == {None}
    with as_actor(world.tess), pytest.raises((NotThere, Refused)):
        actions.open_emergency_file(actor=world.tess, access_id=access)


@pytest.mark.parametrize("how", ["hour", "ended", "role", "account", "judged", "asked"])
def test_after_it_nothing_is_there(application: App, world: World, root: App, how: str) -> None:
    access = begin_emergency(world.sam, world.mara)
    if how == "hour":
        hours_pass(access, 1)
    elif how == "ended":
        with as_actor(world.sam):
            actions.end_emergency(actor=world.sam, access_id=access)
    elif how == "role":
        root.execute(
            "UPDATE accounts_roleheld SET until = now() WHERE account_id = %s", [world.sam.id]
        )
    elif how == "account":
        root.execute("UPDATE accounts_account SET is_active = false WHERE id = %s", [world.sam.id])
    elif how == "judged":
        decide(world, access, Decision.NOT_JUSTIFIED, words="No reason was given.")
    else:
        decide(world, access, Decision.ASKED, words="Why?")
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE clients_emergencydecision SET at = at - interval '3 days'")
    with as_actor(world.sam), pytest.raises(NotThere):
        actions.open_emergency_file(actor=world.sam, access_id=access)
    with acting(application, world.sam.id):
        app = inside(application, access)
        assert world.mara not in column(app, "SELECT id FROM clients_client")
        assert world.mara_case not in column(app, "SELECT visible_cases('record')")


def test_nobody_makes_themselves_a_longer_hour(application: App, world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    for change in ("ends_at", "began_at", "told_at", "person_id", "client_id", "reason"):
        with (
            acting(application, world.sam.id),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            application.execute(f"UPDATE clients_emergencyaccess SET {change} = {change}")
    with as_actor(world.sam):
        actions.end_emergency(actor=world.sam, access_id=access)
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.IntegrityError):
        application.execute("UPDATE clients_emergencyaccess SET ended_at = NULL")
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_access(application, world.sam.id, world.mara, "now() + interval '1 day'")
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert_access(application, world.dana.id, world.mara)


def test_the_hour_of_one_act_is_not_the_next_ones(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        enter_emergency(access)
        assert queries.client_row(world.mara)
    with as_actor(world.sam), pytest.raises(NotThere):
        queries.client_row(world.mara)


# -- review: somebody else, once ------------------------------------------------------------------


@pytest.mark.req("AT-12")
def test_the_reviewer_is_never_the_actor(application: App, world: World) -> None:
    access = begin_emergency(world.priya, world.mara)
    with as_actor(world.priya), pytest.raises(Refused):
        actions.decide_emergency(actor=world.priya, access_id=access, said=Decision.JUSTIFIED)
    with acting(application, world.priya.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            "INSERT INTO clients_emergencydecision (id, access_id, client_id, kind, by_id, at) "
            "VALUES (gen_random_uuid(), %s, %s, 'justified', %s, now())",
            [access, world.mara, world.priya.id],
        )
    with as_actor(world.vera):
        actions.decide_emergency(actor=world.vera, access_id=access, said=Decision.JUSTIFIED)


def test_who_supervises_somebody_else_does_not_review(world: World) -> None:
    other = staff(world.ada, "una", "Una Orr", "supervisor", {Role.SUPERVISOR})
    access = begin_emergency(world.sam, world.mara)
    with as_actor(other), pytest.raises(NotThere):
        actions.read_emergency(actor=other, access_id=access)


@pytest.mark.req("AT-12")
def test_a_judgement_stays(application: App, world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    decide(world, access, Decision.JUSTIFIED)
    with pytest.raises(Invalid):
        decide(world, access, Decision.NOT_JUSTIFIED, words="No.")
    with (
        acting(application, world.priya.id),
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute("UPDATE clients_emergencydecision SET kind = 'not_justified'")


def test_a_right_that_was_misused_is_suspended_until_it_is_given_back(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    other = begin_emergency(world.sam, world.tom)
    decide(world, access, Decision.NOT_JUSTIFIED, words="There was no danger.")
    with as_actor(world.sam), pytest.raises(NotThere):
        actions.open_emergency_file(actor=world.sam, access_id=other)
    with pytest.raises(Refused):
        begin_emergency(world.sam, world.ana)
    decide(world, access, Decision.RESTORED, words="We talked it over.")
    assert begin_emergency(world.sam, world.ana)


def test_who_does_not_answer_is_suspended_and_an_answer_gives_it_back(
    world: World, root: App
) -> None:
    access = begin_emergency(world.sam, world.mara)
    decide(world, access, Decision.ASKED, words="Why?")
    assert begin_emergency(world.sam, world.tom)
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE clients_emergencydecision SET at = at - interval '3 days'")
    with pytest.raises(Refused):
        begin_emergency(world.sam, world.ana)
    with as_actor(world.sam):
        actions.answer_emergency(actor=world.sam, access_id=access, words="Her sister rang.")
    assert begin_emergency(world.sam, world.ana)


# -- the client is told, and not before -----------------------------------------------------------


def openings(world: World) -> list[str]:
    with as_actor(world.mara_portal):
        return [one.kind for one in audit.queries.openings_of(world.mara, also=["emergency.begun"])]


def about_me(application: App, world: World) -> set[str]:
    with acting(application, world.mara_portal.id):
        return column(application, "SELECT kind FROM audit_event WHERE client = %s", world.mara)


def _used(world: World) -> UUID:
    """Read her file in an emergency, leave a note, and let a reviewer and her counsellor look."""
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        actions.open_emergency_file(actor=world.sam, access_id=access)
    with as_actor(world.sam):
        actions.leave_emergency_note(actor=world.sam, access_id=access, text="Ring her.")
    with as_actor(SERVICE, client=world.mara):
        actions.tend_emergency(actor=SERVICE, access_id=access)
    with as_actor(world.priya):
        actions.read_emergency(actor=world.priya, access_id=access)
    with as_actor(world.dana):
        assert actions.read_emergency(actor=world.dana, access_id=access).note == "Ring her."
    decide(world, access, Decision.JUSTIFIED)
    return access


def test_before_a_day_has_passed_the_client_meets_no_trace(application: App, world: World) -> None:
    before = openings(world), about_me(application, world)
    access = _used(world)
    assert (openings(world), about_me(application, world)) == before
    tables = ("clients_emergencyaccess", "clients_emergencynote", "clients_emergencydecision")
    for who in (world.mara_portal, world.ana_portal):
        with acting(application, who.id):
            for table in tables:
                assert column(application, f"SELECT count(*) FROM {table}") == {0}, table
    with as_actor(world.mara_portal):
        assert actions.read_told_emergencies(actor=world.mara_portal, client_id=world.mara) == []
    hours_pass(access, 24)
    kinds = about_me(application, world) - before[1]
    assert kinds >= {"emergency.begun", "emergency.read", "emergency.noted", "emergency.tended"}
    with as_actor(world.mara_portal):
        (told,) = actions.read_told_emergencies(actor=world.mara_portal, client_id=world.mara)
    assert (told.person, told.reason, told.sentence) == (world.sam.id, Reason.SELF_HARM, "")


def test_the_clients_page_says_the_code_and_no_more_than_was_released(world: World) -> None:
    began = datetime.datetime(2026, 3, 4, 22, 40, tzinfo=datetime.UTC)
    read = began + datetime.timedelta(minutes=2)
    visit = visits.Visit(read, read, world.sam.id, "Sam Idris", relation="emergency")
    other = visits.Visit(read, read, world.dana.id, "Dana Roth", relation="assigned", why="x")
    told = actions.Told(world.sam.id, began, began + datetime.timedelta(hours=1), Reason.CHILD, "")
    visits._say_why([visit, other], [told])
    assert visit.why == "because of an emergency: a child may be in danger"
    assert (visit.sentence_released, other.why) == ("", "x")


def test_the_sentence_is_the_clients_only_once_it_is_released(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    decide(world, access, Decision.RELEASED)
    hours_pass(access, 24)
    with as_actor(world.mara_portal):
        (told,) = actions.read_told_emergencies(actor=world.mara_portal, client_id=world.mara)
    assert told.sentence == SENTENCE


def test_telling_is_put_off_with_a_reason_and_a_date_and_never_brought_forward(
    application: App, world: World
) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.priya) as at:
        row = queries.emergency_row(access)
    later = at + datetime.timedelta(days=10)
    with pytest.raises(Invalid):
        decide(world, access, Decision.POSTPONED, until=later)
    for until in (row.told_at, at + datetime.timedelta(days=61)):
        with pytest.raises(Invalid):
            decide(world, access, Decision.POSTPONED, words="Danger.", until=until)
    decide(world, access, Decision.POSTPONED, words="He reads her post.", until=later)
    hours_pass(access, 25)
    with as_actor(world.mara_portal):
        assert actions.read_told_emergencies(actor=world.mara_portal, client_id=world.mara) == []
    with as_actor(SERVICE, client=world.mara):
        assert "client" not in actions.tend_emergency(actor=SERVICE, access_id=access)


def test_the_couples_other_half_never_meets_a_trace(application: App, world: World) -> None:
    note = signed_note(world.dana, world.couple_case, "Both came.", hours_ago=9)
    access = begin_emergency(world.sam, world.ana)
    with as_actor(world.sam):
        records.actions.open_note_in_emergency(actor=world.sam, access_id=access, note_id=note)
    hours_pass(access, 24)
    with acting(application, world.ben_portal.id):
        seen = column(application, "SELECT actor FROM audit_event")
    assert world.sam.id not in seen


# -- whom it is told to ---------------------------------------------------------------------------


def told_to(root: App) -> set[Any]:
    found = root.execute(
        "SELECT payload::json -> 'rows' FROM audit_event WHERE kind='accounts.told'"
    )
    return {one for row in found.fetchall() for one in (row[0] or [])}


def test_reviewers_are_alerted_at_once_and_everybody_at_the_third_time_in_a_day(
    world: World, root: App, jobs: Any, mailoutbox: list[Any]
) -> None:
    begin_emergency(world.sam, world.mara)
    jobs.run()
    assert told_to(root) == {str(world.vera.id), str(world.priya.id)}
    assert len(mailoutbox) == 2
    assert all("Mara" not in one.body and "emergenc" not in one.body for one in mailoutbox)
    begin_emergency(world.sam, world.ana)
    begin_emergency(world.sam, world.tom)
    jobs.run()
    assert str(world.fred.id) in told_to(root)


def test_the_machine_finds_what_nobody_was_told_of(world: World) -> None:
    """A message may be lost and a row written past the act: the row is the truth."""
    access = begin_emergency(world.sam, world.mara)
    assert (world.mara, access) in queries.due_emergencies()
    with as_actor(SERVICE, client=world.mara):
        assert actions.tend_emergency(actor=SERVICE, access_id=access) == ["alerted"]
        assert actions.tend_emergency(actor=SERVICE, access_id=access) == []
    assert queries.due_emergencies() == []
    hours_pass(access, 24)
    with as_actor(SERVICE, client=world.mara):
        assert actions.tend_emergency(actor=SERVICE, access_id=access) == ["client"]
    hours_pass(access, 5 * 24)
    assert (world.mara, access) in queries.due_emergencies()
    with as_actor(SERVICE, client=world.mara):
        assert actions.tend_emergency(actor=SERVICE, access_id=access) == ["escalated"]
    assert queries.due_emergencies() == []
