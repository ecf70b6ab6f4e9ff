"""Tell the client of what went on a legal basis: at once, or on a day somebody else agreed to.

The row is the queue's truth: a worker that is killed leaves a notice that is due again.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from consent.access import telling
from consent.actions._gated import written
from consent.domain import basis_events as events
from consent.domain.states import DocumentState
from consent.domain.telling import LONGEST_DELAY, HowTold, NoticeState
from consent.models import Disclosure, DisclosureNotice, LegalBasis, Telling
from counselling import db, jobs, vault
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

TELL: Final = "consent.tell_of_disclosure"
SHARED: Final = "/space/disclosures"
MOST_TRIES: Final = 5


def tell_of_disclosure(*, actor: Actor, notice_id: UUID) -> str:
    """Write to the client that there is something to read; else somebody has to tell them.

    Runs as often as it likes: the row is locked, and told is told. Gives the new state, or nothing.
    The letter says nothing, and goes only if their card lets it: *nothing online*, no portal and an
    empty card leave it to a person.
    """
    require(actor, Permission.RUN_JOB)
    notice = _due(notice_id)
    if notice is None:
        return ""
    if notice.disclosure.document.state == DocumentState.CANCELLED:
        notice.state = NoticeState.NOTHING
    elif _by_letter(actor, notice.client_id):
        clients.actions.queue_message(
            actor=actor, client_id=notice.client_id, template=Template.NOTICE, link=SHARED
        )
        notice.state, notice.told_at, notice.how = NoticeState.TOLD, db.now(), HowTold.LETTER
    else:
        notice.state = NoticeState.PERSON
    notice.save(update_fields=["state", "told_at", "how"])
    _record(actor, notice, events.TELLING_TENDED, reason=str(notice.state))
    return notice.state


def _by_letter(actor: Actor, client_id: UUID) -> bool:
    if not clients.queries.has_portal(client_id):
        return False
    return clients.actions.message_would_go(actor=actor, client_id=client_id)


def _due(notice_id: UUID) -> DisclosureNotice | None:
    return (
        DisclosureNotice.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("disclosure__document")
        .filter(pk=notice_id, state=NoticeState.WAITING, due_at__lte=db.now())
        .first()
    )


def fail_telling(*, actor: Actor, notice_id: UUID, code: str) -> None:
    """Count a failure; it is due again later, and after some tries somebody has to tell them."""
    require(actor, Permission.RUN_JOB)
    notice = _due(notice_id)
    if notice is None:
        return
    notice.attempts += 1
    notice.due_at = db.now() + datetime.timedelta(minutes=2**notice.attempts)
    if notice.attempts >= MOST_TRIES:
        notice.state = NoticeState.PERSON
    notice.save(update_fields=["attempts", "due_at", "state"])
    _record(actor, notice, events.TELLING_TENDED, reason=code, outcome="failed")


def tell_now(*, actor: Actor, disclosure_id: UUID) -> None:
    """Have the client told today instead of later; that needs nobody else."""
    require(actor, telling(actor))
    _move(actor, _disclosure(disclosure_id), db.now(), by=actor.id, why="")


def tell_later(
    *, actor: Actor, disclosure_id: UUID, until: datetime.datetime | None, why: str
) -> None:
    """Agree, as somebody else than who stated it, that the client is told on a later day.

    Raises Invalid for a day too far or no reason, Refused where the client knows already.
    """
    require(actor, Permission.RELEASE)
    disclosure = _disclosure(disclosure_id)
    if until is None or not db.now() < until <= db.now() + LONGEST_DELAY:
        raise Invalid(f"Choose a day within the next {LONGEST_DELAY.days} days.", "day")
    if not why.strip():
        raise Invalid("Say why the client is told later.", "why")
    stated = LegalBasis.objects.values_list("by", flat=True).get(pk=_basis_of(disclosure))
    _move(actor, disclosure, until, by=stated, why=why.strip())


def move_tellings(actor: Actor, basis: LegalBasis, until: datetime.datetime) -> None:
    """Put off, with a release, what went at once and the client is not told of yet."""
    for one in Disclosure.objects.filter(basis=basis):
        now = _told_at(one)
        if db.now() < now < until:
            _move(actor, one, until, by=basis.by, why="")


def _move(
    actor: Actor, disclosure: Disclosure, until: datetime.datetime, *, by: UUID, why: str
) -> None:
    made = Telling(
        disclosure=disclosure,
        client_id=disclosure.client_id,
        told_at=until,
        why=why or None,
        by=by,
        approver=actor.id,
        at=db.now(),
    )
    written(made, "told", disclosure.case_id)
    stored = {} if made.why is None else {"why": vault.fingerprint(made, "why")}
    audit.actions.record(
        actor=actor,
        kind=events.TELLING_MOVED,
        client=disclosure.client_id,
        case=disclosure.case_id,
        about=("consent_telling", made.pk),
        rows=[disclosure.pk, *([disclosure.basis_id] if disclosure.basis_id else [])],
        relation=clients.queries.relation_to_client(actor, disclosure.client_id),
        sealed=stored,
        reason="later" if until > db.now() else "now",
        reason_hash=stored.get("why", ""),
    )
    if until <= db.now():
        notice = DisclosureNotice.objects.filter(disclosure=disclosure).first()
        if notice is not None:
            jobs.enqueue(TELL, notice.pk, disclosure.client_id)


def note_told(*, actor: Actor, disclosure_id: UUID) -> UUID:
    """Note that one told the client oneself, now; gives the basis. Told is told."""
    require(actor, telling(actor))
    disclosure = _disclosure(disclosure_id)
    notice = DisclosureNotice.objects.select_for_update().get(disclosure=disclosure)
    if notice.state == NoticeState.TOLD:
        raise Refused("told", "The client has been told already.", client=notice.client_id)
    if _told_at(disclosure) > db.now():
        _move(actor, disclosure, db.now(), by=actor.id, why="")
    notice.state, notice.told_at = NoticeState.TOLD, db.now()
    notice.told_by, notice.how = actor.id, HowTold.PERSON
    notice.save(update_fields=["state", "told_at", "told_by", "how"])
    _record(actor, notice, events.TOLD)
    return _basis_of(disclosure)


def _disclosure(disclosure_id: UUID) -> Disclosure:
    """Give one on a legal basis; raises NotThere for a hidden one, for another and for none."""
    found = Disclosure.objects.filter(pk=disclosure_id, basis__isnull=False).first()
    if found is None:
        raise NotThere("consent_disclosure", disclosure_id)
    return found


def _basis_of(disclosure: Disclosure) -> UUID:
    if disclosure.basis_id is None:  # pragma: no cover  asked for before
        raise NotThere("consent_legal_basis")
    return disclosure.basis_id


def _told_at(disclosure: Disclosure) -> datetime.datetime:
    newest = disclosure.tellings.order_by("-at", "-id").first()
    return disclosure.told_at if newest is None else newest.told_at


def _record(actor: Actor, notice: DisclosureNotice, kind: EventKind, **said: Any) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=notice.client_id,
        about=("consent_disclosure_notice", notice.pk),
        rows=[notice.disclosure_id],
        relation=clients.queries.relation_to_client(actor, notice.client_id),
        detail={"attempt": notice.attempts},
        **said,
    )
