"""What a client wants kept back from a recipient now; which rows there are, nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

from consent.domain.answers import CATEGORY_WORDS
from consent.domain.recipients import KIND_WORDS, RecipientKind
from consent.domain.restrictions import (
    WAY_WORDS,
    WHAT_WORDS,
    AskedHow,
    EndWay,
    RestrictionAnswer,
    What,
    ways_to_end,
)
from consent.models import Restriction, RestrictionOverride
from counselling.errors import NotThere
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

WHY: Final = say("The client wants this kept back from them, and that was agreed.")


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """One restriction that stands against one recipient; `before`: only for what is older."""

    restriction: UUID
    what: What
    category: str
    note: UUID | None
    session: UUID | None
    before: datetime.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class KeptBack:
    """Everything that a client wants kept back from one recipient, as the database enforces it."""

    all: tuple[Kept, ...]

    @property
    def everything(self) -> bool:
        """Say whether nothing at all goes to them."""
        return any(one.what is What.EVERYTHING and one.before is None for one in self.all)

    @property
    def categories(self) -> frozenset[str]:
        """Give the kinds of information that do not go to them."""
        return frozenset(one.category for one in self.all if one.category and one.before is None)

    @property
    def notes(self) -> frozenset[UUID]:
        """Give the notes that do not go to them; notes of kept sessions come on top."""
        return frozenset(one.note for one in self.all if one.note)

    @property
    def sessions(self) -> frozenset[UUID]:
        """Give the sessions of which nothing goes to them, not even that they were."""
        return frozenset(one.session for one in self.all if one.session)

    @property
    def why(self) -> str:
        """Say it to who would share."""
        return WHY

    def keeps(self, categories: Collection[str]) -> bool:
        """Say whether something of these kinds is kept back as a whole."""
        return self.everything or not self.categories.isdisjoint(map(str, categories))

    def keeps_session(self, session: UUID) -> bool:
        """Say whether even the attendance of a session is kept back."""
        return self.everything or session in self.sessions

    def keeps_note(
        self,
        note: UUID,
        session: UUID,
        written_at: datetime.datetime,
        categories: Collection[str] = ("session_notes",),
    ) -> bool:
        """Say whether one note is kept back; a restriction that ended holds for what is older."""
        if note in self.notes or session in self.sessions or self.keeps(categories):
            return True
        wanted = {str(one) for one in categories}
        return any(
            one.before is not None
            and written_at < one.before
            and (one.what is What.EVERYTHING or one.category in wanted)
            for one in self.all
        )


def kept_back(client_id: UUID, recipient_id: UUID) -> KeptBack:
    """Give what must not go to a recipient now, except where the law reaches over it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT restriction, what, category, note, session, before "
            "FROM consent_kept_back_now(%s, %s)",
            [client_id, recipient_id],
        )
        return KeptBack(
            tuple(
                Kept(restriction, What(what), category, note, session, before)
                for restriction, what, category, note, session, before in cursor.fetchall()
            )
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRow:
    """A restriction with where it stands; what was said and why not are sealed."""

    id: UUID
    client: UUID
    what: What
    category: str
    note: UUID | None
    session: UUID | None
    recipient: UUID | None
    recipient_kind: RecipientKind | None
    paid: bool
    how: AskedHow
    by: UUID
    at: datetime.datetime
    answer: RestrictionAnswer | None
    answered_by: UUID | None
    answered_at: datetime.datetime | None
    end_way: EndWay | None
    ended_at: datetime.datetime | None

    @property
    def what_words(self) -> str:
        """Say what is kept back; which session or note, whoever may see it says."""
        if self.paid:
            return say("a session that was paid for in full")
        if self.what is What.CATEGORY:
            return CATEGORY_WORDS.get(self.category, self.category)
        return WHAT_WORDS[self.what]

    @property
    def whom_words(self) -> str:
        """Say from whom, where it is a kind or everybody."""
        if self.recipient_kind:
            return KIND_WORDS[self.recipient_kind]
        return "" if self.recipient else say("everybody")

    @property
    def is_address(self) -> bool:
        """Say whether it is about how to reach the client, which their card decides (CL-07)."""
        return self.what is What.ADDRESS

    @property
    def way_words(self) -> str:
        """Say in which way it ended."""
        return WAY_WORDS[self.end_way] if self.end_way else ""

    @property
    def in_force(self) -> bool:
        """Say whether it holds for everything now; what was paid in full does unasked."""
        return self.ended_at is None and (self.paid or self.answer is RestrictionAnswer.AGREED)

    @property
    def waits(self) -> bool:
        """Say whether nobody has answered yet."""
        return self.answer is None

    @property
    def state(self) -> str:
        """Say where it stands."""
        if self.end_way is EndWay.PRACTICE_TELLS:
            return say("ended for what came later")
        if self.ended_at is not None:
            return say("ended")
        if self.answer is RestrictionAnswer.REFUSED:
            return say("refused")
        if self.answer is RestrictionAnswer.AGREED:
            return say("in force")
        return say("in force, not answered yet") if self.paid else say("not answered yet")

    @property
    def chip(self) -> str:
        """Give the shape of where it stands."""
        if self.in_force:
            return "yes"
        return "wait" if self.waits else "no"

    @property
    def ways_to_end(self) -> tuple[EndWay, ...]:
        """Give the ways in which it may end now."""
        return ways_to_end(paid=self.paid) if self.in_force else ()


def restrictions_of(client_id: UUID) -> list[RestrictionRow]:
    """Give what a client asked to be kept back, newest first."""
    return [_row(one) for one in _restrictions().filter(client_id=client_id)]


def restriction_row(restriction_id: UUID) -> RestrictionRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = _restrictions().filter(pk=restriction_id).first()
    if found is None:
        raise NotThere("consent_restriction", restriction_id)
    return _row(found)


def unanswered() -> list[RestrictionRow]:
    """Give what nobody has answered yet of all clients one sees, oldest first."""
    return [_row(one) for one in _restrictions().filter(answered=None, end=None).order_by("at")]


def overridden(disclosure_id: UUID) -> list[UUID]:
    """Give which restrictions the law reached over in one disclosure."""
    found = RestrictionOverride.objects.filter(disclosure_id=disclosure_id)
    return sorted(found.values_list("restriction_id", flat=True))


def overrides_of(client_id: UUID) -> dict[UUID, list[UUID]]:
    """Give for each restriction of a client what went all the same."""
    found: dict[UUID, list[UUID]] = {}
    for one in RestrictionOverride.objects.filter(client_id=client_id).order_by("at"):
        found.setdefault(one.restriction_id, []).append(one.disclosure_id)
    return found


def _restrictions() -> QuerySet[Restriction]:
    return Restriction.objects.select_related("answered", "end").order_by("-at", "-id")


def _row(one: Restriction) -> RestrictionRow:
    answered, end = getattr(one, "answered", None), getattr(one, "end", None)
    return RestrictionRow(
        id=one.pk,
        client=one.client_id,
        what=What(one.what),
        category=one.category,
        note=one.note_id,
        session=one.session_id,
        recipient=one.recipient_id,
        recipient_kind=RecipientKind(one.recipient_kind) if one.recipient_kind else None,
        paid=one.paid,
        how=AskedHow(one.how),
        by=one.by,
        at=one.at,
        answer=None if answered is None else RestrictionAnswer(answered.answer),
        answered_by=None if answered is None else answered.by,
        answered_at=None if answered is None else answered.at,
        end_way=None if end is None else EndWay(end.way),
        ended_at=None if end is None else end.at,
    )


def own_sessions() -> list[tuple[UUID, datetime.datetime]]:
    """Give a client the sessions they were at, newest first; anybody else nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session, at FROM consent_own_sessions()")
        return [(session, at) for session, at in cursor.fetchall()]
