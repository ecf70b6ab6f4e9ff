"""Begin to prepare what is to be shared, and choose how much of what: nothing is preselected."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import consent.queries
from clients import queries as clients
from consent.domain.bases import BasisKind
from consent.domain.covers import Category
from consent.queries.bases import basis_row
from consent.queries.grounds import covered_now, same_of
from consent.queries.restrictions import KeptBack, kept_back
from counselling.access import Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere, Refused
from records.actions.about import stored
from records.actions.share_keeping import editable, record_share, unlook
from records.domain.shares import (
    CATEGORY_OF,
    LONGEST_REASON,
    SHARE_BEGUN,
    SHARE_CHOSEN,
    Level,
    wants_reason,
)
from records.models import Share, SharePaper, ShareShowing
from records.queries.shares import notes_to_share, own_notes_to_share, sessions_to_share

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from records.queries.shares import Choosable


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How much goes, and of what; why, where it is more than the least."""

    level: Level
    items: tuple[UUID, ...] = ()
    why_so_much: str = dataclasses.field(default="", repr=False)
    show_first: bool = False
    # where more than one kind of information fits the level
    category: str = ""


def begin_share(
    *,
    actor: Actor,
    client_id: UUID,
    case_id: UUID,
    recipient_id: UUID,
    purpose: str = "",
    basis_id: UUID | None = None,
    subpoena_id: UUID | None = None,
) -> UUID:
    """Begin to prepare something for a recipient; nothing is chosen beforehand.

    Whether it may go is asked when it goes. Raises NotThere for a case whose notes the actor does
    not read, or that the client is not in.
    """
    require(actor, Permission.PREPARE_SHARE)
    case = clients.case_row(case_id)
    if client_id not in case.present or not consent.queries.records_visible(case_id):
        raise NotThere("clients_case", case_id)
    consent.queries.recipients.recipient_row(recipient_id)
    _require_asked_for(client_id, subpoena_id, basis_id)
    share = Share(
        client_id=client_id,
        case_id=case_id,
        recipient_id=recipient_id,
        purpose=purpose,
        basis_id=basis_id,
        subpoena=subpoena_id,
        by=actor.id,
        at=now(),
    )
    share.save(force_insert=True)
    SharePaper.objects.create(
        share=share, client_id=client_id, case_id=case_id, saved_at=now(), event_at=now()
    )
    ground = [one for one in (recipient_id, basis_id, subpoena_id) if one]
    record_share(actor, share, SHARE_BEGUN, rows=ground)
    return share.pk


def _require_asked_for(client_id: UUID, subpoena_id: UUID | None, basis_id: UUID | None) -> None:
    """Ask that a subpoena is about this client and not over, and rests on no law but an order."""
    if subpoena_id is None:
        return
    row = consent.queries.subpoena_row(subpoena_id)
    if row.client != client_id:
        raise NotThere("consent_subpoena", subpoena_id)
    if row.over:
        raise Refused("subpoena-over", "This subpoena is over.", client=client_id)
    if basis_id is not None and basis_row(basis_id).kind is not BasisKind.COURT_ORDER:
        raise Refused("no-order", "What a subpoena asks for rests on a court's order, or on the "
                      "client's word.", client=client_id)  # fmt: skip


def choose(*, actor: Actor, share_id: UUID, chosen: Chosen) -> None:
    """Say how much goes and of what; what was looked at before is to be looked at again.

    Raises Invalid for nothing, for too much without a reason, for what no permission covers where
    there is one, and for what cannot be picked.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    category = _category(share, chosen)
    items = _items(actor, share, chosen)
    share.level = chosen.level
    share.categories = [category]
    share.chosen = list(items)
    share.why_so_much = chosen.why_so_much.strip() or None
    # whoever was shown it is waited for, as it is now, or somebody says why not
    asked = chosen.show_first or ShareShowing.objects.filter(share=share).exists()
    share.show_first = asked and not _unshown(share, chosen.level)
    share.save(update_fields=["level", "categories", "chosen", "why_so_much", "show_first"])
    unlook(share)
    record_share(
        actor,
        share,
        SHARE_CHOSEN,
        rows=items,
        sealed=stored(share, "why_so_much") if share.why_so_much else {},
        detail={"level": str(chosen.level), "items": len(items)},
    )


def _unshown(share: Share, level: Level) -> bool:
    """Say whether the client is never shown it first: what is asked for by law, or one's own."""
    return level is Level.PROCESS_NOTES or share.subpoena is not None


def _category(share: Share, chosen: Chosen) -> str:
    """Give the kind of information that is; what no permission holds cannot be picked."""
    category = chosen.category or str(CATEGORY_OF[chosen.level])
    if chosen.level is not Level.NOTES and category != CATEGORY_OF[chosen.level]:
        raise Invalid("Choose how much is shared.", "level")
    if category not in {Category.SUD_NOTES, *CATEGORY_OF.values()}:
        raise Invalid("Choose how much is shared.", "level")
    covered = coverage(share.client_id, share.recipient_id, share.purpose, share.basis_id)
    if covered and category not in covered:
        raise Invalid("The permission does not cover this. Ask the client for it.", "level")
    kept = restricted(share.client_id, share.recipient_id, share.basis_id)
    if kept is not None and kept.keeps([category]):
        raise Invalid(str(kept.why), "level")
    return category


def restricted(client_id: UUID, recipient_id: UUID, basis_id: UUID | None) -> KeptBack | None:
    """Give what the client wants kept back from them; where the law asks, the database judges."""
    return None if basis_id else kept_back(client_id, recipient_id)


def is_kept(kept: KeptBack | None, one: Choosable, category: str) -> bool:
    """Say whether a session or a note is kept back."""
    if kept is None:
        return False
    if one.written_at is None:
        return kept.keeps_session(one.id)
    return kept.keeps_note(one.id, one.session, one.written_at, [category])


def coverage(
    client_id: UUID, recipient_id: UUID, purpose: str, basis_id: UUID | None = None
) -> frozenset[str]:
    """Give all that a recipient may be told for a purpose now; nothing where nothing was agreed."""
    if basis_id is not None:
        return frozenset(basis_row(basis_id).categories)
    same = same_of([client_id])
    who = same.get(recipient_id, recipient_id)
    found = (
        one.categories
        for one in covered_now(client_id)
        if one.recipient == who and one.purpose == purpose
    )
    return frozenset().union(*found)


def _items(actor: Actor, share: Share, chosen: Chosen) -> tuple[UUID, ...]:
    """Give what was picked, if each could be; a letter holds nothing but itself."""
    if chosen.level is Level.SUMMARY:
        return ()
    kept = restricted(share.client_id, share.recipient_id, share.basis_id)
    category = chosen.category or str(CATEGORY_OF[chosen.level])
    there = [
        one.id
        for one in pickable(actor, share.client_id, share.case_id, chosen.level)
        if not is_kept(kept, one, category)
    ]
    items = tuple(dict.fromkeys(chosen.items))
    if not items:
        what = "session" if chosen.level is Level.ATTENDANCE else "note"
        raise Invalid(f"Choose at least one {what}.", "items")
    if not set(items) <= set(there):
        raise Invalid("One of these cannot be shared with this recipient. Choose again.", "items")
    if wants_reason(chosen.level, len(items), len(there)) and not chosen.why_so_much.strip():
        raise Invalid("Say why so much is needed.", "why_so_much")
    if len(chosen.why_so_much) > LONGEST_REASON:
        raise Invalid("This is too long.", "why_so_much")
    return items


def pickable(actor: Actor, client_id: UUID, case_id: UUID, level: Level) -> list[Choosable]:
    """Give what can be picked at a level: sessions, notes, or notes of the actor's alone."""
    case = clients.case_row(case_id)
    if level is Level.ATTENDANCE:
        return sessions_to_share(client_id, case)
    if level is Level.PROCESS_NOTES:
        return own_notes_to_share(actor, case)
    return notes_to_share(client_id, case)
