"""What several figures need: ids, and somebody who acts and is granted something."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from audit.actions import record
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from records.domain import NOTES_COMPOSED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


def ids(count: int) -> list[UUID]:
    """Make ids of rows."""
    return [uuid7() for _ in range(count)]


@contextlib.contextmanager
def granted(*cases: UUID) -> Iterator[vault.Grant]:
    """Act as the system and be granted what these cases sealed, by an event as always."""
    holders = [vault.holders.case(case) for case in cases]
    with as_actor(SERVICE):
        yield record(actor=SERVICE, kind=NOTES_COMPOSED, holders=holders)
