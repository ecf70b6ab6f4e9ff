"""Whether anything of a client may be erased, and who asked for the end of what forbids it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from consent.domain.subpoenas import WHY_HELD_WORDS, HoldAnswer
from consent.models import HoldEnding, LegalHold
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class HoldRow:
    """A legal hold; the words are sealed."""

    id: UUID
    client: UUID
    why: str
    by: UUID
    at: datetime.datetime
    # who asked last that it ends, and what the second person said to it
    asked: UUID | None
    asked_by: UUID | None
    asked_at: datetime.datetime | None
    answer: str
    answered_by: UUID | None
    answered_at: datetime.datetime | None

    @property
    def stands(self) -> bool:
        """Say whether nothing is erased because of it."""
        return self.answer != HoldAnswer.END

    @property
    def waits(self) -> bool:
        """Say whether a second person has to answer."""
        return self.asked is not None and not self.answer

    @property
    def words(self) -> str:
        """Say why, in a word."""
        return WHY_HELD_WORDS[self.why]


def held(client_id: UUID) -> bool:
    """Say whether nothing of a client may be erased: every path that erases asks this first.

    The database answers `consent_held(client)`, whoever asks, for triggers that erase.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_held(%s)", [client_id])
        return bool(cursor.fetchone()[0])


def holds_of(client_id: UUID) -> list[HoldRow]:
    """Give every hold there was, the newest first."""
    return _rows(LegalHold.objects.filter(client_id=client_id).order_by("-at"))


def hold_row(hold_id: UUID) -> HoldRow:
    """Give a hold; raises NotThere for a hidden one and for none alike."""
    found = _rows(LegalHold.objects.filter(pk=hold_id))
    if not found:
        raise NotThere("consent_legal_hold", hold_id)
    return found[0]


def holds_to_decide(person: UUID) -> list[HoldRow]:
    """Give holds whose end somebody else asked for, as far as this person sees them."""
    asked = HoldEnding.objects.filter(decision=None).exclude(by=person)
    found = LegalHold.objects.filter(endings__in=asked).distinct()
    return [one for one in _rows(found.order_by("at")) if one.waits and one.stands]


def _rows(holds: Iterable[LegalHold]) -> list[HoldRow]:
    found = list(holds)
    endings = HoldEnding.objects.filter(hold__in=found).select_related("decision").order_by("at")
    last = {one.hold_id: one for one in endings}
    return [_row(one, last.get(one.pk)) for one in found]


def _row(hold: LegalHold, ending: HoldEnding | None) -> HoldRow:
    decision = getattr(ending, "decision", None)
    return HoldRow(
        id=hold.pk,
        client=hold.client_id,
        why=hold.why,
        by=hold.by,
        at=hold.at,
        asked=None if ending is None else ending.pk,
        asked_by=None if ending is None else ending.by,
        asked_at=None if ending is None else ending.at,
        answer="" if decision is None else decision.answer,
        answered_by=None if decision is None else decision.by,
        answered_at=None if decision is None else decision.at,
    )
