"""A page asks as many questions for many rows as for few."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import pytest

import audit.queries
import clients.actions
import clients.queries
import consent.queries
import records.actions
from audit.domain.deciding import Word
from clients.domain import CaseKind, Identity
from clients.domain.capacity import Basis, Decides
from counselling.access import Role
from counselling.accounts.actions import sittings
from counselling.db import as_actor
from records.domain import AddendumKind, Modality
from tests.audit.deciding import finish, found, say
from tests.clients import acts_keeping_out, guarding, openings
from tests.clients.danger import begin_emergency
from tests.consent import forms_here, steps
from tests.growth.counting import questions, signed_in
from tests.records import reading, safety, several, supervising
from tests.records.writing import hold_session, signed_note
from tests.web import danger
from tests.world import World, assign, case_of, staff

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = pytest.mark.django_db

SOON: Final = datetime.timedelta(minutes=2)
# address, and who asks for it: every list that grows with the practice
PAGES: Final = (
    ("/today", "dana"),
    ("/clients", "dana"),
    ("/clients", "fred"),
    ("/clients?reference={reference}", "priya"),
    ("/clients/{client}", "dana"),
    ("/clients/{client}/consents", "dana"),
    ("/clients/{client}/disclosures/new", "dana"),
    ("/clients/{client}/requests/new", "dana"),
    ("/cases/{case}", "dana"),
    ("/cases/{case}/assignments/new", "fred"),
    ("/notes/{note}", "dana"),
    ("/cases/{case}/clients/{client}/safety", "dana"),
    ("/space/plan", "mara_portal"),
    ("/space/dangers", "mara_portal"),
    ("/notes/{together}", "dana"),
    ("/clients/{ana}", "dana"),
    ("/clients/{ana}/notes/{together}", "dana"),
    ("/clients/{ana}/disclosures/new", "dana"),
    ("/clients/{client}/notes", "dana"),
    ("/clients/{client}/notes/print", "dana"),
    ("/covers", "dana"),
    ("/covers/new", "dana"),
    ("/planned", "dana"),
    ("/emergencies", "priya"),
    ("/emergencies", "vera"),
    ("/emergency/{access}", "sam"),
    ("/trail", "priya"),
    ("/trail", "vera"),
    ("/trail?case={case_reference}", "vera"),
    ("/trail?show=events", "vera"),
    ("/trail/touched?person={dana}&since=2000-01-01&until=2100-01-01", "priya"),
    ("/trail/picture", "priya"),
    ("/trail/file?outcome=ok", "priya"),
    ("/log", "priya"),
    ("/review", "vera"),
    ("/review", "priya"),
    ("/review/done", "priya"),
    ("/staff", "ada"),
    ("/staff/{tess}", "ada"),
    ("/supervision", "vera"),
    ("/supervision", "tess"),
    ("/supervision/notes/{waiting}", "vera"),
    ("/supervision/people/{tess}", "vera"),
    ("/notes/{back}/comments", "tess"),
    ("/space/care", "mara_portal"),
    ("/notes/{note}/readers", "dana"),
    ("/amendments", "dana"),
    ("/amendments", "priya"),
    ("/space", "mara_portal"),
    ("/space/notes", "mara_portal"),
    ("/space/notes/{note}", "mara_portal"),
    ("/space/accesses", "mara_portal"),
    ("/space/questions/{puzzled}", "mara_portal"),
    ("/accesses/questions/{puzzled}", "priya"),
    ("/clients/{client}/accesses", "dana"),
    ("/space/shut-out", "mara_portal"),
    ("/clients/{client}/shut-out", "dana"),
    ("/space/permissions", "mara_portal"),
    ("/space/documents", "mara_portal"),
    ("/space/disclosures", "mara_portal"),
    ("/space/requests", "mara_portal"),
    ("/clients/{young}/deciding", "dana"),
    ("/forms", "ada"),
    ("/forms", "priya"),
    ("/forms/{form}", "ada"),
)


def test_no_page_asks_more_when_there_is_more(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # a sitting is seen by every page, not by whichever comes first after a while
    monkeypatch.setattr(sittings, "SEEN_EVERY", 0)
    world = World.build()
    for number in range(2):
        _a_little_of_everything(world, number)
    addresses = _addresses(world)
    visitors = {who: signed_in(getattr(world, who)) for _, who in PAGES}
    few = {page: questions(visitors[page[1]], addresses[page]) for page in PAGES}
    for number in range(2, 7):
        _a_little_of_everything(world, number)
    many = {page: questions(visitors[page[1]], addresses[page]) for page in PAGES}
    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}


def _addresses(world: World) -> dict[tuple[str, str], str]:
    note = signed_note(world.dana, world.mara_case, "Came on time.", hours_ago=50)
    reading.let_read(world.dana, note, world.mara)
    _said_again(world, note)
    together = several.of_both(world)
    waiting, back = (supervising.waiting_note(world) for _ in range(2))
    supervising.give_back(world.vera, back)
    access = begin_emergency(world.sam, world.mara)
    puzzled = openings.asks(world, world.dana)
    with as_actor(world.fred):
        values = {
            "puzzled": puzzled,
            "access": access,
            "dana": world.dana.id,
            "young": world.ben,
            "ana": world.ana, "together": together, "tess": world.tess.id,
            "waiting": waiting, "back": back,
            "client": world.mara, "case": world.mara_case, "note": note,
            "form": consent.queries.form_of(steps.form(steps.SHARING)),
            "reference": clients.queries.client_row(world.mara).reference,
            "case_reference": clients.queries.case_row(world.mara_case).reference,
        }  # fmt: skip
    return {(page, who): page.format(**values) for page, who in PAGES}


def _a_little_of_everything(world: World, number: int) -> None:
    """Add one more of all that a page lists."""
    _something_found(world)
    case = _somebody_more(world, number)
    out = staff(world.ada, f"out{number}", "Out Side", "trainee", {Role.TRAINEE})
    acts_keeping_out.shut(world.dana, world.mara, out)
    guarding.is_born(world.dana, world.ben, guarding.born(40))
    aunt = guarding.guardian(world.dana, world.ben)
    guarding.decide(
        world.dana, world.ben, decides=Decides.ALONE, basis=Basis.MAJORITY, guardians=()
    )
    with as_actor(world.dana):
        clients.actions.end_guardian(actor=world.dana, guardian_id=aunt)
    note = signed_note(world.dana, world.mara_case, "She slept.", hours_ago=100 + number)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.LATE_ENTRY, text="More."
        )
    safety.signed_plan(world.dana, world.mara_case, world.mara, follows=number, give=True)
    for later in (None, SOON):
        safety.recorded_danger(world.dana, world.mara_case, world.mara, later=later)
    supervising.waiting_note(world)
    back = supervising.waiting_note(world)
    supervising.give_back(world.vera, back)
    supervising.noted(world.vera, world.tess.id, "More.", shared=True)
    several.of_both(world)
    for part in several.parts_about(world.dana, world.ana):
        several.add(world.dana, part, "More.")
    reading.let_read(world.dana, note, world.mara)
    _said_again(world, note)
    reading.says(world.mara_portal, note)
    hold_session(world.dana, world.mara_case, hours_ago=200 + number)  # not written yet
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    steps.send(world, steps.ask(world))
    forms_here.published(world)
    forms_here.begun(world, f"One more {number}")
    more = staff(world.ada, f"more{number}", f"Person {number}", "counsellor", {Role.COUNSELLOR})
    begin_emergency(more, world.mara)
    danger.stands_in(world.dana, case, more)


def _said_again(world: World, note: UUID) -> None:
    """Have something said of a note, refused and disagreed with."""
    said = reading.says(world.mara_portal, note)
    reading.refuses(world.dana, said)
    reading.disagrees(world.mara_portal, said)


def _something_found(world: World) -> None:
    """Sign what is decided; leave one finding that waits, and one more that Vera asks about."""
    with as_actor(world.vera):
        waiting = [one.id for one in audit.queries.open_findings() if not one.said]
    for finding in waiting:
        say(world.vera, finding)
    if waiting:
        finish(world.vera, "As every week.")
    found(world.dana, client=world.jon)
    say(world.vera, found(world.tess, client=world.mara), Word.ASKED, "Why?")


def _somebody_more(world: World, number: int) -> UUID:
    """Take in a client, for Dana to care for, with a session today; and another to be offered."""
    cared_for = []
    for offered in (False, True):
        with as_actor(world.fred):
            client = clients.actions.take_in(
                actor=world.fred,
                identity=Identity(given=f"Given{number}"),
                kind=CaseKind.INDIVIDUAL,
            )
        case = case_of(world.fred, client)
        if offered:
            with as_actor(world.fred):
                clients.actions.offer_assignment(
                    actor=world.fred, case_id=case, person_id=world.dana.id
                )
        else:
            assign(world.fred, case, world.dana)
            _session_today(world.dana, case)
            cared_for.append(case)
    return cared_for[0]


def _session_today(dana: Actor, case: UUID) -> None:
    with as_actor(dana) as at:
        records.actions.log_session(
            actor=dana, case_id=case, starts_at=at, ends_at=at + SOON, modality=Modality.VIDEO
        )
