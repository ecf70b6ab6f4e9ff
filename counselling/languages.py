"""Which languages pages, letters and documents can be in, and speaking one of them for a while."""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import dateformat, translation
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django.http import HttpRequest

# as it stands on client rows and forms; Django knows it by the country whose dates it writes
ENGLISH: Final = "en"
_KEPT: Final = "language"


def known() -> dict[str, str]:
    """Give every language with its own name for itself; English is first."""
    return {_short(code): name for code, name in settings.LANGUAGES}


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak a language for a while; one that nobody translated is spoken in English."""
    return translation.override(_django_code(language))


def speak(language: str) -> None:
    """Go on in this language, within a `speaking`."""
    translation.activate(_django_code(language))


def spoken() -> str:
    """Give the language that is spoken now."""
    return _short(translation.get_language() or settings.LANGUAGE_CODE)


def of(request: HttpRequest) -> str:
    """Give the language of a page: the one chosen, else the first the browser asks for."""
    kept = request.session.get(_KEPT)
    return kept if kept in known() else asked_by_browser(request)


def keep(request: HttpRequest, language: str) -> None:
    """Keep a language while the session lasts."""
    request.session[_KEPT] = language


def is_kept(request: HttpRequest) -> bool:
    """Say whether the language of this session is known already."""
    return _KEPT in request.session


def asked_by_browser(request: HttpRequest) -> str:
    """Give the first language a browser asks for that we have."""
    return _short(translation.get_language_from_request(request))


def day_in_words(day: datetime.date, *, with_year: bool = True) -> str:
    """Write a day with its weekday as the language spoken now does."""
    return _written(datetime.date(day.year, day.month, day.day), spoken(), with_year=with_year)


@functools.lru_cache(maxsize=4096)
def _written(day: datetime.date, _language: str, *, with_year: bool) -> str:
    """Write a day; a copy of many notes names the same ones over and over."""
    if with_year:
        form = pgettext("how a day is written, in Django's letters", "l j F Y")
    else:
        form = pgettext("how a day is written, in Django's letters", "l j F")
    return dateformat.format(day, form)


def _django_code(language: str) -> str:
    return language if language in known() and language != ENGLISH else settings.LANGUAGE_CODE


def _short(code: str) -> str:
    return ENGLISH if code == settings.LANGUAGE_CODE else code
