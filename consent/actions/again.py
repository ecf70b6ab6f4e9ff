"""Ask all again: who holds an older version of a form is asked to sign the newer one, each once.

Somebody asks; one row a client is the truth, and the machine works at it as often as it likes.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

import audit.actions
import clients.queries
from consent.actions.anew import said_before
from consent.actions.requests import ask
from consent.actions.sending import send_request
from consent.domain import form_events as events
from consent.domain.asking_again import TRIES, AgainState, WhyLeftOut, retry_after
from consent.domain.states import Signer
from consent.models import AskAgain, AskedAgain, Consent, Form, Request
from consent.queries.again import held_by
from counselling import db, jobs
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

ASK: str = "consent.ask_again"


def ask_again(*, actor: Actor, form_id: UUID, chosen: Collection[UUID]) -> UUID:
    """Ask the actor's own clients again, by what they signed before; gives the batch.

    Who has been asked for the newer version already, by whatever way, is not asked twice.
    """
    require(actor, Permission.ASK_CONSENT)
    allowances.spend(actor, allowances.LETTERS)
    form = Form.objects.filter(pk=form_id).first()
    if form is None:
        raise NotThere("consent_form", form_id)
    if not form.offered:
        raise Refused("form-not-offered", "This form is not offered any more.")
    held = held_by(clients.queries.clients_of(actor), form_id)
    asked = [one for one in held if one.may_ask and one.earlier in chosen]
    if not asked:
        raise Invalid("Choose at least one client to ask.", "chosen")
    batch = AskAgain.objects.create(form=form, by=actor.id, at=db.now())
    made = [
        AskedAgain(
            batch=batch, client_id=one.client, earlier_id=one.earlier, version_id=one.version,
            by=actor.id, due_at=db.now(),
        )
        for one in asked
    ]  # fmt: skip
    AskedAgain.objects.bulk_create(made)
    audit.actions.record(
        actor=actor,
        kind=events.ASKED_AGAIN,
        clients={one.client for one in asked},
        about=("consent_askagain", batch.pk),
        rows=[one.pk for one in made],
        detail={"form": form.slug},
    )
    for one in made:
        jobs.enqueue(ASK, one.pk, one.client_id)
    return batch.pk


def ask_one_again(*, actor: Actor, row_id: UUID) -> None:
    """Prepare the newer version for one client, and send it where they sign in for themselves.

    Runs as often as it likes: the row is locked, and what is done stays done. All of it is one
    act, so that a worker killed in between leaves a row that still waits, and no form.
    """
    require(actor, Permission.RUN_JOB)
    row = _waiting(row_id)
    if row is None:
        return
    if why := _why_not(row):
        _end(actor, row, AgainState.LEFT_OUT, why=why)
        return
    try:
        with transaction.atomic():
            made = _asked(actor, row)
    except (Invalid, Refused):  # a person can fill in what the machine cannot
        _end(actor, row, AgainState.LEFT_OUT, why=WhyLeftOut.NOT_FITTING)
        return
    row.request_id = made
    goes = _comes_in_alone(row.client_id, made)
    if goes:
        # who signs in needs no PIN; nobody is told the one this link would have
        send_request(actor=actor, request_id=made)
    _end(actor, row, AgainState.SENT if goes else AgainState.PREPARED)


def _comes_in_alone(client_id: UUID, request_id: UUID) -> bool:
    """Say whether the client, and nobody besides, signs it in a space of their own."""
    made = Request.objects.get(pk=request_id)
    alone = made.signer == Signer.CLIENT and not Request.objects.filter(lead=made).exists()
    return alone and clients.queries.portal_in_use(client_id)


def fail_asking_again(*, actor: Actor, row_id: UUID, code: str) -> None:
    """Count a failure on the row; it is due again later, and given up after some tries."""
    require(actor, Permission.RUN_JOB)
    row = _waiting(row_id)
    if row is None:
        return
    row.attempts += 1
    row.due_at = db.now() + retry_after(row.attempts)
    if row.attempts >= TRIES:
        _end(actor, row, AgainState.LEFT_OUT, why=WhyLeftOut.NOT_FITTING)
        return
    row.save(update_fields=["attempts", "due_at"])
    _record(actor, row, events.AGAIN_FAILED, reason=code)


def _waiting(row_id: UUID) -> AskedAgain | None:
    row = AskedAgain.objects.select_for_update().filter(pk=row_id).first()
    if row is None:
        raise NotThere("consent_askedagain", row_id)
    return row if row.state == AgainState.WAITING and row.due_at <= db.now() else None


def _why_not(row: AskedAgain) -> WhyLeftOut | None:
    """Ask again, now that it is done, whether it may and need be."""
    asker = accounts.actor_of_person(row.by)
    cases = clients.queries.cases_of(row.client_id)
    cares = any(row.by in case.assigned(db.now()) for case in cases)
    if not (cares and asker.may(Permission.ASK_CONSENT)):
        return WhyLeftOut.NOT_YOURS
    held = held_by([row.client_id], row.version.form_id)
    still = any(one.earlier == row.earlier_id and one.asked is None for one in held)
    return None if still and row.version.form.offered else WhyLeftOut.NOTHING_LEFT


def _asked(actor: Actor, row: AskedAgain) -> UUID:
    """Fill the newer version with what was asked before; every answer is open again (CC-20)."""
    before = said_before(actor=actor, request_id=row.earlier_id, until=_until(row))
    return ask(
        actor=actor,
        client_id=row.client_id,
        version_id=row.version_id,
        case_id=before.case,
        asking=dataclasses.replace(before.asking),
        on_behalf=row.by,
    )


def _until(row: AskedAgain) -> datetime.date | None:
    """Give the last day of what was allowed to somebody named; it stays the same."""
    ends = (
        Consent.objects.filter(signature__request_id=row.earlier_id, recipient__isnull=False)
        .order_by("-until")
        .values_list("until", flat=True)
        .first()
    )
    return None if ends is None else timezone.localdate(ends - datetime.timedelta(seconds=1))


def _end(actor: Actor, row: AskedAgain, state: AgainState, why: str = "") -> None:
    row.state, row.why, row.ended_at = state, why, db.now()
    row.save(update_fields=["state", "why", "ended_at", "attempts", "request"])
    _record(actor, row, events.AGAIN_DONE, reason=why, state=state.value)


def _record(actor: Actor, row: AskedAgain, kind: EventKind, reason: str, **detail: str) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=row.client_id,
        about=("consent_askedagain", row.pk),
        rows=[row.request_id] if row.request_id else [],
        relation=clients.queries.relation_to_client(actor, row.client_id),
        reason=reason,
        detail=detail,
    )
