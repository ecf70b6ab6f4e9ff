"""Subpoenas, what comes next of each, and whom somebody still has to tell; nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Prefetch

from consent.domain.subpoenas import (
    NOTICE_WORDS,
    SENDER_WORDS,
    STEP_WORDS,
    UNREAD,
    NoticeState,
    is_over,
    next_day,
)
from consent.models import Subpoena, SubpoenaNotice, SubpoenaRelease, SubpoenaReturn, SubpoenaStep
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet


@dataclasses.dataclass(frozen=True, slots=True)
class SubpoenaRow:
    """A subpoena with what happened to it, and how far telling the client is."""

    id: UUID
    client: UUID
    hold: UUID
    sender: str
    received_on: datetime.date
    due_on: datetime.date
    object_by: datetime.date | None
    by: UUID
    at: datetime.datetime
    steps: tuple[str, ...]
    papers: tuple[UUID, ...]
    notice: str
    sent_at: datetime.datetime | None
    told_at: datetime.datetime | None
    told_by: UUID | None
    how: str

    @property
    def over(self) -> bool:
        """Say whether nothing more is done about it."""
        return is_over(self.steps)

    @property
    def next(self) -> datetime.date | None:
        """Give the day that comes next."""
        return next_day(self.steps, self.object_by, self.due_on)

    @property
    def objecting(self) -> bool:
        """Say whether the day that comes next is the one to object until."""
        return self.next is not None and self.next != self.due_on

    @property
    def from_whom(self) -> str:
        """Say who signed it."""
        return SENDER_WORDS[self.sender]

    @property
    def word(self) -> str:
        """Say where it stands: what happened last."""
        return STEP_WORDS[self.steps[-1]] if self.steps else "nothing done yet"

    @property
    def chip(self) -> str:
        """Give the shape of its state."""
        return "no" if self.over else "wait"

    @property
    def told_words(self) -> str:
        """Say how far telling the client is."""
        return NOTICE_WORDS[self.notice]

    def to_be_told(self, at: datetime.datetime) -> bool:
        """Say whether a person has to tell the client: nobody wrote, or they have not read it."""
        if self.notice == NoticeState.PERSON:
            return True
        return (
            self.notice == NoticeState.SENT
            and self.sent_at is not None
            and at - self.sent_at > UNREAD
        )


def subpoenas_of(client_id: UUID) -> list[SubpoenaRow]:
    """Give every subpoena for a client's file, the newest first."""
    return [_row(one) for one in _subpoenas().filter(client_id=client_id).order_by("-at")]


def subpoena_row(subpoena_id: UUID) -> SubpoenaRow:
    """Give a subpoena; raises NotThere for a hidden one and for none alike."""
    found = _subpoenas().filter(pk=subpoena_id).first()
    if found is None:
        raise NotThere("consent_subpoena", subpoena_id)
    return _row(found)


def open_subpoenas(client_ids: Iterable[UUID]) -> list[SubpoenaRow]:
    """Give those that are not over, of several clients."""
    rows = [_row(one) for one in _subpoenas().filter(client_id__in=list(client_ids))]
    return [one for one in rows if not one.over]


def released_packs(subpoena_id: UUID) -> list[tuple[UUID, str]]:
    """Give which packs a second person let go: the share and the hash of what it held."""
    found = SubpoenaRelease.objects.filter(subpoena_id=subpoena_id).order_by("at")
    return list(found.values_list("share", "content_sha256"))


def released_shares(shares: Iterable[UUID]) -> set[UUID]:
    """Give those of several shares that a second person let go."""
    asked = list(shares)
    if not asked:
        return set()
    return set(SubpoenaRelease.objects.filter(share__in=asked).values_list("share", flat=True))


def returned_shares(shares: Iterable[UUID]) -> set[UUID]:
    """Give those of several shares that a second person sent back."""
    asked = list(shares)
    if not asked:
        return set()
    return set(SubpoenaReturn.objects.filter(share__in=asked).values_list("share", flat=True))


def due_notices() -> list[tuple[UUID, UUID]]:
    """Give subpoena and client of every notice that is due, for the sweeper."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subpoena, client FROM consent_due_notices()")
        return [(subpoena, client) for subpoena, client in cursor.fetchall()]


def _subpoenas() -> QuerySet[Subpoena]:
    steps = SubpoenaStep.objects.order_by("on", "at")
    return Subpoena.objects.prefetch_related(Prefetch("steps", steps), "papers", "notice")


def _row(one: Subpoena) -> SubpoenaRow:
    notice = _notice(one)
    return SubpoenaRow(
        id=one.pk,
        client=one.client_id,
        hold=one.hold_id,
        sender=one.sender,
        received_on=one.received_on,
        due_on=one.due_on,
        object_by=one.object_by,
        by=one.by,
        at=one.at,
        steps=tuple(step.kind for step in one.steps.all()),
        papers=tuple(paper.pk for paper in one.papers.all()),
        notice=NoticeState.WAITING if notice is None else notice.state,
        sent_at=notice.sent_at if notice else None,
        told_at=notice.told_at if notice else None,
        told_by=notice.told_by if notice else None,
        how=notice.how if notice else "",
    )


def _notice(one: Subpoena) -> SubpoenaNotice | None:
    found: SubpoenaNotice | None = getattr(one, "notice", None)
    return found
