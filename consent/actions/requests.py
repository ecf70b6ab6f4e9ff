"""Prepare a form for a client, send it, call it back: what staff do before anybody signs."""

from __future__ import annotations

import dataclasses
import datetime
import secrets
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

import audit.actions
import clients.actions
import clients.queries
from clients.domain import Template
from consent.access import preparing, sending
from consent.actions._reading import (
    Reading,
    locked,
    reading,
    recipient_shown,
    require_step,
    until_words,
)
from consent.domain import events
from consent.domain.answers import decide_until
from consent.domain.codec import DoesNotFit
from consent.domain.covers import Purpose
from consent.domain.documents import RecipientShown, text_sha256
from consent.domain.states import RequestState, WhyVoid
from consent.domain.wording import fill, shown_text
from consent.models import Recipient, Request
from consent.queries.library import FormRow, form_row
from consent.queries.links import token_hash
from counselling import db, vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from counselling.access import Actor

LASTS: Final = datetime.timedelta(days=7)
PIN_DIGITS: Final = 6


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What staff say when they prepare a form: whom it is about, for what, until when."""

    recipient: UUID | None = None
    new_recipient: RecipientShown | None = None
    purpose: str = ""
    purpose_words: str = ""
    until: datetime.date | None = None
    particulars: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """What staff see once: the PIN to tell the client, and the link to hand on if need be.

    Where the link `goes` by itself it is not shown beside the PIN: they are two secrets.
    """

    request: UUID
    path: str
    pin: str
    expires_at: datetime.datetime
    goes: bool


def ask(
    *,
    actor: Actor,
    client_id: UUID,
    version_id: UUID,
    case_id: UUID | None = None,
    asking: Asking | None = None,
    on_behalf: UUID | None = None,
) -> UUID:
    """Prepare a form for a client; it stays a draft until it is sent.

    What a person asked for and the machine carries out is asked `on_behalf` of that person.
    """
    require(actor, preparing(actor))
    clients.queries.client_row(client_id)
    said, form = asking or Asking(), form_row(version_id)
    _check(form, said)
    # who is told what is missing goes on in the same act: nothing of this may stay
    with transaction.atomic():
        return _asked(actor, client_id, case_id, form, said, on_behalf or actor.id)


def _asked(
    actor: Actor, client_id: UUID, case_id: UUID | None, form: FormRow, said: Asking, by: UUID
) -> UUID:
    names = clients.actions.names_for(
        actor=actor, client_ids=[client_id], purpose="asking for a consent", full=True
    )
    recipient, shown = _recipient(actor, client_id, form, said)
    values = _values(by, form, said, shown) | {"client": names[client_id]}
    try:
        text = shown_text(fill(form.source, values))
    except DoesNotFit as missing:
        raise Invalid(f"Something is missing: {missing}.") from None
    request = Request.objects.create(
        id=db.uuid7(db.given_clock()),
        client_id=client_id,
        case_id=case_id,
        version_id=form.id,
        recipient=recipient,
        purpose=said.purpose if form.shares else "",
        particulars={
            "values": values,
            "until": said.until.isoformat() if form.shares and said.until else None,
            "recipient": None if shown is None else dataclasses.asdict(shown),
        },
        text_sha256=text_sha256(text),
        by=by,
        made_at=db.now(),
    )
    sealed = {"particulars": vault.fingerprint(request, "particulars")}
    if recipient is not None:
        place = f"consent_recipient/{recipient.pk}/details"
        sealed[place] = vault.fingerprint(recipient, "details")
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_MADE,
        client=client_id,
        case=case_id,
        about=("consent_request", request.pk),
        sealed=sealed,
        relation=clients.queries.relation_to_client(actor, client_id),
        detail={"form": form.slug, "number": form.number, "language": form.language},
    )
    return request.pk


def _check(form: FormRow, said: Asking) -> None:
    """Refuse what a form about a named recipient cannot do without (CC-03 to CC-05)."""
    if not form.shares:
        return
    if said.recipient is None and (said.new_recipient is None or not said.new_recipient.name):
        raise Invalid("Say who would receive it.", "name")
    if said.new_recipient is not None and not said.new_recipient.role and said.recipient is None:
        raise Invalid("Say what they are to the client, such as “GP”.", "role")
    if said.purpose not in set(Purpose):
        raise Invalid("Choose what it is for.", "purpose")
    if said.until is None:
        raise Invalid("Say until when.", "until")
    decide_until(said.until, timezone.localdate(db.now()))


def _recipient(
    actor: Actor, client_id: UUID, form: FormRow, said: Asking
) -> tuple[Recipient | None, RecipientShown | None]:
    if not form.shares:
        return None, None
    known = _known(actor, client_id)
    if said.recipient is not None:
        for one, shown in known:
            if one.pk == said.recipient:
                return one, shown
        raise NotThere("consent_recipient", said.recipient)
    new = said.new_recipient
    assert new is not None  # noqa: S101 _check refused that; the type checker cannot know
    for one, shown in known:
        if shown == new:
            return one, shown  # the same person typed again is the same recipient
    details = dataclasses.asdict(new)
    made = Recipient.objects.create(client_id=client_id, details=details, created_at=db.now())
    return made, new


def _known(actor: Actor, client_id: UUID) -> list[tuple[Recipient, RecipientShown]]:
    """Open whom the client was asked about before."""
    found = list(Recipient.objects.filter(client_id=client_id))
    if not found:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=events.RECIPIENTS_READ,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[one.pk for one in found],
    )
    return [(one, recipient_shown(one, grant)) for one in found]


def _values(
    by: UUID, form: FormRow, said: Asking, recipient: RecipientShown | None
) -> dict[str, str]:
    """Give every placeholder its words; they are kept, so that the text can never change."""
    practice = accounts.practice()
    given = {each.code: each.default for each in form.source.particulars}
    given |= {code: words for code, words in said.particulars.items() if code in given and words}
    words = {each.code: each.words for each in form.source.purposes}
    return given | {
        "practice": practice.name,
        "practice_address": practice.address or "at the practice",
        "practice_phone": practice.phone or "by phone",
        "crisis_line": practice.crisis_line or "the emergency number",
        "complaints": practice.complaints_contact or "the practice",
        "counsellor": accounts.person(by).name,
        "supervisor": _supervisors(by),
        "recipient": recipient.name if recipient else "",
        "recipient_role": recipient.role if recipient else "",
        "purpose": said.purpose_words or words.get(said.purpose, ""),
        "until": until_words(said.until),
    }


def _supervisors(by: UUID) -> str:
    """Name who supervises the counsellor now (SU-02); their space names them at any time."""
    names = [one.name for one in accounts.supervisors_of(by)]
    return " and ".join(names) or "not named yet"


def look_at_request(*, actor: Actor, request_id: UUID) -> Reading:
    """Show staff what a client is asked; the answers kept so far stay the client's."""
    require(actor, Permission.SEE_CONSENTS)
    request = Request.objects.filter(pk=request_id).first()
    if request is None:
        raise NotThere("consent_request", request_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.REQUEST_READ,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
    )
    return dataclasses.replace(reading(request, grant), answers={})


def send_request(*, actor: Actor, request_id: UUID) -> Sent:
    """Send a prepared form, or send it again: a new link and PIN, and the old ones are dead."""
    require(actor, sending(actor))
    allowances.spend(actor, allowances.LETTERS)
    request = locked(request_id)
    require_step(request, RequestState.SENT)
    token, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
    request.state = RequestState.SENT
    request.token_hash, request.pin_hash, request.pin_failures = (
        token_hash(token), make_password(pin), 0,
    )  # fmt: skip
    request.sent_at, request.expires_at = db.now(), db.now() + LASTS
    # whoever had the old link may have read and answered: nothing of that is anybody's to sign
    request.opened_at = request.read_at = request.answers = None
    request.save(update_fields=[
        "state", "token_hash", "pin_hash", "pin_failures", "sent_at", "expires_at",
        "opened_at", "read_at", "answers",
    ])  # fmt: skip
    _end_links(actor, request)
    path = reverse("consent:link", args=[token])
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_SENT,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
    )
    clients.actions.queue_message(
        actor=actor,
        client_id=request.client_id,
        template=Template.DOCUMENT,
        link=path,
        about=request_id,
    )
    goes = clients.actions.message_would_go(actor=actor, client_id=request.client_id)
    return Sent(request_id, path, pin, request.expires_at, goes)


def _end_links(actor: Actor, request: Request) -> None:
    clients.actions.end_links(actor=actor, client_id=request.client_id, row=request.pk)


def void_request(*, actor: Actor, request_id: UUID) -> None:
    """Call a form back before it is signed; its link is dead at once."""
    require(actor, Permission.SEND_REQUEST)
    request = locked(request_id)
    require_step(request, RequestState.VOID)
    request.state, request.why_void, request.ended_at = RequestState.VOID, WhyVoid.STAFF, db.now()
    request.save(update_fields=["state", "why_void", "ended_at"])
    _end_links(actor, request)
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_VOIDED,
        client=request.client_id,
        case=request.case_id,
        about=("consent_request", request_id),
        relation=clients.queries.relation_to_client(actor, request.client_id),
        reason=WhyVoid.STAFF.value,
    )
