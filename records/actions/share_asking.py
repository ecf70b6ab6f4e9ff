"""Say by which way a share goes, ask for it to be sent, and what happens when the client agrees."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from clients import queries as clients
from clients.domain import CaseKind
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.actions.about import stored
from records.actions.share_keeping import editable, record_share
from records.actions.share_letters import require_left_out
from records.actions.share_looking import keep_looked_at, kept_pack
from records.domain.shares import (
    LONGEST_REASON,
    SHARE_GIVEN_BACK,
    SHARE_RELEASE_ASKED,
    SHARE_RESUMES,
    SHARE_UNWAITED,
    Channel,
    Level,
    Resume,
)

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from records.models import Share


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which way it goes; a link by letter to an address, its second secret by another way."""

    channel: Channel
    address: UUID | None = None
    told_by: str = ""
    told_address: UUID | None = None


def ask_release(*, actor: Actor, share_id: UUID, previewed: str, way: Way) -> None:
    """Ask one's supervisor to send what one has prepared: a trainee sends nothing alone (SU-01)."""
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    if share.level == Level.PROCESS_NOTES:
        raise Refused("not-permitted", "Nobody else sends your own notes.", client=share.client_id)
    require_left_out(share)
    keep_looked_at(actor, share, previewed)
    set_way(share, way)
    share.release_asked_at, share.release_words = now(), None
    share.save(update_fields=["release_asked_at", "release_words"])
    record_share(actor, share, SHARE_RELEASE_ASKED, sealed=kept_pack(share))


def give_back_share(*, actor: Actor, share_id: UUID, words: str) -> None:
    """Give back what a trainee prepared, with a word on it; it can be changed again."""
    require(actor, Permission.RELEASE)
    share = editable(actor, share_id)
    if share.release_asked_at is None or share.by == actor.id:
        raise NotThere("records_share", share_id)
    if not words.strip() or len(words) > LONGEST_REASON:
        raise Invalid("Write what is to be changed.", "words")
    share.release_asked_at, share.release_words = None, words.strip()
    share.save(update_fields=["release_asked_at", "release_words"])
    record_share(actor, share, SHARE_GIVEN_BACK, sealed=stored(share, "release_words"))


def resume_when_agreed(
    *, actor: Actor, share_id: UUID, how: Resume, previewed: str = "", way: Way | None = None
) -> None:
    """Say what happens when the client agrees: one looks once more, or it goes by itself.

    By itself goes exactly what was looked at, and only what one sends alone. Where others in the
    case have to agree too, what leaves changes with each of them: that is looked at again.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    share.resume, share.back, share.due_at = how, "", None
    if how is Resume.SEND:
        require(actor, Permission.DISCLOSE)
        _require_by_itself(share)
        require_left_out(share)
        keep_looked_at(actor, share, previewed)
        set_way(share, way or Way(channel=Channel.PAPER))
        share.due_at, share.attempts = now(), 0
    share.save(update_fields=["resume", "back", "due_at", "attempts"])
    record_share(actor, share, SHARE_RESUMES, reason=how, sealed=kept_pack(share))


def _require_by_itself(share: Share) -> None:
    case = clients.case_row(share.case_id)
    if (
        share.level == Level.PROCESS_NOTES
        or share.basis_id is not None
        or share.subpoena is not None
        or (share.level == Level.NOTES and case.kind in {CaseKind.COUPLE, CaseKind.FAMILY})
    ):
        raise Refused(
            "not-by-itself",
            "This is looked at again before it goes. Choose “look again”.",
            client=share.client_id,
        )
    if share.show_first and share.unwaited_at is None:
        raise Invalid("The client is to see it first. Show it to them, or say why not.", "unwaited")


def send_without_waiting(*, actor: Actor, share_id: UUID, why: str) -> None:
    """Say why it goes before the client has said anything of it."""
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    unwait(actor, share, why)


def unwait(actor: Actor, share: Share, why: str) -> None:
    """Keep why nobody waits for the client, as a part of another act."""
    if not why.strip() or len(why) > LONGEST_REASON:
        raise Invalid("Say why you do not wait for the client.", "unwaited")
    share.unwaited_why, share.unwaited_at = why.strip(), now()
    share.save(update_fields=["unwaited_why", "unwaited_at"])
    sealed = stored(share, "unwaited_why")
    record_share(actor, share, SHARE_UNWAITED, reason="not-waited", sealed=sealed)


def set_way(share: Share, way: Way) -> None:
    """Keep by which way it goes; raises Invalid for a link that nobody could open."""
    if way.channel is Channel.LINK and (way.address is None or not way.told_by):
        raise Invalid("Choose where the link goes, and how the second secret is told.", "address")
    if way.told_by in {"phone", "post"} and way.told_address is None:
        raise Invalid("Choose where the second secret is told.", "told")
    link = way.channel is Channel.LINK
    share.channel = way.channel
    share.address_id = way.address if link else None
    share.told_by = way.told_by if link else ""
    share.told_address_id = way.told_address if link else None
    share.save(update_fields=["channel", "address", "told_by", "told_address"])
