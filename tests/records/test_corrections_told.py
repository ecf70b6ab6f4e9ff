"""A correction is told on: to who has the note, to whom the client names, or it is said why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from django.test import Client

import consent.actions
import consent.queries
import records.actions
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from counselling.vault.envelope import SHORTEST
from records.domain.shares import Level
from tests.clients.raw import acting, column
from tests.consent import basis_steps, law_steps, steps
from tests.people import sign_in_browserless
from tests.records import reading, sharing
from tests.records import test_own_notes_that_went as own_notes
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from records.actions import Other

pytestmark = [pytest.mark.django_db, pytest.mark.req("RT-04")]


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def corrected(world: World, note: UUID) -> UUID:
    reading.let_read(world.dana, note, world.mara)
    said = reading.says(world.mara_portal, note)
    reading.accepts(world.dana, said, "Seven hours.")
    return said


def noted(world: World) -> UUID:
    return signed_note(world.dana, world.mara_case, "Slept five hours.")


def browser_of(person: Actor) -> Client:
    browser = Client()
    sign_in_browserless(browser, person)
    return browser


def went(world: World, disclosure: UUID) -> None:
    """Have its document kept, as the worker would: from here stopping recalls nothing."""
    with as_actor(world.dana):
        document = consent.queries.disclosure_row(disclosure).document
    assert document is not None
    with as_actor(SERVICE, client=world.mara):
        consent.actions.claim_document(actor=SERVICE, document_id=document.id)
        consent.actions.keep_document(actor=SERVICE, document_id=document.id, pdf=b"%PDF-1.7")


def only(found: list[Other]) -> Other:
    (one,) = found
    return one


def test_who_has_the_note_is_told_on_the_same_permission_and_the_client_sees_it(
    world: World,
) -> None:
    note, permission = noted(world), steps.shared_permission(world)
    steps.disclose(world, permission, note_ids=[note])
    steps.disclose(world, permission, note_ids=[noted(world)])
    said = corrected(world, note)
    one = only(reading.others(world.dana, said))
    assert (one.who, one.state, one.open) == (steps.EVA.name, "not decided yet", True)
    share = reading.tells(world.dana, said, one.id)
    row = sharing.row(world, share)
    assert (row.recipient, row.level, row.chosen) == (permission.recipient, Level.NOTES, (note,))
    assert row.ground.consent == permission.consent
    for actor in (world.dana, world.mara_portal):
        assert only(reading.others(actor, said)).state == "being prepared"
    sent = sharing.send(world, share)
    for actor in (world.dana, world.mara_portal):
        found = only(reading.others(actor, said))
        assert (found.state, found.told, found.who) == ("told", sent.disclosure, steps.EVA.name)


def test_without_a_permission_by_now_the_client_is_asked_first(world: World) -> None:
    note, permission = noted(world), steps.shared_permission(world)
    went(world, steps.disclose(world, permission, note_ids=[note]))
    said = corrected(world, note)
    steps.stop(world, permission.consent)
    share = reading.tells(world.dana, said, only(reading.others(world.dana, said)).id)
    assert not sharing.row(world, share).ground.allowed
    with pytest.raises(Refused):
        sharing.send(world, share)
    with as_actor(world.dana):
        records.actions.drop_share(actor=world.dana, share_id=share)
    assert only(reading.others(world.dana, said)).open


def test_whom_the_client_names_is_told_or_they_read_why_not(world: World) -> None:
    said = corrected(world, noted(world))
    assert reading.others(world.mara_portal, said) == []
    nurse = reading.names(world.mara_portal, said, "Frau Quittenmus, school nurse")
    aunt = reading.names(world.dana, said, "an aunt")
    for wrong in ("", "x" * 5001):
        with pytest.raises(Invalid):
            reading.names(world.mara_portal, said, wrong)
        with pytest.raises(Invalid):
            reading.leaves_out(world.dana, said, aunt, wrong)
    with pytest.raises(Invalid):
        reading.tells(world.dana, said, nurse)
    permission = steps.shared_permission(world)
    share = reading.tells(world.dana, said, nurse, permission.recipient)
    sharing.send(world, share)
    reading.leaves_out(world.priya, said, aunt, "She has died.")
    for actor in (world.mara_portal, world.priya):
        found = {one.who: (one.state, one.why_not) for one in reading.others(actor, said)}
        assert found == {
            "Frau Quittenmus, school nurse": ("told", ""),
            "an aunt": ("not told", "She has died."),
        }


@pytest.mark.req("DS-06")
def test_whom_something_went_to_is_nowhere_before_the_client_is_told(
    world: World, application: Any
) -> None:
    note = noted(world)
    basis = basis_steps.released(world, **basis_steps.later(10))
    told = law_steps.told_later(world, 10)
    had = basis_steps.hand_over(world, basis, note_ids=[note], **told)
    said = corrected(world, note)
    court = only(reading.others(world.dana, said))
    assert reading.others(world.mara_portal, said) == []
    share = reading.tells(world.dana, said, court.id)
    assert sharing.row(world, share).basis == basis
    reading.leaves_out(world.dana, said, court.id, "They closed the file.")
    assert reading.others(world.mara_portal, said) == []
    page = browser_of(world.mara_portal).get(f"/space/amendments/{said}").content.decode()
    assert basis_steps.COURT.name not in page
    assert "closed the file" not in page
    for table, name in (("records_amendment_told", "id"), ("audit_event", "kind")):
        with acting(application, world.mara_portal.id):
            rows = column(application, f"SELECT {name} FROM {table}")
        assert not rows & {"amendment.told", "amendment.not_told"}, table
        assert (rows == set()) is (table == "records_amendment_told")
    with as_actor(world.vera):
        consent.actions.tell_now(actor=world.vera, disclosure_id=had)
    found = only(reading.others(world.mara_portal, said))
    assert (found.who, found.why_not) == (basis_steps.COURT.name, "They closed the file.")


def test_nobody_else_sees_decides_or_names(world: World) -> None:
    said = corrected(world, noted(world))
    named = reading.names(world.mara_portal, said)
    for actor in (world.sam, world.tess, world.ben_portal):
        with pytest.raises((NotThere, Refused)):
            reading.others(actor, said)
    for actor in (world.fred, world.ada, world.vera):
        with pytest.raises(Refused):
            reading.leaves_out(actor, said, named)
        with pytest.raises(Refused):
            reading.names(actor, said)
    with pytest.raises(Refused):
        reading.tells(world.priya, said, named)
    with pytest.raises(NotThere):
        reading.leaves_out(world.dana, said, uuid4())


def test_nothing_is_told_of_what_was_not_corrected(world: World) -> None:
    note = noted(world)
    reading.let_read(world.dana, note, world.mara)
    said = reading.says(world.mara_portal, note)
    assert reading.others(world.dana, said) == []
    with pytest.raises(Refused):
        reading.names(world.mara_portal, said)


def _told(app: Any, amendment: UUID, client: UUID, case: UUID, by: UUID, **said: Any) -> None:
    columns = {
        "id": uuid4(), "amendment_id": amendment, "client_id": client, "case_id": case,
        "by_id": by, "why_not": bytes(SHORTEST), **said,
    }  # fmt: skip
    names = ", ".join(columns)
    app.execute(
        f"INSERT INTO records_amendment_told ({names}, at) "
        f"VALUES ({', '.join('%s' for _ in columns)}, now())",
        list(columns.values()),
    )


def test_the_database_holds_it_to_the_correction(world: World, application: Any) -> None:
    note, permission = noted(world), steps.shared_permission(world)
    had = steps.disclose(world, permission, note_ids=[note])
    another = steps.disclose(world, permission, note_ids=[noted(world)])
    said, other = corrected(world, note), corrected(world, noted(world))
    named = reading.names(world.mara_portal, other)
    share = reading.tells(world.dana, said, only(reading.others(world.dana, said)).id)
    dana = (world.mara, world.mara_case, world.dana.id)
    eva = {"recipient_id": permission.recipient}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("not given this note", {"disclosure_id": another, **eva}),
        ("named somebody else", {"named_id": named}),
        ("for somebody else", {"disclosure_id": had}),
        ("does not hold the correction",
         {"disclosure_id": had, "share_id": uuid4(), "why_not": None, **eva}),
        ("amendment_told", {}),
    ]  # fmt: skip
    for why, columns in wrong:
        with acting(application, world.dana.id), pytest.raises(psycopg.Error, match=why):
            _told(application, said, *dana, **columns)
    with acting(application, world.dana.id):
        _told(application, said, *dana, disclosure_id=had, **eva)
    for who in (world.sam.id, world.mara_portal.id, world.vera.id):
        with acting(application, who), pytest.raises(psycopg.errors.InsufficientPrivilege):
            _told(application, said, world.mara, world.mara_case, who, disclosure_id=had, **eva)
    with acting(application, world.dana.id), pytest.raises(psycopg.Error):
        application.execute("DELETE FROM records_amendment_told WHERE share_id = %s", [share])


def test_the_pages_say_who_and_lead_on(world: World) -> None:
    note, permission = noted(world), steps.shared_permission(world)
    steps.disclose(world, permission, note_ids=[note])
    said = corrected(world, note)
    dana, mara = browser_of(world.dana), browser_of(world.mara_portal)
    one = only(reading.others(world.dana, said))
    page = f"/amendments/{said}/others/{one.id}"
    assert page in dana.get(f"/amendments/{said}").content.decode()
    assert dana.post(page, {"act": "not", "why": " "}).status_code == 422
    prepared = dana.post(page, {"act": "tell"})
    assert prepared.headers["Location"].startswith("/shares/")
    assert mara.post(f"/space/amendments/{said}/named", {"who": " "}).status_code == 422
    mara.post(f"/space/amendments/{said}/named", {"who": "Frau Quittenmus"})
    shown = mara.get(f"/space/amendments/{said}").content.decode()
    assert "Frau Quittenmus" in shown
    assert steps.EVA.name in shown
    nurse = next(each for each in reading.others(world.dana, said) if each.is_named)
    page = f"/amendments/{said}/others/{nurse.id}"
    assert dana.post(page, {"act": "tell"}).status_code == 422
    dana.post(page, {"act": "not", "why": "She was never told of it."})
    assert "never told of it" in mara.get(f"/space/amendments/{said}").content.decode()
    where = dana.post(f"/amendments/{said}/named", {"who": "an uncle"}).headers["Location"]
    assert dana.get(where).status_code == 200


@pytest.mark.req("AC-06")
def test_own_notes_that_went_are_neither_the_note_nor_its_correction(world: World) -> None:
    share = own_notes.prepared(world)
    (note,) = sharing.row(world, share).chosen
    went(world, sharing.send(world, share).disclosure)
    said = corrected(world, note)
    for actor in (world.dana, world.priya, world.mara_portal):
        assert reading.others(actor, said) == []
    to, named = sharing.row(world, share).recipient, reading.names(world.mara_portal, said)
    reading.tells(world.dana, said, named, to)
    again = sharing.begin(world, to, purpose="care_together")
    sharing.choose(world, again, Level.PROCESS_NOTES, note)
    went(world, sharing.send(world, again).disclosure)
    assert only(reading.others(world.dana, said)).state == "being prepared"
