"""A client's space as staff and machine know it: whose link, what account, what is new."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from clients.domain.portal import NEWS_WORDS, NewsKind
from clients.models import News, PortalAccess

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class NewsRow:
    """One thing nobody has seen yet."""

    client: UUID
    kind: NewsKind
    at: datetime.datetime

    @property
    def words(self) -> str:
        """Say what it is."""
        return NEWS_WORDS[self.kind]


def client_of_link(link_id: UUID) -> UUID | None:
    """Give whose link was asked for; the machine alone is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_of_link(%s)", [link_id])
        row = cursor.fetchone()
    found: UUID | None = row[0] if row else None
    return found


def account_of_client(client_id: UUID) -> UUID | None:
    """Give the account of a client's own sign-in, if they have one."""
    found = PortalAccess.objects.filter(client_id=client_id).values_list("account_id", flat=True)
    return found.first()


def unseen_news(client_ids: Iterable[UUID]) -> list[NewsRow]:
    """Give what is new from the spaces of clients, the oldest first."""
    found = News.objects.filter(client_id__in=list(client_ids), seen_at=None).order_by("at", "pk")
    return [NewsRow(one.client_id, NewsKind(one.kind), one.at) for one in found]
