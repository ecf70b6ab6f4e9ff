"""Begin a draft once, however many tabs begin it at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from counselling.errors import Stale

if TYPE_CHECKING:
    from django.db.models import Model


def keep_first(draft: Model) -> None:
    """Write a draft that is begun; raises Stale where another tab was first."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise Stale from None
