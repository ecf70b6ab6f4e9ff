"""Keep room for events to come: without a partition for its month none can be written (AT-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from audit import domain
from audit.actions.recording import record
from counselling.access import Permission, require

if TYPE_CHECKING:
    from counselling.access import Actor

_MAKE: Final = "SELECT audit_make_months()"


def make_months(*, actor: Actor) -> None:
    """Make this month and the next three, as the sealer does each day, and record it.

    The event comes after: where the running month was missing there was no place for it before.
    """
    require(actor, Permission.RUN_JOB)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
    record(actor=actor, kind=domain.MONTHS_MADE)
