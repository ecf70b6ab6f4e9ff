"""The practice in the middle of a day: one row of everything an address can be about.

Everything is Ana's, in a case of her own with Dana: so that Ben, her partner in another case with
Dana, is the nearest stranger there can be. What must not be seen by everybody is spelled by words
that are nowhere else.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final
from unittest import mock

from django.contrib.auth.hashers import Argon2PasswordHasher

import clients.actions
import clients.queries
import consent.actions
import consent.queries
import records.actions
from consent.domain.documents import RecipientShown
from counselling.access import ANONYMOUS, SERVICE
from counselling.accounts import actions as accounts
from counselling.accounts import queries as people
from counselling.accounts.domain import Purpose
from counselling.db import as_actor
from records.domain import AddendumKind
from tests.consent import steps
from tests.records import supervising
from tests.records.writing import hold_session, signed_note, type_draft
from tests.web.accounted import asked_by_law
from tests.web.danger import endangered
from tests.web.decided import decided
from tests.web.delivered import ended, given_as_file, sent_by_link
from tests.web.forms_here import written
from tests.web.guarded import guarded
from tests.web.kept import kept
from tests.web.kept_out import kept_out
from tests.web.lawful import lawful
from tests.web.life import lived
from tests.web.opened import opened
from tests.web.prepared import asked_for, by_itself, prepared
from tests.web.reading import read_by_client
from tests.web.room import awaits_a_witness
from tests.web.safety import kept_safe
from tests.web.several import seen_together
from tests.world import World, assign, email_of

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

RECORD: Final = "Heidelbeerlaterne"
ALONE: Final = "Schneckenhausuhr"
ADDED: Final = "Windmuehlenseife"
ASKED: Final = "Papierdrachenschnur"
TRAINED: Final = "Mondscheinleiter"
SAID: Final = "Regenwurmgeige"
WORD: Final = "paper lantern"
NOTED: Final = "Wolkenbruchpfeife"
RECIPIENT: Final = "Ysoldestern"
PDF: Final = b"%PDF-1.7 Kastanienboot"
TRUSTED: Final = RecipientShown(f"Dr {RECIPIENT}", "GP", "", "Am Markt 2")


@dataclasses.dataclass(kw_only=True)
class Scene:
    """Ids by what they are; `token` and `pin` open the request that was sent by link."""

    world: World
    case: UUID
    member: UUID
    assignment: UUID
    offer: UUID
    session: UUID
    noted_session: UUID
    note: UUID
    open_note: UUID
    amendment: UUID
    refused_amendment: UUID
    disputed_amendment: UUID
    # one that was accepted, and whom Ana named who should know of it
    corrected: UUID
    named_other: UUID
    waiting_note: UUID
    returned_note: UUID
    supervision_note: UUID
    draft_request: UUID
    sent_request: UUID
    own_request: UUID
    signed_request: UUID
    witness_request: UUID
    token: str
    pin: str
    question: UUID
    consent: UUID
    document: UUID
    shared_document: UUID
    disclosure: UUID
    couple_note: UUID
    couple_session: UUID
    part: UUID
    plan: UUID
    danger: UUID
    access: UUID
    wordless_access: UUID
    cover: UUID
    work: UUID
    young: UUID
    guardian: UUID
    guardian_portal: Actor
    guarded_consent: UUID
    task: UUID
    ending: UUID
    invitation: str
    entry_link: str
    reset_link: str
    reset: UUID
    form: UUID
    version: UUID
    batch: UUID
    draft: UUID
    waiting_draft: UUID
    # a legal basis that waits, its paper, and what went on another one, untold
    basis: UUID
    basis_paper: UUID
    untold: UUID
    clause: UUID
    # what a recipient reads through a link
    link: UUID
    share_token: str
    share_secret: str
    linked_disclosure: UUID
    locked_disclosure: UUID
    ended_disclosure: UUID
    sent_share: UUID
    sent_disclosure: UUID
    # a line of who opened Ana's file, and what she asked about another
    opening: UUID
    access_question: UUID
    access_answered: UUID
    # a subpoena with its paper, two holds, an accounting that was asked for
    subpoena: UUID
    subpoena_paper: UUID
    hold: UUID
    hold_to_end: UUID
    accounting_asked: UUID
    # one that was given, and what an official had held back
    accounting_given: UUID
    suspension: UUID
    # somebody who may be told something, a way to them, and what is to be kept back
    recipient: UUID
    address: UUID
    restriction: UUID
    # one that was refused, and one that ended
    refused_restriction: UUID
    ended_restriction: UUID
    # a letter that is prepared to be shared, and what Ana is shown of it first
    share: UUID
    showing: UUID
    # a pack that is locked because a subpoena asks for it
    asked_for_share: UUID
    # what a reviewer has to decide, and what Dana is asked
    finding: UUID
    asked_finding: UUID
    # whom Ana shut out; a sealed file, and who was let into it
    shut_out_row: UUID
    sealed_client: UUID
    let_in_row: UUID
    sitting: UUID | None = None

    @classmethod
    def build(cls) -> Scene:
        """Make it by its own actions; what is hashed slowly elsewhere is hashed cheaply here."""
        world = World.build()
        with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64):
            care, wrote, trained = _care(world), _writing(world), _supervised(world)
            agreed, asked = _agreed(world), asked_by_law(world, world.dana, world.ana)
            return cls(world=world, **care, **wrote, **trained, **agreed,
                       **written(world, agreed["signed_request"]), **_safe(world),
                       **_read(world), **seen_together(world),
                       **_offices(world), **guarded(world), **lived(world, wrote["session"]),
                       **lawful(world, _own_case(world)),
                       **asked,
                       **asked_for(world, _own_case(world), asked["subpoena"], wrote["note"]),
                       **kept(world), **endangered(world, _own_case(world)),
                       **prepared(world, _own_case(world)),
                       **sent_by_link(world, _own_case(world)),
                       **given_as_file(world, _own_case(world)),
                       **by_itself(world, _own_case(world), wrote["note"]),
                       **ended(world, _own_case(world)),
                       **decided(world, _own_case(world)), **kept_out(world),
                       **opened(world))  # fmt: skip


def _care(world: World) -> dict[str, UUID]:
    """Give Ana a case of her own with Dana, and offer Dana another of Tom's."""
    with as_actor(world.fred):
        own = clients.actions.open_case(actor=world.fred, client_id=world.ana)
        other = clients.actions.open_case(actor=world.fred, client_id=world.tom)
        offer = clients.actions.offer_assignment(
            actor=world.fred, case_id=other, person_id=world.dana.id
        )
    assignment = assign(world.fred, own, world.dana)
    with as_actor(world.dana):
        member = clients.queries.case_row(own).members[0].id
    return {"case": own, "member": member, "assignment": assignment, "offer": offer}


def _own_case(world: World) -> UUID:
    with as_actor(world.dana):
        cases = clients.queries.cases_of(world.ana)
    return next(row.id for row in cases if row.id != world.couple_case)


def _writing(world: World) -> dict[str, UUID]:
    """Leave one session with a draft, and one whose note is signed and added to."""
    dana, case = world.dana, _own_case(world)
    session = hold_session(dana, case, hours_ago=2)
    type_draft(dana, session, f"{RECORD} again", alone=ALONE)
    note = signed_note(dana, case, f"{RECORD} before", alone=ALONE, hours_ago=30)
    with as_actor(dana):
        records.actions.add_addendum(
            actor=dana, note_id=note, kind=AddendumKind.CORRECTION, text=ADDED
        )
        noted = records.actions.open_note(actor=dana, note_id=note).session
    return {"session": session, "noted_session": noted, "note": note}


def _supervised(world: World) -> dict[str, UUID]:
    """Leave a trainee's note that waits, one that came back, and what is noted about them."""
    waiting, returned = (
        supervising.waiting_note(world, f"{TRAINED} {number}", hours_ago=30 + number)
        for number in (1, 2)
    )
    comment = records.actions.Given(f"{SAID}, how do you know?", TRAINED)
    supervising.give_back(world.vera, returned, comment)
    noted = supervising.noted(world.vera, world.tess.id, NOTED, shared=True)
    return {"waiting_note": waiting, "returned_note": returned, "supervision_note": noted}


def _read(world: World) -> dict[str, UUID]:
    return read_by_client(world, _own_case(world))


def _safe(world: World) -> dict[str, UUID]:
    return kept_safe(world, _own_case(world))


def _agreed(world: World) -> dict[str, UUID | str]:
    """Leave a request in each state, a live permission, a sealed document, a disclosure."""
    signed, case = _signed(world), _own_case(world)
    with as_actor(world.dana):
        (row,) = consent.queries.live_consents(world.ana, sharing=True)
        disclosure = consent.actions.disclose(
            actor=world.dana, client_id=world.ana, case_id=case, consent_id=row.id,
            pack=steps.PACK, note_ids=[], categories=["session_notes"],
        )  # fmt: skip
        documents = consent.queries.documents_of(world.ana)
    for document in documents:
        seal(document.id, world.ana)
    draft, own, sent = (steps.ask(world, steps.AGREEMENT, client=world.ana) for _ in range(3))
    steps.send(world, own)
    with as_actor(world.ana_portal):
        consent.actions.open_request(actor=world.ana_portal, request_id=own)
        question = consent.actions.ask_question(
            actor=world.ana_portal, request_id=own, text=f"What about the {ASKED}?"
        )
        own_card = clients.actions.read_own_card(actor=world.ana_portal).card
        # kept as it was: staff are told all the same, until somebody has seen it
        clients.actions.set_own_card(actor=world.ana_portal, card=own_card)
    by_link = steps.send(world, sent)
    return {
        "witness_request": awaits_a_witness(world),
        "draft_request": draft, "sent_request": sent, "own_request": own, "signed_request": signed,
        "token": steps.token_of(by_link), "pin": by_link.pin, "question": question,
        "consent": row.id, "disclosure": disclosure,
        "document": next(one.id for one in documents if one.kind == "consent"),
        "shared_document": next(one.id for one in documents if one.kind == "disclosure"),
    }  # fmt: skip


def _signed(world: World) -> UUID:
    asked = steps.ask(world, client=world.ana, new_recipient=TRUSTED)
    actor = steps.open_by_link(steps.send(world, asked), world.ana)
    shown = steps.read_through(asked, actor, steps.YES)
    steps.sign(asked, actor, shown, name="Anathorpe Windlestraw")
    return asked


def seal(document: UUID, client: UUID) -> None:
    """Keep some bytes as the sealed PDF; how PDFs are made is tested elsewhere."""
    with as_actor(SERVICE, client=client):
        consent.actions.claim_document(actor=SERVICE, document_id=document)
        consent.actions.keep_document(actor=SERVICE, document_id=document, pdf=PDF)


def _offices(world: World) -> dict[str, UUID | str]:
    """Leave an invitation that waits, and a factor to be reset by a second person."""
    with as_actor(world.fred):
        invited = clients.actions.give_portal_access(actor=world.fred, client_id=world.tom)
    with as_actor(world.ada) as at:
        ada = dataclasses.replace(world.ada, step_up_at=at)
        reset = accounts.ask_reset(actor=ada, person_id=world.tess.id)
    return {
        "invitation": invited.path.rsplit("/", 1)[-1],
        "entry_link": asked_link(world, Purpose.ENTRY),
        "reset_link": asked_link(world, Purpose.RESET),
        "reset": reset,
    }


def asked_link(world: World, purpose: Purpose) -> str:
    """Ask for a link in Ana's or Ben's name, and make it as the worker would; gives its token."""
    whose = "ana" if purpose is Purpose.ENTRY else "ben"
    client = world.ana if purpose is Purpose.ENTRY else world.ben
    with as_actor(world.fred) as at:
        desk = dataclasses.replace(world.fred, step_up_at=at)
        clients.actions.agree_on_word(actor=desk, client_id=client, word=WORD)
    with as_actor(ANONYMOUS):
        accounts.ask_link(actor=ANONYMOUS, email=email_of(whose), purpose=purpose)
        ((link,),) = people.links_to_send()
    with as_actor(SERVICE, client=client):
        path = accounts.make_link(actor=SERVICE, link_id=link)
    return path.rsplit("/", 1)[-1]
