"""Sessions of several people: who was there, who led, a part for each, and names in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import clients.actions
import clients.queries
import records.actions
import records.queries
from clients.domain import CaseKind
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.domain import AddendumKind, Attendance, Modality
from records.models import DraftPart, NotePart
from tests import people
from tests.records.several import noted, sign, write
from tests.records.writing import hold_session, signed_note
from tests.world import World, assign, case_of, take_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from counselling.access import Actor

pytestmark = pytest.mark.django_db

CAME, STAYED_AWAY = Attendance.ATTENDED, Attendance.NO_SHOW


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def dana(client: Client, world: World) -> Client:
    people.sign_in_browserless(client, world.dana)
    return client


def couples_note(world: World) -> UUID:
    parts = {world.ana: "Ana wept.", world.ben: "Ben was silent."}
    return noted(world.dana, world.couple_case, "Both spoke of the move.", parts)


def group(world: World) -> tuple[UUID, UUID, UUID]:
    """Make a group of two, Tomasquith and Jonquarry, that Dana leads."""
    tom = take_in(world.fred, "tom", kind=CaseKind.GROUP)
    case = case_of(world.fred, tom)
    jon = take_in(world.fred, "jon", case_id=case)
    assign(world.fred, case, world.dana)
    return case, tom, jon


def events(root: psycopg.Connection[Any], kind: str) -> list[str]:
    rows = root.execute(
        "SELECT payload FROM audit_event WHERE kind = %s ORDER BY recorded, id", [kind]
    )
    return [row[0] for row in rows]


# -- who was there ---------------------------------------------------------------------------------


def test_a_couples_session_has_both_on_its_roster_and_one_persons_has_none(world: World) -> None:
    couple, alone = (
        hold_session(world.dana, world.couple_case),
        hold_session(world.dana, world.mara_case),
    )
    with as_actor(world.dana):
        kept = records.queries.rosters([couple, alone])
    assert kept == {couple: {world.ana: CAME, world.ben: CAME}}


def test_who_stayed_away_is_said_of_each_member(
    world: World, root: psycopg.Connection[Any]
) -> None:
    session = hold_session(world.dana, world.couple_case)
    with as_actor(world.dana):
        records.actions.set_roster(
            actor=world.dana, session_id=session, came={world.ana: CAME, world.ben: STAYED_AWAY}
        )
        assert records.queries.rosters([session])[session][world.ben] == STAYED_AWAY
    (said,) = events(root, "session.changed")
    assert '"changed":1' in said
    with as_actor(world.dana):  # said again, it is no event
        records.actions.set_roster(
            actor=world.dana, session_id=session, came={world.ben: STAYED_AWAY}
        )
    assert len(events(root, "session.changed")) == 1


def test_nobody_is_put_on_a_roster_who_is_not_in_the_case(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    with pytest.raises(NotThere), as_actor(world.dana):
        records.actions.set_roster(actor=world.dana, session_id=session, came={world.mara: CAME})


def test_who_joins_before_a_session_ends_is_on_its_roster(world: World) -> None:
    case, tom, jon = group(world)
    with as_actor(world.dana) as at:
        session = records.actions.log_session(
            actor=world.dana, case_id=case, starts_at=at, ends_at=at.replace(year=at.year + 1),
            modality=Modality.IN_PERSON,
        )  # fmt: skip
    ana = take_in(world.fred, "ana", case_id=case)
    with as_actor(world.dana):
        row = records.queries.session_row(world.dana, session)
        places = records.queries.roster(clients.queries.case_row(case), session, row.ends_at)
    assert {one.client for one in places} == {tom, jon, ana}


@pytest.mark.req("AC-05")
def test_ben_finds_his_own_line_of_the_roster_and_not_anas(
    world: World, application: psycopg.Connection[Any]
) -> None:
    hold_session(world.dana, world.couple_case)
    with application.transaction():
        application.execute(
            "SELECT set_config('counselling.actor', %s, true)", [str(world.ben_portal.id)]
        )
        seen = application.execute("SELECT client_id FROM records_session_member").fetchall()
    assert seen == [(world.ben,)]


# -- a part for each -------------------------------------------------------------------------------


def test_a_draft_keeps_a_part_for_each_and_a_signed_note_holds_them(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "Shared.", {world.ana: "About Ana.", world.ben: " "})
    write(world.dana, session, "Shared.", {world.ana: "About Ana, more."}, version=1)
    with as_actor(world.dana):
        page = records.actions.open_draft(actor=world.dana, session_id=session)
        assert DraftPart.objects.count() == 1
    assert page.parts == {world.ana: "About Ana, more."}
    note = sign(world.dana, session, 2)
    with as_actor(world.dana):
        assert DraftPart.objects.count() == 0
        signed = records.actions.open_note(actor=world.dana, note_id=note)
    assert [(one.client, one.text) for one in signed.parts] == [(world.ana, "About Ana, more.")]


def test_an_emptied_part_is_not_signed(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "Shared.", {world.ana: "A mistake."})
    write(world.dana, session, "Shared.", {world.ana: ""}, version=1)
    sign(world.dana, session, 2)
    with as_actor(world.dana):
        assert NotePart.objects.count() == 0


def test_a_note_may_be_parts_alone(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "", {world.ana: "About Ana."})
    assert sign(world.dana, session)


def test_two_tabs_do_not_overwrite_each_others_parts(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "one", {world.ana: "first"})
    with pytest.raises(Stale):
        write(world.dana, session, "two", {world.ana: "second"})
    with as_actor(world.dana):
        page = records.actions.open_draft(actor=world.dana, session_id=session)
    assert page.parts == {world.ana: "first"}


def test_a_part_too_long_says_so_at_its_field(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    with pytest.raises(Invalid) as wrong:
        write(world.dana, session, "", {world.ben: "x" * 100_001})
    assert wrong.value.field == f"part_{world.ben}"


@pytest.mark.req("AC-05")
def test_the_page_of_one_member_never_opens_anothers_part(
    world: World, root: psycopg.Connection[Any]
) -> None:
    note = couples_note(world)
    with as_actor(world.dana):
        page = records.actions.open_note(actor=world.dana, note_id=note, of=world.ben)
        bens = NotePart.objects.get(client_id=world.ben).id
        anas = NotePart.objects.get(client_id=world.ana).id
    assert [one.text for one in page.parts] == ["Ben was silent."]
    opened = events(root, "note.opened")[-1]
    assert str(bens) in opened
    assert str(anas) not in opened


@pytest.mark.req("AC-05")
def test_a_note_has_no_page_for_somebody_who_is_not_in_it(world: World) -> None:
    note = couples_note(world)
    with pytest.raises(NotThere), as_actor(world.dana):
        records.actions.open_note(actor=world.dana, note_id=note, of=world.mara)


@pytest.mark.req("EN-11")
@pytest.mark.parametrize("kind", list(AddendumKind))
def test_what_is_added_to_a_part_stands_under_it_alone(world: World, kind: AddendumKind) -> None:
    note = couples_note(world)
    with as_actor(world.dana):
        part = NotePart.objects.get(client_id=world.ana).id
        records.actions.add_to_part(actor=world.dana, part_id=part, kind=kind, text="It was late.")
        page = records.actions.open_note(actor=world.dana, note_id=note)
    under = {one.client: [added.text for added in one.addenda] for one in page.parts}
    assert under == {world.ana: ["It was late."], world.ben: []}
    assert page.addenda == ()


@pytest.mark.req("AC-05")
def test_what_is_added_to_anas_part_is_told_of_her_file_alone(
    world: World, root: psycopg.Connection[Any]
) -> None:
    couples_note(world)
    with as_actor(world.dana):
        part = NotePart.objects.get(client_id=world.ana).id
        records.actions.add_to_part(
            actor=world.dana, part_id=part, kind=AddendumKind.CORRECTION, text="Once."
        )
    (said,) = events(root, "note.added-to")
    assert str(world.ana) in said
    assert str(world.ben) not in said


def test_somebody_elses_part_takes_no_word_that_it_was_an_error(world: World) -> None:
    couples_note(world)
    assign(world.fred, world.couple_case, world.sam)
    with pytest.raises(Refused), as_actor(world.sam):
        records.actions.add_to_part(
            actor=world.sam,
            part_id=NotePart.objects.get(client_id=world.ana).id,
            kind=AddendumKind.ENTERED_IN_ERROR,
            text="No.",
        )


@pytest.mark.req("AC-02")
@pytest.mark.parametrize("who", ["sam", "tess", "fred", "priya", "ana_portal", "ben_portal"])
def test_who_does_not_care_for_the_couple_finds_no_part(world: World, who: str) -> None:
    couples_note(world)
    with as_actor(getattr(world, who)):
        assert NotePart.objects.count() == 0


@pytest.mark.req("AC-04")
def test_vera_reads_what_she_supervises_and_adds_nothing(world: World) -> None:
    note = couples_note(world)
    with as_actor(world.vera):
        page = records.actions.open_note(actor=world.vera, note_id=note)
    assert len(page.parts) == 2
    with pytest.raises(Refused), as_actor(world.vera):
        records.actions.add_to_part(
            actor=world.vera, part_id=page.parts[0].id, kind=AddendumKind.CORRECTION, text="No."
        )


# -- the database holds it -------------------------------------------------------------------------


@pytest.mark.req("EN-11", "AC-07")
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE records_note_part SET text = ''",
        "DELETE FROM records_note_part",
        "TRUNCATE records_note_part CASCADE",
        "UPDATE records_part_addendum SET kind = 'late_entry'",
        "DELETE FROM records_part_addendum",
    ],
)
def test_the_owner_of_the_schema_cannot_change_a_signed_part(
    world: World, owner: psycopg.Connection[Any], attack: str
) -> None:
    couples_note(world)
    with as_actor(world.dana):
        part = NotePart.objects.get(client_id=world.ana).id
        records.actions.add_to_part(
            actor=world.dana, part_id=part, kind=AddendumKind.CORRECTION, text="Once."
        )
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        owner.execute(attack)


def _as(connection: psycopg.Connection[Any], actor: Actor) -> None:
    connection.execute("SELECT set_config('counselling.actor', %s, true)", [str(actor.id)])


@pytest.mark.req("EN-11")
@pytest.mark.parametrize("when", ["now()", "note.signed_at"])
def test_a_signed_note_gets_no_part_afterwards(
    world: World, application: psycopg.Connection[Any], when: str
) -> None:
    note = signed_note(world.dana, world.couple_case, "Shared.")
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="nothing added but addenda"),
        application.transaction(),
    ):
        _as(application, world.dana)
        application.execute(
            "INSERT INTO records_note_part (id, note_id, case_id, author_id, client_id, text, "
            f"signed_at) SELECT %s, note.id, note.case_id, note.author_id, %s, '', {when} "
            "FROM records_note note WHERE note.id = %s",
            [uuid7(), world.ana, note],
        )


@pytest.mark.req("AC-07")
@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO records_session_member (id, session_id, case_id, client_id, attendance) "
        "VALUES (%(new)s, %(session)s, %(case)s, %(mara)s, 'attended')",
        "INSERT INTO records_co_leader (id, session_id, case_id, person_id, added_at) "
        "VALUES (%(new)s, %(session)s, %(case)s, %(sam)s, now())",
        "INSERT INTO records_co_leader (id, session_id, case_id, person_id, added_at) "
        "VALUES (%(new)s, %(session)s, %(case)s, %(dana)s, now())",
        "INSERT INTO records_draft_part (id, draft_id, case_id, author_id, client_id, text) "
        "VALUES (%(new)s, %(new)s, %(case)s, %(dana)s, %(ana)s, '')",
    ],
    ids=["a stranger on the roster", "a stranger leads", "leads beside herself", "no draft"],
)
def test_the_database_refuses_who_has_no_place_there(
    world: World, application: psycopg.Connection[Any], attack: str
) -> None:
    session = hold_session(world.dana, world.couple_case)
    ids = {
        "new": uuid7(), "session": session, "case": world.couple_case, "mara": world.mara,
        "ana": world.ana, "sam": world.sam.id, "dana": world.dana.id,
    }  # fmt: skip
    with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
        _as(application, world.dana)
        application.execute(attack, ids)


@pytest.mark.req("EN-11")
def test_who_was_there_stays_once_the_note_is_signed(
    world: World, application: psycopg.Connection[Any]
) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "Shared.", {})
    sign(world.dana, session)
    with pytest.raises(Refused), as_actor(world.dana):
        records.actions.set_roster(
            actor=world.dana, session_id=session, came={world.ben: STAYED_AWAY}
        )
    with (
        pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"),
        application.transaction(),
    ):
        _as(application, world.dana)
        application.execute("UPDATE records_session_member SET attendance = 'no_show'")


# -- several counsellors ---------------------------------------------------------------------------


@pytest.fixture
def led_by_two(world: World) -> UUID:
    """Have Dana and Sam lead one session of the couple."""
    assign(world.fred, world.couple_case, world.sam)
    session = hold_session(world.dana, world.couple_case)
    with as_actor(world.dana):
        records.actions.add_co_leader(actor=world.dana, session_id=session, person_id=world.sam.id)
    return session


@pytest.mark.req("AC-06")
def test_each_who_led_writes_for_themselves_alone(world: World, led_by_two: UUID) -> None:
    write(world.dana, led_by_two, "Shared.", {}, alone="Dana's own.")
    first = sign(world.dana, led_by_two)
    write(world.sam, led_by_two, "", {}, alone="Sam's own.")
    second = sign(world.sam, led_by_two)
    seen = {}
    for who in ("dana", "sam"):
        actor = getattr(world, who)
        with as_actor(actor):
            seen[who] = [
                records.actions.open_note(actor=actor, note_id=one).process_part
                for one in (first, second)
            ]
    assert seen == {"dana": ["Dana's own.", None], "sam": [None, "Sam's own."]}


def test_a_session_led_together_is_on_both_their_days(world: World, led_by_two: UUID) -> None:
    with as_actor(world.sam) as at:
        days = records.queries.sessions_between(
            world.sam, at.replace(year=at.year - 1), at.replace(year=at.year + 1)
        )
    assert [(one.id, one.has_note) for one in days] == [(led_by_two, False)]
    write(world.dana, led_by_two, "Shared.", {})
    sign(world.dana, led_by_two)
    with as_actor(world.sam) as at:
        days = records.queries.sessions_between(
            world.sam, at.replace(year=at.year - 1), at.replace(year=at.year + 1)
        )
    assert not days[0].has_note, "Dana's note is not Sam's"


def test_who_led_too_says_nothing_of_who_came_and_writes_no_part(
    world: World, led_by_two: UUID
) -> None:
    with pytest.raises(Refused), as_actor(world.sam):
        records.actions.set_roster(actor=world.sam, session_id=led_by_two, came={world.ana: CAME})
    with pytest.raises(Refused):
        write(world.sam, led_by_two, "", {world.ana: "Mine."})


def test_who_did_not_lead_after_all_is_taken_back_until_they_signed(
    world: World, led_by_two: UUID
) -> None:
    write(world.sam, led_by_two, "", {}, alone="Begun.")
    with as_actor(world.dana):
        records.actions.remove_co_leader(
            actor=world.dana, session_id=led_by_two, person_id=world.sam.id
        )
    # what Sam saved stays his
    write(world.sam, led_by_two, "", {}, alone="Begun, and more.", version=1)
    sign(world.sam, led_by_two, 2)
    with as_actor(world.dana):
        records.actions.add_co_leader(
            actor=world.dana, session_id=led_by_two, person_id=world.sam.id
        )
    with pytest.raises(Invalid), as_actor(world.dana):
        records.actions.remove_co_leader(
            actor=world.dana, session_id=led_by_two, person_id=world.sam.id
        )


@pytest.mark.parametrize("who", ["dana", "tess"])
def test_only_another_who_cares_for_the_case_leads_too(world: World, who: str) -> None:
    session = hold_session(world.dana, world.couple_case)
    with pytest.raises(Invalid), as_actor(world.dana):
        records.actions.add_co_leader(
            actor=world.dana, session_id=session, person_id=getattr(world, who).id
        )


def test_a_colleague_of_the_case_who_did_not_lead_writes_nothing(world: World) -> None:
    assign(world.fred, world.couple_case, world.sam)
    session = hold_session(world.dana, world.couple_case)
    with pytest.raises(Refused):
        write(world.sam, session, "Mine.", {})
    with pytest.raises(Refused), as_actor(world.sam):
        records.actions.add_co_leader(actor=world.sam, session_id=session, person_id=world.dana.id)


# -- names in a group ------------------------------------------------------------------------------


def test_a_groups_shared_part_that_names_somebody_is_flagged(world: World) -> None:
    case, _, jon = group(world)
    session = hold_session(world.dana, case)
    saved = write(world.dana, session, "jonquarrys turn today.", {jon: "Jonquarry."}, leaving=True)
    assert saved.named
    with as_actor(world.dana):
        page = records.actions.open_draft(actor=world.dana, session_id=session)
    assert page.named == ("jonquarrys",)
    assert "yarrowdale" in page.spelled
    saved = write(world.dana, session, "His turn.", {}, version=1, leaving=True)
    assert not saved.named
    assert sign(world.dana, session, 2)


def test_names_are_no_matter_where_there_may_be_some(world: World) -> None:
    session = hold_session(world.dana, world.couple_case)
    saved = write(world.dana, session, "Anathorpe spoke.", {}, leaving=True)
    with as_actor(world.dana):
        page = records.actions.open_draft(actor=world.dana, session_id=session)
    assert (saved.named, page.named, page.spelled) == (False, (), ())
