"""Write a row through the triggers that decide about it; what they say no to, a person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from counselling.errors import Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db import models

# what the triggers raise; their words are for people
REFUSED_BY_GATE: Final = "23001"
# two wrote at the same instant what there is one of
THERE_ALREADY: Final = "23505"


def written(made: models.Model, code: str = "not-so", case: UUID | None = None) -> None:
    """Insert a row; raises Refused with the sentence of the trigger that said no.

    Raises Stale where another act has just written the one that there can be.
    """
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if (no := refused(error, code, getattr(made, "client_id", None), case)) is None:
            raise
        raise no from None


def all_written(made: Sequence[models.Model], code: str, case: UUID | None = None) -> None:
    """Insert rows of one table and one client, all or none; refuses like `written`."""
    if not made:
        return
    try:
        with transaction.atomic():
            type(made[0])._default_manager.bulk_create(made)
    except IntegrityError as error:
        if (no := refused(error, code, getattr(made[0], "client_id", None), case)) is None:
            raise
        raise no from None


def refused(
    error: IntegrityError, code: str, client: UUID | None, case: UUID | None
) -> Refused | Stale | None:
    """Give a trigger's no as a refusal, what somebody else wrote first as stale; else None."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", "")
    if state == THERE_ALREADY:
        return Stale()
    if state != REFUSED_BY_GATE:
        return None
    reason = getattr(getattr(cause, "diag", None), "message_primary", "")
    return Refused(code, reason, client=client, case=case)
