"""Who else is to know of a correction: who has the note, whom the client names, and what then."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import audit.actions
import clients.queries
import consent.actions
from consent.queries.grounds import same_of
from counselling import vault
from counselling.access import require
from counselling.errors import NotThere, Refused
from counselling.speech import say
from records.access import seeing_amendments
from records.domain.amendments import AMENDMENT_OTHERS_READ, AmendmentMove
from records.models import Amendment, AmendmentNamed, AmendmentStep, AmendmentTold
from records.queries.readings import went_with

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from audit.domain import EventKind
    from consent.domain.documents import RecipientShown
    from consent.queries import DisclosureRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Somebody who has the note as it was, or whom the client named; and what was decided.

    `id` is that of the disclosure through which they have it, or of the naming.
    """

    id: UUID
    who: str = dataclasses.field(repr=False)
    # when the note went to them; empty for whom the client named
    had_at: datetime.datetime | None
    recipient: UUID | None
    # what went to them with the correction in it
    told: UUID | None = None
    told_at: datetime.datetime | None = None
    share: UUID | None = None
    why_not: str = dataclasses.field(default="", repr=False)
    decided_at: datetime.datetime | None = None

    @property
    def is_named(self) -> bool:
        """Say whether the client named them."""
        return self.had_at is None

    @property
    def open(self) -> bool:
        """Say whether nobody has decided about them yet."""
        return not (self.told or self.share or self.why_not)

    @property
    def state(self) -> str:
        """Say where it stands."""
        if self.told:
            return say("told")
        if self.why_not:
            return say("not told")
        return say("being prepared") if self.share else say("not decided yet")

    @property
    def chip(self) -> str:
        """Give the shape of where it stands."""
        return "yes" if self.told else "no" if self.why_not else "wait"


def others_to_tell(*, actor: Actor, amendment_id: UUID) -> list[Other]:
    """Show who else is to know of a correction, and what was decided about each (164.526(c)(3)).

    The client sees whom something went to from the day they are told of it. Nothing before there
    is a correction. Raises NotThere for a hidden amendment and for none alike.
    """
    require(actor, seeing_amendments(actor))
    amendment, since = found_with(amendment_id)
    if since is None:
        return []
    had, after = went_before_and_after(amendment, since)
    named = list(AmendmentNamed.objects.filter(amendment=amendment).order_by("at"))
    if not had and not named:
        return []
    same = same_of([amendment.client_id])
    told = _newest(amendment, same)
    grant = recorded_about(
        actor,
        amendment,
        AMENDMENT_OTHERS_READ,
        [*(one.id for one in had.values()), *(one.id for one in named)],
        {},
    )
    names = consent.actions.names_of_recipients(actor=actor, client_id=amendment.client_id)
    having = [
        _decided(
            Other(id=row.id, who=_name(names, row), had_at=row.at, recipient=row.recipient),
            told.get(who),
            after.get(who),
            grant,
        )
        for who, row in had.items()
    ]
    return having + [
        _decided(
            Other(id=one.id, who=vault.open_text(one.who, grant), had_at=None, recipient=None),
            told.get(one.id),
            _of_named(told.get(one.id), after, same),
            grant,
        )
        for one in named
    ]


def _name(names: Mapping[UUID, RecipientShown], row: DisclosureRow) -> str:
    return names[row.recipient].name if row.recipient in names else ""


def _newest(amendment: Amendment, same: dict[UUID, UUID]) -> dict[UUID | None, AmendmentTold]:
    """Give what was decided last: for each recipient, and for whom the client named."""
    rows = AmendmentTold.objects.filter(amendment=amendment).select_related("share")
    return {
        one.named_id or (one.recipient_id and same.get(one.recipient_id, one.recipient_id)): one
        for one in rows.order_by("at", "id")
    }


def _of_named(
    one: AmendmentTold | None, after: dict[UUID, DisclosureRow], same: dict[UUID, UUID]
) -> DisclosureRow | None:
    """Give what went to somebody whom the client named, once a share to them was made."""
    if one is None or one.recipient_id is None:
        return None
    return after.get(same.get(one.recipient_id, one.recipient_id))


def _decided(
    other: Other, one: AmendmentTold | None, went: DisclosureRow | None, grant: vault.Grant
) -> Other:
    if went is not None:
        return dataclasses.replace(other, told=went.id, told_at=went.at)
    if one is None or (one.share is not None and one.share.dropped_at is not None):
        return other
    why = "" if one.why_not is None else vault.open_text(one.why_not, grant)
    return dataclasses.replace(other, share=one.share_id, why_not=why, decided_at=one.at)


def went_before_and_after(
    amendment: Amendment, since: datetime.datetime
) -> tuple[dict[UUID, DisclosureRow], dict[UUID, DisclosureRow]]:
    """Give for each recipient the newest that went without the correction, and with it."""
    same = same_of([amendment.client_id])
    had: dict[UUID, DisclosureRow] = {}
    after: dict[UUID, DisclosureRow] = {}
    for row in went_with(amendment.client_id, amendment.note_id):
        who = same.get(row.recipient, row.recipient)
        (had if row.at < since else after).setdefault(who, row)
    return had, after


def found_with(amendment_id: UUID) -> tuple[Amendment, datetime.datetime | None]:
    """Give an amendment and since when the correction stands, if it does."""
    amendment = Amendment.objects.filter(id=amendment_id).first()
    if amendment is None:
        raise NotThere("records_amendment", amendment_id)
    step = AmendmentStep.objects.filter(amendment=amendment, move=AmendmentMove.ACCEPT).first()
    return amendment, None if step is None else step.at


def accepted(amendment_id: UUID) -> tuple[Amendment, datetime.datetime]:
    """Give one that was accepted; raises Refused for any other, NotThere for a hidden one."""
    amendment, since = found_with(amendment_id)
    if since is None:
        raise Refused(
            "not-corrected",
            say("Nothing was corrected that somebody else could be told."),
            client=amendment.client_id,
        )
    return amendment, since


def recorded_about(
    actor: Actor,
    amendment: Amendment,
    kind: EventKind,
    rows: Sequence[UUID],
    sealed: dict[str, str],
) -> vault.Grant:
    """Leave an event about a correction: ids alone."""
    return audit.actions.record(
        actor=actor,
        kind=kind,
        client=amendment.client_id,
        case=amendment.case_id,
        about=("records_amendment", amendment.id),
        rows=[amendment.note_id, *rows],
        sealed=sealed,
        relation=clients.queries.relation(actor, amendment.case_id),
    )
