"""What may be asked before there is an actor: links, and whether a hidden row exists."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from clients.models import LinkActor

if TYPE_CHECKING:
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class LinkRow:
    """What a passed link acts for."""

    id: UUID
    client: UUID
    purpose: str
    row: UUID


def link(link_id: UUID) -> LinkRow | None:
    """Give what a link acts for, if its second secret was right and its time is not over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_id, purpose, row_id FROM clients_link(%s)", [link_id])
        row = cursor.fetchone()
    return None if row is None else LinkRow(link_id, *row)


def handed_by(link_id: UUID) -> UUID | None:
    """Give who handed the device over on which a link acts; nobody but that link may ask."""
    return LinkActor.objects.filter(pk=link_id).values_list("handed_by", flat=True).first()


def row_exists(table: str, row: UUID) -> bool:
    """Say whether a row is there that may be hidden: only to record a look at it, never to tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_exists(%s, %s)", [table, row])
        return bool(cursor.fetchone()[0])
