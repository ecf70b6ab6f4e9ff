"""Whose word a form is: whether everybody who decides for its client now signs it, or has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_OF_ALL = (
    "SELECT one.id FROM unnest(%s::uuid[]) AS one (id) WHERE consent_of_all_who_decide(one.id)"
)


def group_stands(request_id: UUID) -> bool:
    """Say whether those who sign a form together are those who decide now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_group_stands(%s)", [request_id])
        return bool(cursor.fetchone()[0])


def of_all_who_decide(consents: Iterable[UUID]) -> set[UUID]:
    """Give those of the consents that everybody has signed who decides for their client now."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ALL, [list(consents)])
        return {row[0] for row in cursor.fetchall()}
