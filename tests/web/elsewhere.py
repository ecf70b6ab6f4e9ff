"""Another file in the same practice: Sam's work with Jon, one row of everything, hidden from most.

What is here is hidden from Dana, Tess and Vera, from the administrator, from every other client and
from whoever opened a link: for them each id of it is like an id that never was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import clients.actions
import clients.queries
import consent.actions
import consent.queries
from counselling.access import Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor
from tests.audit.deciding import found
from tests.consent import steps
from tests.people import fresh
from tests.raw import superuser
from tests.records import supervising
from tests.records.writing import hold_session, signed_note, type_draft
from tests.web.accounted import asked_elsewhere
from tests.web.danger import endangered_elsewhere
from tests.web.delivered import linked
from tests.web.forms_here import asked_again_elsewhere
from tests.web.guarded import guarded_elsewhere
from tests.web.kept import kept_elsewhere
from tests.web.lawful import lawful_elsewhere
from tests.web.prepared import prepared_elsewhere
from tests.web.reading import read_elsewhere
from tests.web.safety import kept_safe_elsewhere
from tests.web.scene import seal
from tests.web.several import seen_together_elsewhere
from tests.world import World, assign, staff

if TYPE_CHECKING:
    from uuid import UUID

# for whom it does not exist; the front desk, privacy officers and Sam himself do see some of it
BLIND: Final = ("ownr", "trai", "supv", "admn", "clnt", "part", "othr", "link")


def build(world: World) -> dict[str, UUID]:
    """Give an id of each kind, by the name it has in addresses."""
    sam, jon = world.sam, world.jon
    written = _writing(world) | {"supervision_note_id": _supervised(world)}
    agreed = _agreed(world)
    with as_actor(world.fred):
        case = clients.queries.case_row(world.jon_case)
        other = clients.actions.open_case(actor=world.fred, client_id=jon)
    assignment = assign(world.fred, other, sam)
    return {
        "client_id": jon, "case_id": world.jon_case, "member_id": case.members[0].id,
        "assignment_id": assignment, **written, **agreed, **kept_safe_elsewhere(world),
        **read_elsewhere(world),
        **seen_together_elsewhere(world),
        **endangered_elsewhere(world),
        **kept_elsewhere(world),
        **lawful_elsewhere(world),
        **prepared_elsewhere(world),
        **asked_elsewhere(world),
        **guarded_elsewhere(world),
        **asked_again_elsewhere(world),
        "event_id": _opened(world),
        "row_id": _shut_out(world),
        "finding_id": found(world.sam, client=jon, case=world.jon_case),
    }  # fmt: skip


def _shut_out(world: World) -> UUID:
    """Write down for Sam that Jon shuts Tess out."""
    with as_actor(world.sam):
        return clients.actions.shut_out(
            actor=world.sam, client_id=world.jon, person_id=world.tess.id
        )


def _opened(world: World) -> UUID:
    """Have Sam look Jon up; give the event."""
    with as_actor(world.sam):
        clients.actions.open_client(actor=world.sam, client_id=world.jon)
    with superuser() as root:
        found = root.execute(
            "SELECT id FROM audit_event WHERE client = %s AND actor = %s "
            "ORDER BY recorded DESC LIMIT 1", [world.jon, world.sam.id],
        ).fetchone()  # fmt: skip
    assert found
    event: UUID = found[0]
    return event


def _writing(world: World) -> dict[str, UUID]:
    session = hold_session(world.sam, world.jon_case, hours_ago=3)
    type_draft(world.sam, session, "Of no use to anybody else.")
    note = signed_note(world.sam, world.jon_case, "Of no use either.", hours_ago=40)
    return {"session_id": session, "note_id": note}


def _supervised(world: World) -> UUID:
    """Have Sam supervised by somebody of his own, who notes something about it."""
    wanda = staff(world.ada, "wanda", "Wanda Holm", "supervisor", {Role.SUPERVISOR})
    by = fresh(world.ada)
    with as_actor(by):
        accounts.supervise(actor=by, supervisor_id=wanda.id, supervisee_id=world.sam.id)
    return supervising.noted(wanda, world.sam.id, "Of no use to others.", shared=True)


def _agreed(world: World) -> dict[str, Any]:
    """Have Jon sign a permission, get a second form, ask something; Sam shares once."""
    sam, jon = world.sam, world.jon
    signed = _asked(world, steps.SHARING, steps.asking())
    link = steps.open_by_link(steps.send(world, signed, by=sam), jon)
    steps.sign(
        signed, link, steps.read_through(signed, link, steps.YES), name="Jonquarry Applegarth"
    )
    with as_actor(sam):
        (row,) = consent.queries.live_consents(jon, sharing=True)
        disclosure = consent.actions.disclose(
            actor=sam, client_id=jon, case_id=world.jon_case, consent_id=row.id, pack=steps.PACK,
            note_ids=[], categories=["session_notes"],
        )  # fmt: skip
    link = linked(sam, jon, world.jon_case)["link"]
    with as_actor(sam):
        documents = consent.queries.documents_of(jon)
    for document in documents:
        seal(document.id, jon)
    with as_actor(sam):
        consent.actions.withdraw(actor=sam, consent_id=row.id, how="phone")
    with as_actor(sam):
        (task,) = consent.queries.open_stops([jon])
    second = _asked(world, steps.AGREEMENT, consent.actions.Asking())
    reader = steps.open_by_link(steps.send(world, second, by=sam), jon)
    with as_actor(reader):
        question = consent.actions.ask_question(actor=reader, request_id=second, text="And then?")
    return {
        "task_id": task.id, "request_id": second, "question_id": question, "consent_id": row.id,
        "document_id": documents[0].id, "disclosure_id": disclosure, "link_id": link,
    }  # fmt: skip


def _asked(world: World, slug: str, asking: Any) -> UUID:
    with as_actor(world.sam):
        return consent.actions.ask(
            actor=world.sam, client_id=world.jon, version_id=steps.form(slug),
            case_id=world.jon_case, asking=asking,
        )  # fmt: skip
