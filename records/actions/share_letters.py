"""A letter that is to be shared, where the client wants something kept back from who gets it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import consent.actions
from consent.domain.bases import BasisKind
from consent.queries.bases import basis_row
from consent.queries.restrictions import kept_back
from counselling.access import Permission, require
from counselling.errors import Invalid
from records.actions.share_keeping import editable, paper_of, record_share
from records.actions.share_writing import write_letter
from records.domain.shares import SHARE_KEEPS_OUT, Level
from records.queries.restricting import sessions_to_keep_back

if TYPE_CHECKING:
    from uuid import UUID

    from consent.queries.restrictions import Kept
    from counselling.access import Actor
    from records.models import Share
    from records.queries.shares import ShareRow


@dataclasses.dataclass(frozen=True, slots=True)
class KeptOut:
    """One session or note of which nothing may stand in the letter, and what the client said."""

    restriction: UUID
    item: str
    words: str = dataclasses.field(repr=False)


def read_kept_out(*, actor: Actor, row: ShareRow) -> list[KeptOut]:
    """Show beside a letter what no rule can find in its words; an event where there is any."""
    require(actor, Permission.PREPARE_SHARE)
    kept = {one.restriction: one for one in _narrow(row.client, row.recipient, row.basis)}
    if not kept:
        return []
    items = dict(sessions_to_keep_back(row.client))
    found = consent.actions.read_restrictions(actor=actor, client_id=row.client)
    return [
        KeptOut(one.row.id, items.get(_item(kept[one.row.id]), one.row.what_words), one.words)
        for one in found
        if one.row.id in kept
    ]


def finish_letter(
    *, actor: Actor, share_id: UUID, version: int, text: str, tab: str = "", left_out: bool = False
) -> None:
    """Save a letter that is to be looked at; where something is kept back, on somebody's word.

    Raises Invalid where nobody says that what is kept back is not in it, and what saving raises.
    """
    require(actor, Permission.PREPARE_SHARE)
    share = editable(actor, share_id)
    kept = _kept_from(share)
    if kept and not left_out:
        raise Invalid("Say that you have left it out.", "left_out")
    write_letter(
        actor=actor, share_id=share_id, version=version, text=text, tab=tab, leaving=True,
        kept_out=kept,
    )  # fmt: skip
    if kept:
        record_share(actor, share, SHARE_KEEPS_OUT, rows=sorted(kept))


def require_left_out(share: Share) -> None:
    """Ask that somebody said so of the letter as it is, and of all that is kept back by now."""
    if not is_left_out(share):
        raise Invalid(
            "Something is kept back from them. Say on the page of the letter that it is not in it."
        )


def is_left_out(share: Share) -> bool:
    """Say whether a letter may go: the database asks the same as it goes."""
    return share.level != Level.SUMMARY or _kept_from(share) <= {
        *(paper_of(share.pk).kept_out or ())
    }


def _kept_from(share: Share) -> set[UUID]:
    found = _narrow(share.client_id, share.recipient_id, share.basis_id)
    return {one.restriction for one in found}


def _narrow(client: UUID, recipient: UUID, basis: UUID | None) -> list[Kept]:
    """Give what is about one session or note: a letter as a whole is held back by the database.

    Over it reaches what a court orders, a life and a child; an act that asks for a report does not.
    """
    if basis is not None and basis_row(basis).kind is not BasisKind.STATUTE:
        return []
    return [one for one in kept_back(client, recipient).all if one.session or one.note]


def _item(one: Kept) -> str:
    return f"session:{one.session}" if one.session else f"note:{one.note}"
