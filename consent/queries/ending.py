"""Permissions that end soon, so that people are asked before silence decides."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from consent.domain.covers import ConsentState
from consent.domain.ending import SOON
from consent.models import Consent
from consent.queries.consents import WORDS, fact_of
from counselling import db

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """A permission that ends within thirty days."""

    client: UUID
    consent: UUID
    subject: str
    until: datetime.datetime


def ending(client_ids: Iterable[UUID]) -> list[Ending]:
    """Give the permissions of people that hold now and end within thirty days: one question."""
    at = db.now()
    found = Consent.objects.filter(
        client_id__in=list(client_ids), until__gt=at, until__lte=at + SOON
    ).select_related("withdrawal", "replacement")
    return [
        Ending(one.client_id, one.pk, subject_of(one), one.until)
        for one in found.order_by("until")
        if one.until is not None and fact_of(one).state(at) is ConsentState.LIVE
    ]


def subject_of(one: Consent) -> str:
    """Name what a permission is about, in a word or two."""
    subjects = one.categories or [one.activity]
    return ", ".join(WORDS.get(each, each.replace("_", " ")) for each in subjects)
