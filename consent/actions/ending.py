"""Before a permission ends: ask its client once, and do what they say; silence ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import audit.actions
import clients.actions
import clients.queries
from clients.access import is_guardian
from clients.domain import Template
from consent.actions._reading import locked
from consent.actions.anew import said_before
from consent.actions.requests import prepare
from consent.actions.sending import come_anew, recorded_by_staff
from consent.domain import events
from consent.domain.ending import EndAnswer, asks_from
from consent.domain.life_events import END_ANSWERED, ENDS_ASKED
from consent.models import EndNotice
from consent.queries import consent_row, consents_of, ends_of
from counselling import db
from counselling.access import Permission, require
from counselling.errors import Refused
from counselling.speech import say

if TYPE_CHECKING:
    from uuid import UUID

    from consent.queries import ConsentRow
    from counselling.access import Actor

PERMISSIONS: Final = "/space/permissions"
NOT_YET: Final = say("This permission does not end soon, or has ended already.")


def tell_of_ends(*, actor: Actor, client_id: UUID) -> int:
    """Ask a client about what ends soon, in one letter that says nothing; gives how many.

    Runs as often as it likes: each permission is asked about once.
    """
    require(actor, Permission.RUN_JOB)
    told = set(EndNotice.objects.filter(client_id=client_id).values_list("consent_id", flat=True))
    due = [one.consent for one in ends_of([client_id]) if one.consent not in told]
    # two workers at once: the second waits for the first and finds the notices there
    made = [one for one in due if _noticed(client_id, one)]
    if not made:
        return 0
    audit.actions.record(actor=actor, kind=ENDS_ASKED, client=client_id, rows=made)
    link = PERMISSIONS if clients.queries.has_portal(client_id) else ""
    clients.actions.queue_message(
        actor=actor, client_id=client_id, template=Template.NOTICE, link=link
    )
    return len(made)


def _noticed(client_id: UUID, consent: UUID) -> bool:
    notice = EndNotice(client_id=client_id, consent_id=consent, asked_at=db.now())
    return bool(EndNotice.objects.bulk_create([notice], ignore_conflicts=True)) and (
        EndNotice.objects.filter(pk=notice.pk).exists()
    )


def ask_to_change(*, actor: Actor, consent_id: UUID) -> None:
    """Let the counsellor know that the client wants something else than before."""
    require(actor, Permission.WITHDRAW_CONSENT)
    row = _ends_soon(consent_id)
    _answer(actor, row, EndAnswer.CHANGE, None)


def keep(*, actor: Actor, consent_id: UUID) -> UUID | None:
    """Put out what was asked before, to be signed anew by who decides alone; no answer is kept.

    Gives the request; None where others sign, too: then the counsellor is told to ask them all.
    """
    require(actor, Permission.SIGN_CONSENT)
    row = _ends_soon(consent_id)
    known = [one.request for one in ends_of([row.client]) if one.consent == consent_id]
    if known and known[0] is not None:
        return known[0]
    if is_guardian(actor) or not clients.queries.is_adult(row.client):
        _answer(actor, row, EndAnswer.CHANGE, None)
        return None
    before = said_before(actor=actor, request_id=row.request)
    names = clients.actions.names_for(
        actor=actor, client_ids=[row.client], purpose="keeping a permission", full=True
    )
    request = prepare(
        actor,
        row.client,
        before.case,
        before.form,
        before.asking,
        (clients.actions.SignerNamed(None, 0, names[row.client]),),
        before.by,
    )
    put_out = locked(request)
    come_anew(put_out)
    recorded_by_staff(actor, put_out, events.REQUEST_SENT)
    for one in _of_the_same_form(row):
        _answer(actor, one, EndAnswer.KEEP, request)
    return request


def _of_the_same_form(row: ConsentRow) -> list[ConsentRow]:
    """Give what one signature allowed and what ends with it: one new one keeps them all."""
    ends = {one.consent for one in ends_of([row.client])}
    found = consents_of(row.client)
    return [one for one in found if one.request == row.request and one.id in ends]


def _ends_soon(consent_id: UUID) -> ConsentRow:
    """Give a permission that may be asked about now; raises NotThere, or Refused in words."""
    row = consent_row(consent_id)
    due = row.until is not None and asks_from(row.since, row.until) <= db.now()
    if row.required or not row.live or not due:
        raise Refused("not-ending", NOT_YET, client=row.client)
    return row


def _answer(actor: Actor, row: ConsentRow, answer: EndAnswer, request: UUID | None) -> None:
    _noticed(row.client, row.id)
    EndNotice.objects.filter(consent_id=row.id).update(
        answer=answer, answered_at=db.now(), answered_by=actor.id, request_id=request
    )
    audit.actions.record(
        actor=actor,
        kind=END_ANSWERED,
        client=row.client,
        about=("consent_consent", row.id),
        rows=[] if request is None else [request],
        relation=clients.queries.relation_to_client(actor, row.client),
        detail={"answer": answer.value},
    )
