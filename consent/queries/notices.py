"""The privacy notice as a client sees it: the practice's details in it, known by its hash."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

from consent.domain.documents import text_sha256
from consent.domain.library import load_notice
from consent.domain.wording import fill_notice
from consent.domain.words import words
from counselling.accounts import queries as accounts


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeShown:
    """An edition of the notice in one language; `sha256` is of the exact text shown."""

    edition: int
    language: str
    title: str
    text: str
    sha256: str


def privacy_notice(language: str) -> NoticeShown:
    """Give the notice of today in a language, or else in English (RT-09)."""
    practice, notice = accounts.practice(), _notice(language)
    instead = words(notice.language).instead
    filled = fill_notice(
        notice,
        {
            "practice": practice.name,
            "practice_address": practice.address or instead.practice_address,
            "practice_phone": practice.phone or instead.practice_phone,
            "complaints": practice.complaints_contact or instead.complaints,
        },
    )
    return NoticeShown(
        notice.edition, notice.language, notice.title, filled.text, text_sha256(filled.text)
    )


# shipped with the program, so it cannot change while it runs
_notice = lru_cache(maxsize=16)(load_notice)
