"""What clients and cases are called, for a reviewer from outside who opens none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from clients.domain import references

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_CALLED: Final = "SELECT id, reference, is_case FROM clients_called_outside(%s::uuid[], %s::text[])"


def called_outside(ids: Iterable[UUID], *, cases: bool) -> dict[UUID, str]:
    """Give the references of what the actor cannot open; empty but for an outside reviewer."""
    asked = list(ids)
    return {one: said for one, said, is_case in _rows(asked, []) if is_case is cases}


def case_or_client_outside(typed: str) -> tuple[UUID | None, UUID | None] | None:
    """Give the case or the client that a reference names, typed as people do; None for nothing."""
    for one, _, is_case in _rows([], sorted(references.readings(typed))):
        return (one, None) if is_case else (None, one)
    return None


def _rows(ids: list[UUID], said: list[str]) -> list[tuple[UUID, str, bool]]:
    if not ids and not said:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CALLED, [ids, said])
        rows: list[tuple[UUID, str, bool]] = cursor.fetchall()
    return rows
