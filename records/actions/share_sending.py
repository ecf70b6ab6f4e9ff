"""Look at what is prepared as its recipient will, show it to the client first, and send it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction

import consent.actions
from clients import queries as clients
from clients.domain import CaseKind
from consent.actions.delivery import deliver
from consent.actions.showing import preview_disclosure
from consent.domain.answers import PURPOSE_WORDS
from consent.domain.codec import decode, encode
from consent.domain.documents import Pack
from consent.domain.packs import content_sha256
from consent.queries.grounds import grounds_now
from counselling import languages, vault
from counselling.access import ActorKind, Permission, require
from counselling.accounts.actions import allowances
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.access import looking_at_shares, sending_shares
from records.actions.about import stored
from records.actions.leaving import words_of_others
from records.actions.redacting import look_through
from records.actions.share_packs import compose_share, made_of
from records.actions.share_packs import recipient_of as _recipient
from records.actions.share_words import language_of
from records.actions.shares import OVER, editable, end_showings, paper_of, record_share
from records.domain.shares import (
    LONGEST_REASON,
    SHARE_GIVEN_BACK,
    SHARE_OPENED,
    SHARE_PREVIEWED,
    SHARE_RELEASE_ASKED,
    SHARE_RESUMES,
    SHARE_SENT,
    SHARE_UNWAITED,
    Answer,
    Channel,
    Level,
    Resume,
)
from records.models import Share
from records.queries.shares import share_row, wanted_by

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from consent.actions.delivery import Secret
    from consent.actions.showing import Previewed
    from consent.domain.documents import RecipientShown
    from consent.queries.grounds import Ground
    from counselling.access import Actor
    from records.actions.redacting import LookedThrough
    from records.models import SharePaper
    from records.queries.shares import ShareRow


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """A share as its recipient will read it, with what is left out beside it."""

    row: ShareRow
    pack: Pack
    sha256: str
    to: RecipientShown
    # None where what was looked at before is shown again to who lets it go
    through: LookedThrough | None
    previewed: Previewed
    also: tuple[UUID, ...]
    made_of: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which way it goes; a link by letter to an address, its second secret by another way."""

    channel: Channel
    address: UUID | None = None
    told_by: str = ""
    told_address: UUID | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ShareSent:
    """What was sent, and the second secret of its link, to be told once."""

    disclosure: UUID
    secret: Secret | None = None


def preview_share(*, actor: Actor, share_id: UUID) -> Looked:
    """Show a share exactly as its recipient will read it, whether or not it may go yet.

    Whoever lets a trainee's go sees what the trainee looked at. Raises Invalid where nothing is
    chosen, and what composing raises.
    """
    require(actor, looking_at_shares(actor))
    allowances.spend(actor, allowances.PREVIEWS)
    return _look(actor, _share(actor, share_id))


def _share(actor: Actor, share_id: UUID) -> Share:
    share = Share.objects.filter(pk=share_id).first()
    if share is None or (share.level == Level.PROCESS_NOTES and share.by != actor.id):
        raise NotThere("records_share", share_id)
    if share.sent_at is not None or share.dropped_at is not None:
        raise Refused("share-over", OVER, client=share.client_id)
    return share


def _look(actor: Actor, share: Share) -> Looked:
    paper, row = paper_of(share.pk), share_row(share.pk)
    record_share(actor, share, SHARE_PREVIEWED, rows=share.chosen)
    if not actor.may(Permission.PREPARE_SHARE):
        return _as_looked_at(actor, share, paper, row)
    (ground,) = grounds_now([wanted_by(share)])
    composed = compose_share(actor, share, paper, ground, purpose="preview")
    through = look_through(
        actor=actor,
        client_id=share.client_id,
        case_id=share.case_id,
        pack=composed.pack,
        choices=composed.choices,
        language=composed.language,
    )
    return Looked(
        row=row,
        pack=through.pack,
        sha256=content_sha256(through.pack),
        to=composed.to,
        through=through,
        previewed=_previewed(actor, share, ground, through.pack, composed.to),
        also=composed.also,
        made_of=composed.made_of,
    )


def _as_looked_at(actor: Actor, share: Share, paper: SharePaper, row: ShareRow) -> Looked:
    """Show again what whoever prepared it looked at, and nothing else."""
    if share.release_asked_at is None or paper.pack is None:
        raise NotThere("records_share", share.pk)
    pack = _kept(actor, share, paper)
    to = _recipient(actor, share)
    return Looked(
        row=row,
        pack=pack,
        sha256=paper.pack_sha256,
        to=to,
        through=None,
        previewed=_previewed(actor, share, row.ground, pack, to),
        also=(),
        made_of=paper.made_of,
    )


def _kept(actor: Actor, share: Share, paper: SharePaper) -> Pack:
    """Open the pack exactly as it was looked at."""
    if paper.pack is None:
        raise Stale
    grant = record_share(actor, share, SHARE_OPENED, purpose="as it was looked at")
    return decode(Pack, vault.open_json(paper.pack, grant))


def _previewed(
    actor: Actor, share: Share, ground: Ground, pack: Pack, to: RecipientShown
) -> Previewed:
    language = language_of(share.client_id, ground.consent)
    with languages.speaking(language):
        purpose = str(PURPOSE_WORDS.get(share.purpose, ""))
    return preview_disclosure(
        actor=actor,
        client_id=share.client_id,
        pack=pack,
        categories=share.categories,
        level=share.categories[0],
        channel=share.channel or Channel.PAPER,
        consent_id=ground.consent,
        basis_id=None if ground.consent else share.basis_id,
        recipient_id=share.recipient_id,
        to=to,
        purpose=purpose,
        language=language,
    )


def keep_looked_at(actor: Actor, share: Share, previewed: str) -> Looked:
    """Keep what was looked at, if that is what would go now; raises Stale for anything else."""
    looked = _look(actor, share)
    if looked.sha256 != previewed:
        raise Stale
    paper = paper_of(share.pk, lock=True)
    if share.locked_at is not None:
        return _require_locked(looked, paper)
    paper.pack = None if share.level == Level.PROCESS_NOTES else encode(looked.pack)
    paper.pack_sha256, paper.made_of = looked.sha256, looked.made_of
    paper.previewed_at, paper.previewed_by = now(), actor.id
    paper.save(update_fields=["pack", "pack_sha256", "made_of", "previewed_at", "previewed_by"])
    return looked


def kept_pack(share: Share) -> dict[str, str]:
    """Name what was looked at by its hash: the machine sends exactly that, and no older one."""
    return stored(paper_of(share.pk), "pack")


def _require_locked(looked: Looked, paper: SharePaper) -> Looked:
    """Ask that it is what was locked for a second person; that stays as it is."""
    if looked.sha256 != paper.pack_sha256:
        raise Invalid("Something was added since this was locked. Take it back and begin again.")
    return looked


def previewed_again(actor: Actor, share: Share) -> Previewed:
    """Show what is locked to who lets it go, page by page."""
    pack = _kept(actor, share, paper_of(share.pk))
    ground = share_row(share.pk).ground
    return _previewed(actor, share, ground, pack, _recipient(actor, share))


def ask_release(*, actor: Actor, share_id: UUID, previewed: str, way: Way) -> None:
    """Ask one's supervisor to send what one has prepared: a trainee sends nothing alone (SU-01)."""
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    if share.level == Level.PROCESS_NOTES:
        raise Refused("not-permitted", "Nobody else sends your own notes.", client=share.client_id)
    keep_looked_at(actor, share, previewed)
    _set_way(share, way)
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
        keep_looked_at(actor, share, previewed)
        _set_way(share, way or Way(channel=Channel.PAPER))
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
    _unwait(actor, share, why)


def _unwait(actor: Actor, share: Share, why: str) -> None:
    if not why.strip() or len(why) > LONGEST_REASON:
        raise Invalid("Say why you do not wait for the client.", "unwaited")
    share.unwaited_why, share.unwaited_at = why.strip(), now()
    share.save(update_fields=["unwaited_why", "unwaited_at"])
    sealed = stored(share, "unwaited_why")
    record_share(actor, share, SHARE_UNWAITED, reason="not-waited", sealed=sealed)


def _set_way(share: Share, way: Way) -> None:
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


def send_share(
    *,
    actor: Actor,
    share_id: UUID,
    previewed: str,
    way: Way,
    unwaited: str = "",
    told_at: datetime.datetime | None = None,
    later_by: UUID | None = None,
) -> ShareSent:
    """Send what was looked at, now; a trainee's goes by the hand of their supervisor.

    Raises Stale where something changed since it was looked at, Invalid where the client is to see
    it first and nobody said why not to wait, Refused with the gate's reason in words.
    """
    require(actor, sending_shares(actor))
    # who is told what is missing goes on in the same act: nothing of this may stay
    with transaction.atomic():
        share = editable(actor, share_id, locked=True)
        releases = _require_hand(actor, share)
        _require_let_go(share)
        _require_seen(actor, share, unwaited)
        _set_way(share, way)
        looked = _released(actor, share, previewed) if releases else None
        looked = looked or keep_looked_at(actor, share, previewed)
        return _send(actor, share, looked.pack, looked.also, told_at, later_by)


def _require_hand(actor: Actor, share: Share) -> bool:
    """Say whether it is a trainee's that somebody lets go; nobody sends without the right to."""
    if actor.may(Permission.DISCLOSE):
        return False
    if share.release_asked_at is None or share.by == actor.id:
        raise NotThere("records_share", share.pk)
    return True


def _require_let_go(share: Share) -> None:
    """Ask for the second person where a subpoena asks for it; the database does so again."""
    if share.subpoena is not None and not share_row(share.pk).released:
        raise Invalid("Somebody else lets exactly this go first. Lock it, and ask them.")


def _released(actor: Actor, share: Share, previewed: str) -> Looked:
    """Take what the trainee looked at, if nothing of it changed since."""
    paper = paper_of(share.pk)
    if paper.pack_sha256 != previewed or made_of(share, paper) != paper.made_of:
        raise Stale
    looked = _as_looked_at(actor, share, paper, share_row(share.pk))
    case, ground = clients.case_row(share.case_id), looked.row.ground
    if ground.consent is None or share.level != Level.NOTES:
        return looked
    also = words_of_others(actor, case, share.client_id, ground.consent)
    return dataclasses.replace(looked, also=also)


def _require_seen(actor: Actor, share: Share, unwaited: str) -> None:
    """Ask for the client's word on it, where they are to see it first, or for why not to wait."""
    if not share.show_first or share.basis_id is not None or share.unwaited_at is not None:
        return
    showing = share_row(share.pk).showing
    if showing is None or showing.answer != Answer.FINE:
        _unwait(actor, share, unwaited)


def _send(
    actor: Actor,
    share: Share,
    pack: Pack,
    also: tuple[UUID, ...],
    told_at: datetime.datetime | None = None,
    later_by: UUID | None = None,
) -> ShareSent:
    """Let it leave through the gate, and note that it did: one act."""
    (ground,) = grounds_now([wanted_by(share)])
    service = actor.kind is ActorKind.SERVICE
    disclosure = consent.actions.disclose(
        actor=actor,
        client_id=share.client_id,
        case_id=share.case_id,
        pack=pack,
        note_ids=() if share.level == Level.ATTENDANCE else share.chosen,
        session_ids=share.chosen if share.level == Level.ATTENDANCE else (),
        categories=share.categories,
        consent_id=_consent(share, ground),
        basis_id=share.basis_id,
        also=also,
        recipient_id=share.recipient_id,
        level=share.categories[0],
        channel=share.channel,
        address_id=share.address_id,
        told_at=told_at,
        later_by=later_by,
        why_so_much=_why(actor, share),
        language=language_of(share.client_id, _consent(share, ground)),
        by=share.by if service else None,
        prepared_by=share.by if share.by != actor.id and not service else None,
    )
    end_showings(share)
    share.disclosure_id, share.sent_at, share.due_at = disclosure, now(), None
    secret = _deliver(actor, share, disclosure)
    if service and secret is not None:
        share.secret = secret.secret
    share.save(update_fields=["disclosure", "sent_at", "due_at", "secret"])
    record_share(
        actor,
        share,
        SHARE_SENT,
        rows=[disclosure],
        sealed=kept_pack(share) | stored(share, "secret"),
        detail={"channel": share.channel},
    )
    return ShareSent(disclosure, secret)


def send_kept(actor: Actor, share: Share) -> ShareSent:
    """Send exactly what was looked at, as a part of what the machine does for who prepared it."""
    return _send(actor, share, _kept(actor, share, paper_of(share.pk)), ())


def _consent(share: Share, ground: Ground) -> UUID | None:
    """Give the client's word it goes under; where there is none, say why not and send nothing."""
    if share.basis_id is not None:
        return None
    if ground.consent is None:
        raise Refused("no-permission", ground.why, client=share.client_id, case=share.case_id)
    return ground.consent


def _why(actor: Actor, share: Share) -> str:
    if share.why_so_much is None:
        return ""
    grant = record_share(actor, share, SHARE_OPENED, purpose="why so much")
    return vault.open_text(share.why_so_much, grant)


def _deliver(actor: Actor, share: Share, disclosure: UUID) -> Secret | None:
    if share.channel != Channel.LINK or share.address_id is None:
        return None
    return deliver(
        actor=actor,
        disclosure_id=disclosure,
        address_id=share.address_id,
        told_by=share.told_by,
        told_address_id=share.told_address_id,
    )
