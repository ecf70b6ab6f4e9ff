"""Each use case of clients and cases, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from clients import actions, queries
from clients.domain import Card, CaseKind, CaseState, Channel, Contact, Identity, Template
from clients.domain.emergency import Decision
from counselling.access import ANONYMOUS, SERVICE
from counselling.db import as_actor
from tests.clients import acts_guarding, acts_keeping_out, acts_openings, acts_portal
from tests.clients.danger import begin_emergency, handed_over
from tests.people import fresh
from tests.world import take_in as taken_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World


def take_in(world: World) -> None:
    with as_actor(world.fred):
        actions.take_in(
            actor=world.fred,
            identity=Identity(given="Wren"),
            contact=Contact(email="wren@mailbox.example"),
            card=Card(channel=Channel.EMAIL),
        )


def open_client(world: World) -> None:
    with as_actor(world.dana):
        actions.open_client(actor=world.dana, client_id=world.mara)


def names_for(world: World) -> None:
    with as_actor(world.dana):
        ids = [world.mara, world.ana]
        actions.names_for(actor=world.dana, client_ids=ids, purpose="caseload")


def amend_identity(world: World) -> None:
    with as_actor(world.dana):
        actions.amend_identity(
            actor=world.dana, client_id=world.mara, identity=Identity(given="Mara")
        )


def amend_contact(world: World) -> None:
    with as_actor(world.dana):
        contact = Contact(phone="030 7")
        actions.amend_contact(actor=world.dana, client_id=world.mara, contact=contact)


def set_card(world: World) -> None:
    with as_actor(world.dana):
        card = Card(channel=Channel.NONE)
        actions.set_card(actor=world.dana, client_id=world.mara, card=card)


def open_case(world: World) -> None:
    with as_actor(world.fred):
        actions.open_case(actor=world.fred, client_id=world.mara)


def change_case_state(world: World) -> None:
    with as_actor(world.dana):
        actions.change_case_state(actor=world.dana, case_id=world.mara_case, state=CaseState.PAUSED)


def _group(world: World) -> UUID:
    client = taken_in(world.fred, "tom", kind=CaseKind.GROUP)
    with as_actor(world.fred):
        return queries.cases_of(client)[0].id


def add_member(world: World) -> None:
    case = _group(world)
    with as_actor(world.fred):
        actions.add_member(actor=world.fred, case_id=case, client_id=world.mara)


def end_member(world: World) -> None:
    with as_actor(world.dana):
        member = queries.case_row(world.couple_case).members[1]
        actions.end_member(actor=world.dana, member_id=member.id)


def offer_assignment(world: World) -> None:
    with as_actor(world.fred):
        actions.offer_assignment(actor=world.fred, case_id=world.mara_case, person_id=world.sam.id)


def _offer(world: World) -> UUID:
    with as_actor(world.fred):
        return actions.offer_assignment(
            actor=world.fred, case_id=world.mara_case, person_id=world.sam.id
        )


def accept_assignment(world: World) -> None:
    offer = _offer(world)
    with as_actor(world.sam):
        actions.accept_assignment(actor=world.sam, assignment_id=offer)


def decline_assignment(world: World) -> None:
    offer = _offer(world)
    with as_actor(world.sam):
        actions.decline_assignment(actor=world.sam, assignment_id=offer)


def end_assignment(world: World) -> None:
    with as_actor(world.dana):
        one = queries.case_row(world.mara_case).assignments[0]
        actions.end_assignment(actor=world.dana, assignment_id=one.id)


def give_portal_access(world: World) -> None:
    with as_actor(world.fred):
        actions.give_portal_access(actor=world.fred, client_id=world.tom)


def renew_portal_invitation(world: World) -> None:
    with as_actor(world.fred):
        actions.renew_portal_invitation(actor=fresh(world.fred), client_id=world.mara)


def queue_message(world: World) -> None:
    with as_actor(world.fred):
        actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT, link="/r/x"
        )


def deliver_message(world: World) -> None:
    with as_actor(world.fred):
        message = actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT
        )
    with as_actor(SERVICE, client=world.mara):
        actions.deliver_message(actor=SERVICE, message_id=message)


def try_held_again(world: World) -> None:
    with as_actor(world.fred):
        actions.set_card(actor=world.fred, client_id=world.mara, card=Card(channel=Channel.NONE))
        message = actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT
        )
    with as_actor(SERVICE, client=world.mara):
        actions.deliver_message(actor=SERVICE, message_id=message)
    with as_actor(world.dana):
        actions.try_held_again(actor=world.dana, client_id=world.mara)


def fail_message(world: World) -> None:
    with as_actor(world.fred):
        message = actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT
        )
    with as_actor(SERVICE, client=world.mara):
        actions.fail_message(actor=SERVICE, message_id=message, code="Broken")


def message_would_go(world: World) -> None:
    with as_actor(world.fred):
        actions.message_would_go(actor=world.fred, client_id=world.mara)


def _link(world: World, row: UUID) -> Actor:
    with as_actor(ANONYMOUS):
        return actions.open_link_actor(actor=ANONYMOUS, client_id=world.ben, row=row)


def open_link_actor(world: World) -> None:
    _link(world, uuid4())


def end_links(world: World) -> None:
    row = uuid4()
    link = _link(world, row)
    with as_actor(link):
        actions.end_links(actor=link, client_id=world.ben, row=row)


def hand_link_over(world: World) -> None:
    with as_actor(world.dana):
        actions.hand_link_over(actor=world.dana, client_id=world.ben, row=uuid4())


def end_this_link(world: World) -> None:
    link = _link(world, uuid4())
    with as_actor(link):
        actions.end_this_link(actor=link, client_id=world.ben)


def hand_over(world: World) -> None:
    handed_over(world)


def end_cover(world: World) -> None:
    made = handed_over(world)
    with as_actor(world.sam):
        actions.end_cover(actor=world.sam, cover_id=made)


def open_in_emergency(world: World) -> None:
    begin_emergency(world.sam, world.mara)


def open_emergency_file(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        actions.open_emergency_file(actor=world.sam, access_id=access)


def leave_emergency_note(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        actions.leave_emergency_note(actor=world.sam, access_id=access, text="Ring her.")


def end_emergency(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.sam):
        actions.end_emergency(actor=world.sam, access_id=access)


def read_emergency(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.priya):
        actions.read_emergency(actor=world.priya, access_id=access)


def decide_emergency(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.vera):
        actions.decide_emergency(
            actor=world.vera, access_id=access, said=Decision.ASKED, words="Why then?"
        )


def answer_emergency(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.vera):
        actions.decide_emergency(
            actor=world.vera, access_id=access, said=Decision.ASKED, words="Why then?"
        )
    with as_actor(world.sam):
        actions.answer_emergency(actor=world.sam, access_id=access, words="Her sister rang.")


def tend_emergency(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(SERVICE, client=world.mara):
        actions.tend_emergency(actor=SERVICE, access_id=access)


def read_told_emergencies(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.read_told_emergencies(actor=world.mara_portal, client_id=world.mara)


def index_name(world: World) -> None:
    with as_actor(SERVICE, client=world.mara):
        actions.index_name(actor=SERVICE, client_id=world.mara)


def find_people(world: World) -> None:
    with as_actor(world.dana):
        actions.find_people(actor=world.dana, typed="mara")


def who_is_known(world: World) -> None:
    with as_actor(world.dana):
        actions.who_is_known(actor=world.dana, client_id=world.mara, texts=["With Ana."])


_DONE: Final = (
    find_people, who_is_known,
    take_in, open_client, names_for, amend_identity, amend_contact, set_card, open_case,
    change_case_state, add_member, end_member, offer_assignment, accept_assignment,
    decline_assignment, end_assignment, give_portal_access, renew_portal_invitation,
    queue_message, deliver_message, try_held_again, fail_message, message_would_go,
    open_link_actor, end_links, hand_link_over, end_this_link,
    hand_over, end_cover, open_in_emergency, open_emergency_file, leave_emergency_note,
    end_emergency, read_emergency, decide_emergency, answer_emergency, tend_emergency,
    read_told_emergencies, index_name,
)  # fmt: skip
ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"clients.actions.{one.__name__}": one
    for one in (*_DONE, *acts_portal.DONE, *acts_keeping_out.DONE, *acts_openings.DONE)
} | acts_guarding.ACTS
# the events of the act itself, the last that each leaves; some read first, and say so
EVENTS: Final[dict[str, list[str]]] = {
    "find_people": ["people.searched"],
    "who_is_known": ["client.listed"],
    "take_in": ["client.taken_in"],
    "open_client": ["client.opened"],
    "names_for": ["client.listed"],
    "amend_identity": ["client.amended"],
    "amend_contact": ["client.amended"],
    # nothing online ends what is online
    "set_card": ["card.set", "links.closed", "online.ended", "accounts.client.closed"],
    "open_case": ["case.opened"],
    "change_case_state": ["case.changed"],
    "add_member": ["client.taken_in", "member.added"],
    "end_member": ["member.ended"],
    "offer_assignment": ["assignment.offered"],
    "accept_assignment": ["assignment.offered", "assignment.accepted"],
    "decline_assignment": ["assignment.offered", "assignment.declined"],
    "end_assignment": ["assignment.ended"],
    "give_portal_access": [
        "client.opened", "accounts.client.invited", "portal.given", "message.queued",
    ],
    "renew_portal_invitation": [
        "client.opened", "accounts.invitation.sent", "portal.given", "message.queued",
    ],
    "queue_message": ["message.queued"],
    "deliver_message": ["message.queued", "message.checked", "message.sent"],
    "try_held_again": [
        "card.set", "links.closed", "online.ended", "accounts.client.closed",
        "message.queued", "message.checked", "message.held", "message.queued",
    ],
    "fail_message": ["message.queued", "message.failed"],
    "message_would_go": ["message.checked"],
    "open_link_actor": ["link.opened"],
    "end_links": ["link.opened", "link.ended"],
    "hand_link_over": ["link.handed"],
    "end_this_link": ["link.opened", "link.ended"],
    "hand_over": ["cover.arranged", "accounts.told"],
    "end_cover": ["cover.arranged", "accounts.told", "cover.ended"],
    "open_in_emergency": ["emergency.begun"],
    "open_emergency_file": ["emergency.begun", "client.opened"],
    "leave_emergency_note": ["emergency.begun", "emergency.noted"],
    "end_emergency": ["emergency.begun", "emergency.ended"],
    "read_emergency": ["emergency.begun", "emergency.read"],
    "decide_emergency": ["emergency.begun", "emergency.decided"],
    "answer_emergency": ["emergency.begun", "emergency.decided", "emergency.answered"],
    "tend_emergency": ["emergency.begun", "accounts.told", "emergency.tended"],
    "read_told_emergencies": ["emergency.told"],
    "index_name": ["client.indexed"],
    **acts_guarding.EVENTS,
    **acts_keeping_out.EVENTS,
    **acts_openings.EVENTS,
    **acts_portal.EVENTS,
}  # fmt: skip
# opens under the event somebody else's act has just left
SILENT: Final = frozenset({"identities_under", "names_under"})
