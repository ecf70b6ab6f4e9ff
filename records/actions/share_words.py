"""In which language a pack is written: one for what is looked at, for the file and for the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

import consent.queries
from clients import queries as clients
from counselling import languages

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


def language_of(client_id: UUID, consent_id: UUID | None) -> str:
    """Give the language of the form that was signed; without one, the client's own."""
    if consent_id is None:
        return clients.client_row(client_id).language
    return consent.queries.consent_row(consent_id).language


def day(at: datetime.datetime) -> str:
    """Write a day with its weekday, in the language spoken now."""
    return languages.day_in_words(timezone.localtime(at))
