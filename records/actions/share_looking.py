"""Look at a share exactly as its recipient will, and keep what was looked at."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from consent.actions.showing import preview_disclosure
from consent.domain.answers import PURPOSE_WORDS
from consent.domain.codec import decode, encode
from consent.domain.documents import Pack
from consent.domain.packs import content_sha256
from consent.queries.grounds import grounds_now
from counselling import languages, vault
from counselling.access import Permission, require
from counselling.accounts.actions import allowances
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.access import looking_at_shares
from records.actions.about import stored
from records.actions.redacting import look_through
from records.actions.share_keeping import paper_of, record_share, share_there
from records.actions.share_packs import compose_share, recipient_of
from records.actions.share_words import language_of
from records.domain.shares import SHARE_OPENED, SHARE_PREVIEWED, Level
from records.queries.shares import share_row, wanted_by

if TYPE_CHECKING:
    from uuid import UUID

    from consent.actions.showing import Previewed
    from consent.domain.documents import RecipientShown
    from consent.queries.grounds import Ground
    from counselling.access import Actor
    from records.actions.redacting import LookedThrough
    from records.models import Share, SharePaper
    from records.queries.shares import ShareRow

# laying out takes a second for some ten notes, and no page waits longer than its server lets it
MOST_IN_A_FILE: Final = 60


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

    @property
    def fits_file(self) -> bool:
        """Say whether it can be laid out as a file while somebody waits for the page."""
        return len(self.pack.sections) <= MOST_IN_A_FILE


def preview_share(*, actor: Actor, share_id: UUID) -> Looked:
    """Show a share exactly as its recipient will read it, whether or not it may go yet.

    Whoever lets a trainee's go sees what the trainee looked at. Raises Invalid where nothing is
    chosen, and what composing raises.
    """
    require(actor, looking_at_shares(actor))
    allowances.spend(actor, allowances.PREVIEWS)
    return _look(actor, share_there(actor, share_id))


def preview_file(*, actor: Actor, share_id: UUID) -> bytes:
    """Lay out what a preview shows as the file that goes, with "Preview" across each page.

    Raises what preview_share raises, and Refused for so much that it is laid out only as it goes.
    """
    require(actor, looking_at_shares(actor))
    looked = preview_share(actor=actor, share_id=share_id)
    if not looked.fits_file:
        raise Refused(
            "too-much-for-a-preview",
            "This is so much that its file is made only when it goes. Its pages are shown here.",
            client=looked.row.client,
        )
    return looked.previewed.pdf()


def _look(actor: Actor, share: Share) -> Looked:
    paper, row = paper_of(share.pk), share_row(share.pk)
    record_share(actor, share, SHARE_PREVIEWED, rows=share.chosen)
    if not actor.may(Permission.PREPARE_SHARE):
        return as_looked_at(actor, share, paper, row)
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


def as_looked_at(actor: Actor, share: Share, paper: SharePaper, row: ShareRow) -> Looked:
    """Show again what whoever prepared it looked at, and nothing else."""
    if share.release_asked_at is None or paper.pack is None:
        raise NotThere("records_share", share.pk)
    pack = opened_pack(actor, share, paper)
    to = recipient_of(actor, share)
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


def opened_pack(actor: Actor, share: Share, paper: SharePaper) -> Pack:
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
    pack = opened_pack(actor, share, paper_of(share.pk))
    ground = share_row(share.pk).ground
    return _previewed(actor, share, ground, pack, recipient_of(actor, share))
