"""Send a form to everybody who signs it, send it again, call it back, remind of it or not."""

from __future__ import annotations

import dataclasses
import datetime
import secrets
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import make_password
from django.urls import reverse

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from consent.access import sending
from consent.actions._group import end_group
from consent.actions._reading import locked, require_step, stands
from consent.domain import events
from consent.domain.reminding import decide_reminder, first_look
from consent.domain.states import WHY_VOID_WORDS, RequestState, Signer, WhyVoid
from consent.models import Request
from consent.queries.links import token_hash
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts.actions import allowances
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor

LASTS: Final = datetime.timedelta(days=7)
PIN_DIGITS: Final = 6
LONGEST_WORDS: Final = 2000
_OPEN: Final = (
    "state", "token_hash", "pin_hash", "pin_failures", "sent_at", "expires_at", "opened_at",
    "read_at", "answers", "remind_at",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """What staff see once: the PIN to tell the signer, and the link to hand on if need be.

    Where the link `goes` by itself it is not shown beside the PIN: they are two secrets. `others`
    are those who sign the same form after them, each with a link and a PIN of their own.
    """

    request: UUID
    path: str
    pin: str
    expires_at: datetime.datetime
    goes: bool
    guardian: UUID | None = None
    others: tuple[Sent, ...] = ()


def send_request(*, actor: Actor, request_id: UUID) -> Sent:
    """Send a prepared form, or send it again: a new link and PIN, and the old ones are dead.

    Whoever leads a group takes the others along who have not signed; a witness needs no link.
    """
    require(actor, sending(actor))
    request = locked(request_id)
    require_step(request, RequestState.SENT)
    sent = _send(actor, request)
    others = Request.objects.select_for_update().filter(lead=request_id).order_by("turn")
    return dataclasses.replace(
        sent,
        others=tuple(
            _send(actor, one) for one in others if _may_be_sent(one) and not _is_witness(one)
        ),
    )


def _may_be_sent(request: Request) -> bool:
    return stands(request) in {RequestState.DRAFT, RequestState.SENT, RequestState.EXPIRED}


def _is_witness(request: Request) -> bool:
    """Let a witness sign at the practice, from the day the form goes out."""
    if request.signer != Signer.WITNESS:
        return False
    come_anew(request)
    return True


def _send(actor: Actor, request: Request) -> Sent:
    if request.signer == Signer.WITNESS:
        raise Invalid("A witness signs here, and needs no link.")
    allowances.spend(actor, allowances.LETTERS)
    token, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
    _anew(request)
    request.token_hash, request.pin_hash = token_hash(token), make_password(pin)
    request.remind_at = first_look(db.now())
    request.save(update_fields=_OPEN)
    clients.actions.end_links(actor=actor, client_id=request.client_id, row=request.pk)
    recorded_by_staff(actor, request, events.REQUEST_SENT)
    path = reverse("consent:link", args=[token])
    clients.actions.queue_message(
        actor=actor,
        client_id=request.client_id,
        template=Template.DOCUMENT,
        link=path,
        about=request.pk,
        guardian=request.guardian_id,
    )
    goes = clients.actions.message_would_go(
        actor=actor, client_id=request.client_id, guardian=request.guardian_id
    )
    assert request.expires_at is not None  # noqa: S101 `_anew` has just set it; the type checker cannot know
    return Sent(request.pk, path, pin, request.expires_at, goes, request.guardian_id)


def _anew(request: Request) -> None:
    """Begin its seven days; what was read and answered by an old link does not stay."""
    request.state = RequestState.SENT
    request.token_hash, request.pin_hash, request.pin_failures = None, "", 0
    request.sent_at, request.expires_at = db.now(), db.now() + LASTS
    request.opened_at = request.read_at = request.answers = request.remind_at = None


def come_anew(request: Request) -> None:
    """Open what was not sent yet, or is over, without a link: for somebody who is in the room."""
    if stands(request) in {RequestState.DRAFT, RequestState.EXPIRED}:
        _anew(request)
        request.save(update_fields=_OPEN)


def void_request(
    *, actor: Actor, request_id: UUID, why: WhyVoid = WhyVoid.OTHER, words: str = ""
) -> None:
    """Call a form back before everybody has signed it; its links are dead at once.

    Why is a code; what staff write beside it is sealed. Whoever signs with them has no use of it
    any more, so their part ends too.
    """
    require(actor, Permission.SEND_REQUEST)
    request = locked(request_id)
    require_step(request, RequestState.VOID)
    if why not in WHY_VOID_WORDS:
        raise Invalid("Choose why.", "why")
    if len(words) > LONGEST_WORDS:
        raise Invalid("Please say it in fewer words.", "words")
    request.state, request.why_void, request.ended_at = RequestState.VOID, why, db.now()
    request.void_words, request.remind_at = words.strip() or None, None
    request.save(update_fields=["state", "why_void", "ended_at", "void_words", "remind_at"])
    clients.actions.end_links(actor=actor, client_id=request.client_id, row=request.pk)
    recorded_by_staff(
        actor,
        request,
        events.REQUEST_VOIDED,
        reason=why.value,
        sealed={"void_words": vault.fingerprint(request, "void_words")} if words.strip() else None,
    )
    end_group(actor, request.pk, request.client_id)


def set_reminders(*, actor: Actor, request_id: UUID, on: bool) -> None:
    """Have a form reminded of, or not: some letters are one too many."""
    require(actor, Permission.SEND_REQUEST)
    request = locked(request_id)
    require_step(request, RequestState.SENT)
    request.remind_at = _next_look(request) if on else None
    request.save(update_fields=["remind_at"])
    recorded_by_staff(actor, request, events.REMINDERS_SET, reason="on" if on else "off")


def _next_look(request: Request) -> datetime.datetime | None:
    if request.sent_at is None or request.expires_at is None or request.token_hash is None:
        return None  # nothing is out that a letter could lead to
    first, at = first_look(request.sent_at), db.now()
    if first > at:
        return first
    return decide_reminder(stands(request), request.expires_at, at).look_at


def recorded_by_staff(
    actor: Actor,
    request: Request,
    kind: EventKind,
    *,
    reason: str = "",
    sealed: Mapping[str, str] | None = None,
) -> None:
    """Write an event of staff about one request."""
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request.pk),
        relation=clients.queries.relation_to_client(actor, request.client_id),
        reason=reason,
        sealed=sealed,
    )
