"""Show the client first what is to be shared, and hear what they say of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
from clients import queries as clients
from consent.domain.answers import PURPOSE_WORDS
from consent.domain.codec import decode, encode
from consent.domain.documents import Pack, RecipientShown
from counselling import vault
from counselling.access import Permission, require, require_two_secrets
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from counselling.speech import say
from records.actions.about import stored
from records.actions.share_keeping import editable, end_showings, record_share
from records.actions.share_looking import keep_looked_at, kept_pack
from records.domain.shares import (
    LONGEST_REASON,
    SHARE_ANSWERED,
    SHARE_READ_FIRST,
    SHARE_SHOWN,
    Answer,
    Level,
)
from records.models import ShareShowing
from records.queries.shares import ShowingRow, showing_of

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class ShownFirst:
    """What a client is shown before it goes: the text, to whom, what for, and their word on it."""

    row: ShowingRow
    pack: Pack = dataclasses.field(repr=False)
    to: RecipientShown = dataclasses.field(repr=False)
    purpose: str
    words: str = dataclasses.field(default="", repr=False)


def show_first(*, actor: Actor, share_id: UUID, previewed: str) -> UUID:
    """Show the client what was looked at, in their space, before it goes.

    Raises Stale where something changed since, Refused for what they cannot be shown: what rests
    on the law, and notes kept by their author alone.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    if share.basis_id is not None or share.subpoena or share.level == Level.PROCESS_NOTES:
        raise Refused(
            "not-shown-first", "This is not shown to the client first.", client=share.client_id
        )
    looked = keep_looked_at(actor, share, previewed)
    end_showings(share)
    showing = ShareShowing(
        share=share,
        client_id=share.client_id,
        case_id=share.case_id,
        content={
            "pack": encode(looked.pack),
            "to": encode(looked.to),
            "purpose": share.purpose,
        },
        pack_sha256=looked.sha256,
        by=actor.id,
        at=now(),
    )
    showing.save(force_insert=True)
    share.show_first = True
    share.save(update_fields=["show_first"])
    sealed = stored(showing, "content") | kept_pack(share)
    record_share(actor, share, SHARE_SHOWN, rows=[showing.pk], sealed=sealed)
    return showing.pk


def read_showing(*, actor: Actor, showing_id: UUID) -> ShownFirst:
    """Show a client what is to be shared about them before it goes."""
    require(actor, Permission.SEE_OWN_FILE)
    require_two_secrets(actor)
    found = _own(actor, showing_id)
    grant = _record(actor, found, SHARE_READ_FIRST)
    said = vault.open_json(found.content, grant)
    words = "" if found.words is None else vault.open_text(found.words, grant)
    purpose = str(PURPOSE_WORDS.get(said["purpose"], ""))
    to = decode(RecipientShown, said["to"])
    return ShownFirst(showing_of(found), decode(Pack, said["pack"]), to, purpose, words)


def answer_showing(*, actor: Actor, showing_id: UUID, answer: Answer, words: str = "") -> None:
    """Say that it is fine, or that something is not right or asks for a word; once."""
    require(actor, Permission.SEE_OWN_FILE)
    require_two_secrets(actor)
    _answer(actor, _own(actor, showing_id), answer, words)


def answer_in_room(*, actor: Actor, share_id: UUID, answer: Answer, words: str = "") -> None:
    """Write down what a client said of it in the room, where they were shown it there."""
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    found = ShareShowing.objects.select_for_update().filter(share=share, ended_at=None).first()
    if found is None:
        raise NotThere("records_share_showing")
    _answer(actor, found, answer, words)


def _own(actor: Actor, showing_id: UUID) -> ShareShowing:
    """Take one of the actor's own that is still shown; a guardian's child's is hidden."""
    found = ShareShowing.objects.select_for_update().filter(pk=showing_id, ended_at=None).first()
    if found is None or found.client_id != clients.client_of_account(actor.id):
        raise NotThere("records_share_showing", showing_id)
    return found


def _answer(actor: Actor, found: ShareShowing, answer: Answer, words: str) -> None:
    if found.answer:
        raise Refused("answered", "This was answered already.", client=found.client_id)
    if answer is Answer.NOT_RIGHT and not words.strip():
        raise Invalid(say("Say in a few words what you would like changed or asked."), "words")
    if len(words) > LONGEST_REASON:
        raise Invalid(say("This is too long."), "words")
    found.answer, found.words = answer, words.strip() or None
    found.answered_by, found.answered_at = actor.id, now()
    found.save(update_fields=["answer", "words", "answered_by", "answered_at"])
    sealed = stored(found, "words") if found.words else {}
    _record(actor, found, SHARE_ANSWERED, sealed=sealed, reason=answer)


def _record(
    actor: Actor,
    found: ShareShowing,
    kind: EventKind,
    *,
    sealed: dict[str, str] | None = None,
    reason: str = "",
) -> vault.Grant:
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=found.client_id,
        case=found.case_id,
        about=("records_share_showing", found.pk),
        relation=clients.relation_to_client(actor, found.client_id),
        sealed=sealed or {},
        reason=reason,
    )
