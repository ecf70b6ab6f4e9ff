"""Whose word a consent is: whether everybody who decides for its client now has signed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_OF_ALL = (
    "SELECT one.id FROM unnest(%s::uuid[]) AS one (id) WHERE consent_of_all_who_decide(one.id)"
)


def of_all_who_decide(consents: Iterable[UUID]) -> set[UUID]:
    """Give those of the consents that everybody has signed who decides for their client now."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ALL, [list(consents)])
        return {row[0] for row in cursor.fetchall()}
