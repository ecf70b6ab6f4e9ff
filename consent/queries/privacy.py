"""The privacy notice as a client sees it: the practice's details in it, known by its hash."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.db import connection

from consent.domain.documents import text_sha256
from consent.domain.library import load_notice
from consent.domain.wording import fill_notice
from consent.domain.words import words
from consent.models import NoticeSeen
from counselling.access import ActorKind
from counselling.accounts import queries as accounts
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeShown:
    """An edition of the notice in one language; `sha256` is of the exact text shown."""

    edition: int
    language: str
    title: str
    text: str
    sha256: str


def privacy_notice(language: str) -> NoticeShown:
    """Give the notice of today in a language, or else in English (RT-09)."""
    practice, notice = accounts.practice(), _notice(language)
    instead = words(notice.language).instead
    filled = fill_notice(
        notice,
        {
            "practice": practice.name,
            "practice_address": practice.address or instead.practice_address,
            "practice_phone": practice.phone or instead.practice_phone,
            "complaints": practice.complaints_contact or instead.complaints,
        },
    )
    return NoticeShown(
        notice.edition, notice.language, notice.title, filled.text, text_sha256(filled.text)
    )


def whose(actor: Actor) -> tuple[UUID, UUID | None]:
    """Give whose notice it is: of a client who acts, or of a guardian for one, by link or sign-in.

    Raises NotThere for anybody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE)
        client, guardian = cursor.fetchone() or (None, None)
    if client is None or actor.kind not in {ActorKind.CLIENT, ActorKind.LINK}:
        raise NotThere("consent_noticeseen")
    return client, guardian


def seen_notice(actor: Actor, notice: NoticeShown) -> datetime.datetime | None:
    """Say when who acts said they had seen this very wording; None if never."""
    client, guardian = whose(actor)
    return _seen(client, guardian).filter(sha256=notice.sha256).values_list("at", flat=True).first()


def notices_seen(client_id: UUID) -> list[tuple[int, str, datetime.datetime]]:
    """Give the editions a client has seen, in which language and when; the newest first."""
    seen = _seen(client_id, None).order_by("-at")
    return list(seen.values_list("edition", "language", "at"))


def _seen(client: UUID, guardian: UUID | None) -> QuerySet[NoticeSeen]:
    whom = {"client_id": client, "guardian_id": guardian}
    return NoticeSeen.objects.filter(**whom)


_WHOSE: Final = """
SELECT coalesce(own_client(), guarded_client()), coalesce(
    guarding(), (SELECT asked.guardian_id FROM consent_request asked WHERE asked.id = link_row()))
"""
# shipped with the program, so it cannot change while it runs
_notice = lru_cache(maxsize=16)(load_notice)
