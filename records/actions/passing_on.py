"""Tell others of a correction: the client names somebody; for each a share, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.queries.bases import basis_row
from consent.queries.grounds import covered_now, same_of
from counselling.access import ActorKind, Permission, require
from counselling.db import now
from counselling.errors import Invalid, NotThere
from counselling.speech import say
from records.actions.about import stored
from records.actions.others_shown import accepted, recorded_about, went_before_and_after
from records.actions.shares import Chosen, begin_share, choose
from records.domain.amendments import (
    AMENDMENT_NAMED,
    AMENDMENT_NOT_TOLD,
    AMENDMENT_TOLD,
    LONGEST_SAID,
)
from records.domain.shares import CATEGORY_OF, Level
from records.models import Amendment, AmendmentNamed, AmendmentTold

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from consent.queries import DisclosureRow
    from counselling.access import Actor

WHY_SO_MUCH = "A correction goes to whoever has the note as it was."


def name_other(*, actor: Actor, amendment_id: UUID, who: str) -> UUID:
    """Name somebody who is to know: the client themselves, or staff on the client's word."""
    own = actor.kind is ActorKind.CLIENT
    require(actor, Permission.SAY_NOT_RIGHT if own else Permission.ANSWER_NOT_RIGHT)
    amendment, _ = accepted(amendment_id)
    if not who.strip():
        raise Invalid(say("Say who, and how we reach them."), "who")
    if len(who) > LONGEST_SAID:
        raise Invalid(say("At most %(number)s characters.", number=LONGEST_SAID), "who")
    made = AmendmentNamed(
        amendment_id=amendment.id,
        case_id=amendment.case_id,
        client_id=amendment.client_id,
        who=who.strip(),
        by_id=actor.id,
        at=now(),
    )
    made.save(force_insert=True)
    recorded_about(actor, amendment, AMENDMENT_NAMED, [made.id], stored(made, "who"))
    return made.id


def tell_other(
    *, actor: Actor, amendment_id: UUID, other_id: UUID, recipient_id: UUID | None = None
) -> UUID:
    """Prepare a share of the corrected note for one of them; gives the share.

    It rests on what the note went on, where that still covers it; else the client is asked. For
    whom the client named, say which recipient that is.
    """
    require(actor, Permission.PREPARE_SHARE)
    amendment, since = accepted(amendment_id)
    had, named = _which(amendment, since, other_id)
    recipient = had.recipient if had is not None else recipient_id
    if recipient is None:
        raise Invalid("Choose who of the recipients that is.", "recipient")
    purpose, basis = _ground(amendment.client_id, recipient, had)
    share = begin_share(
        actor=actor,
        client_id=amendment.client_id,
        case_id=amendment.case_id,
        recipient_id=recipient,
        purpose=purpose,
        basis_id=basis,
    )
    choose(
        actor=actor,
        share_id=share,
        chosen=Chosen(level=Level.NOTES, items=(amendment.note_id,), why_so_much=WHY_SO_MUCH),
    )
    made = AmendmentTold(
        amendment_id=amendment.id,
        case_id=amendment.case_id,
        client_id=amendment.client_id,
        disclosure_id=None if had is None else had.id,
        named_id=named,
        recipient_id=recipient,
        share_id=share,
        by_id=actor.id,
        at=now(),
    )
    made.save(force_insert=True)
    recorded_about(actor, amendment, AMENDMENT_TOLD, [made.id, other_id, share], {})
    return share


def tell_not(*, actor: Actor, amendment_id: UUID, other_id: UUID, why: str) -> None:
    """Write down why one of them is not told; the client reads it."""
    require(actor, Permission.ANSWER_NOT_RIGHT)
    amendment, since = accepted(amendment_id)
    had, named = _which(amendment, since, other_id)
    if not why.strip():
        raise Invalid("Say why they are not told. The client reads it.", "why")
    if len(why) > LONGEST_SAID:
        raise Invalid("This is too long.", "why")
    made = AmendmentTold(
        amendment_id=amendment.id,
        case_id=amendment.case_id,
        client_id=amendment.client_id,
        disclosure_id=None if had is None else had.id,
        named_id=named,
        recipient_id=None if had is None else had.recipient,
        why_not=why.strip(),
        by_id=actor.id,
        at=now(),
    )
    made.save(force_insert=True)
    recorded_about(
        actor, amendment, AMENDMENT_NOT_TOLD, [made.id, other_id], stored(made, "why_not")
    )


def _ground(
    client_id: UUID, recipient_id: UUID, had: DisclosureRow | None
) -> tuple[str, UUID | None]:
    """Give the purpose or the law on which the note may go to them now; neither: ask the client."""
    if had is not None and had.basis is not None:
        return ("", had.basis) if basis_row(had.basis).opens else ("", None)
    same = same_of([client_id])
    who = same.get(recipient_id, recipient_id)
    found = [
        one.purpose
        for one in covered_now(client_id)
        if one.recipient == who and CATEGORY_OF[Level.NOTES] in one.categories
    ]
    wanted = "" if had is None else had.purpose
    return (wanted if wanted in found else next(iter(found), wanted)), None


def _which(
    amendment: Amendment, since: datetime.datetime, other_id: UUID
) -> tuple[DisclosureRow | None, UUID | None]:
    """Give what an id names: that through which somebody has the note, or whom the client named."""
    had, _ = went_before_and_after(amendment, since)
    row = next((one for one in had.values() if one.id == other_id), None)
    if row is not None:
        return row, None
    if AmendmentNamed.objects.filter(pk=other_id, amendment=amendment).exists():
        return None, other_id
    raise NotThere("records_amendment_named", other_id)
