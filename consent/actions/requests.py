"""Prepare a form for whoever signs for a client: whom it is about, what for, until when."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

import audit.actions
import clients.actions
import clients.queries
from consent.access import preparing
from consent.actions._reading import until_words
from consent.actions.recipients import RecipientNow, read_recipients, written_down
from consent.domain import events
from consent.domain.answers import decide_until
from consent.domain.codec import DoesNotFit
from consent.domain.documents import RecipientShown, text_sha256
from consent.domain.recipients import RecipientKind
from consent.domain.states import Signer
from consent.domain.wording import fill, shown_text
from consent.domain.words import joined, words
from consent.models import Recipient, Request
from consent.queries.library import FormRow, form_row, is_offered
from counselling import db, languages, vault
from counselling.access import require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from clients.actions import SignerNamed
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What staff say when they prepare a form: whom it is about, for what, until when."""

    recipient: UUID | None = None
    new_recipient: RecipientShown | None = None
    new_kind: RecipientKind = RecipientKind.OTHER
    purpose: str = ""
    purpose_words: str = ""
    until: datetime.date | None = None
    particulars: Mapping[str, str] = dataclasses.field(default_factory=dict)


def ask(
    *,
    actor: Actor,
    client_id: UUID,
    version_id: UUID,
    case_id: UUID | None = None,
    asking: Asking | None = None,
    on_behalf: UUID | None = None,
    witness: bool = False,
) -> UUID:
    """Prepare a form for everybody who signs for a client; it stays a draft until it is sent.

    Gives the request that leads; whoever signs with them gets one each, in turn.
    What the machine carries out for a person is asked `on_behalf` of them.
    """
    require(actor, preparing(actor))
    clients.queries.client_row(client_id)
    said, form = asking or Asking(), form_row(version_id)
    # who is told what is missing goes on in the same act: nothing of this may stay
    with transaction.atomic():
        signers = clients.actions.signers_named(actor=actor, client_id=client_id)
        return prepare(
            actor, client_id, case_id, form, said, signers, on_behalf or actor.id, witness=witness
        )


def prepare(
    actor: Actor,
    client_id: UUID,
    case_id: UUID | None,
    form: FormRow,
    said: Asking,
    signers: tuple[SignerNamed, ...],
    by: UUID,
    *,
    witness: bool = False,
) -> UUID:
    """Fill a form and write a request for each signer; part of asking, whoever asks."""
    _check(client_id, form, said)
    names = clients.actions.names_for(
        actor=actor, client_ids=[client_id], purpose="asking for a consent", full=True
    )
    to = _recipient(actor, client_id, form, said)
    shown = to.shown
    values = _values(by, form, said, shown) | {"client": names[client_id]}
    text = _text(form, values)
    asked = _Asked(client_id, case_id, form, said, to, values, text, by)
    lead: Request | None = None
    for signer in _parts(signers, values["practice"], witness=witness):
        made = _write(asked, signer, lead)
        _record_made(actor, asked, made)
        lead = lead or made
    assert lead is not None  # noqa: S101 somebody always signs; the type checker cannot know
    return lead.pk


@dataclasses.dataclass(frozen=True, slots=True)
class _To:
    """Whom a form is about, as they are written today; a form about nobody has nobody."""

    recipient: Recipient | None = None
    shown: RecipientShown | None = None
    wording: UUID | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """What is the same for everybody who signs one form."""

    client: UUID
    case: UUID | None
    form: FormRow
    said: Asking
    to: _To
    values: dict[str, str]
    text: str
    by: UUID


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """Who signs at one turn, and everybody who does, in words."""

    signer: Signer
    guardian: UUID | None
    turn: int
    name: str
    authority: str
    everybody: tuple[str, ...]


def _parts(signers: tuple[SignerNamed, ...], practice: str, *, witness: bool) -> list[_Part]:
    words = [f"{one.name}, {one.authority}" if one.authority else one.name for one in signers]
    everybody = (*words, f"a witness of {practice}") if witness else tuple(words)
    parts = [
        _Part(
            Signer.GUARDIAN if one.guardian else Signer.CLIENT,
            one.guardian, turn, one.name, one.authority, everybody,
        )
        for turn, one in enumerate(sorted(signers, key=lambda one: one.turn))
    ]  # fmt: skip
    if witness:
        parts.append(_Part(Signer.WITNESS, None, len(parts), "", "", everybody))
    return parts


def _text(form: FormRow, values: dict[str, str]) -> str:
    try:
        return shown_text(fill(form.source, values))
    except DoesNotFit as missing:
        raise Invalid(f"Something is missing: {missing}.") from None


def _write(asked: _Asked, part: _Part, lead: Request | None) -> Request:
    until = asked.said.until if asked.form.shares else None
    return Request.objects.create(
        id=db.uuid7(db.given_clock()),
        client_id=asked.client,
        case_id=asked.case,
        version_id=asked.form.id,
        recipient=asked.to.recipient,
        wording_id=asked.to.wording,
        lead=lead,
        signer=part.signer,
        guardian_id=part.guardian,
        turn=part.turn,
        purpose=asked.said.purpose if asked.form.shares else "",
        particulars={
            "values": asked.values,
            "until": until.isoformat() if until else None,
            "recipient": None if asked.to.shown is None else dataclasses.asdict(asked.to.shown),
            "signer": {"name": part.name, "authority": part.authority},
            "signers": list(part.everybody),
        },
        text_sha256=text_sha256(asked.text),
        by=asked.by,
        made_at=db.now(),
    )


def _record_made(actor: Actor, asked: _Asked, request: Request) -> None:
    sealed = {"particulars": vault.fingerprint(request, "particulars")}
    recipient = asked.to.recipient
    if recipient is not None:
        place = f"consent_recipient/{recipient.pk}/details"
        sealed[place] = vault.fingerprint(recipient, "details")
    form = asked.form
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_MADE,
        client=asked.client,
        case=asked.case,
        about=("consent_request", request.pk),
        sealed=sealed,
        relation=clients.queries.relation_to_client(actor, asked.client),
        detail={"form": form.slug, "number": form.number, "language": form.language},
    )


def _check(client_id: UUID, form: FormRow, said: Asking) -> None:
    """Refuse what a form about a named recipient cannot do without (CC-03 to CC-05)."""
    if not is_offered(form.id):
        raise Refused("form-not-offered", "This form is not offered any more.", client=client_id)
    if not form.shares:
        return
    if said.recipient is None and (said.new_recipient is None or not said.new_recipient.name):
        raise Invalid("Say who would receive it.", "name")
    if said.new_recipient is not None and not said.new_recipient.role and said.recipient is None:
        raise Invalid("Say what they are to the client, such as “GP”.", "role")
    if said.purpose not in {each.code for each in form.source.purposes}:
        raise Invalid("Choose what it is for.", "purpose")
    if said.until is None:
        raise Invalid("Say until when.", "until")
    decide_until(said.until, timezone.localdate(db.now()))
    most = clients.queries.at_most(client_id)
    if most is not None and said.until >= timezone.localdate(most):
        raise Invalid("They come of age before that, and then decide themselves.", "until")


def _recipient(actor: Actor, client_id: UUID, form: FormRow, said: Asking) -> _To:
    if not form.shares:
        return _To()
    known = read_recipients(actor=actor, client_id=client_id)
    if said.recipient is not None:
        for one in known:
            if said.recipient in one.row.rows:
                return _as_written(one)
        raise NotThere("consent_recipient", said.recipient)
    new = said.new_recipient
    assert new is not None  # noqa: S101 _check refused that; the type checker cannot know
    for one in known:
        if new in {one.shown, one.as_signed, *one.merged}:
            return _as_written(one)  # the same person typed again is the same recipient
    return _To(written_down(client_id, new, said.new_kind), new)


def _as_written(one: RecipientNow) -> _To:
    """Give a recipient as written last: what the client signs so needs nobody else's word."""
    recipient = Recipient.objects.get(pk=one.id)
    return _To(recipient, one.pending or one.shown, one.row.pending or one.row.wording)


def _values(
    by: UUID, form: FormRow, said: Asking, recipient: RecipientShown | None
) -> dict[str, str]:
    """Give every placeholder its words; they are kept, so that the text can never change."""
    practice, language = accounts.practice(), form.source.language
    instead = words(language).instead
    given = {each.code: each.default for each in form.source.particulars}
    given |= {code: text for code, text in said.particulars.items() if code in given and text}
    purposes = {each.code: each.words for each in form.source.purposes}
    return given | {
        "practice": practice.name,
        "practice_address": practice.address or instead.practice_address,
        "practice_phone": practice.phone or instead.practice_phone,
        "crisis_line": practice.crisis_line or instead.crisis_line,
        "complaints": practice.complaints_contact or instead.complaints,
        "counsellor": _named(by, language),
        "supervisor": _supervisors(by, language) or instead.supervisor,
        "recipient": recipient.name if recipient else "",
        "recipient_role": recipient.role if recipient else "",
        "purpose": said.purpose_words or purposes.get(said.purpose, ""),
        "until": until_words(said.until, language),
    }


def _supervisors(by: UUID, language: str) -> str:
    """Name who supervises the counsellor now (SU-02); their space names them at any time."""
    with languages.speaking(language):
        found = accounts.for_clients(accounts.supervisors_of(by))
    return joined(language, [one.name for one in found])


def _named(by: UUID, language: str) -> str:
    """Name who asks as clients read it: who is at approved risk by role and code."""
    with languages.speaking(language):
        return accounts.name_for_clients(by)
