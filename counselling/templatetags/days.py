"""Days and instants in words, in the language of the page; how they are written is translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.translation import pgettext

from counselling import languages

if TYPE_CHECKING:
    import datetime

    from django.utils.safestring import SafeString

register = template.Library()


@register.filter(expects_localtime=True)
def as_day(day: datetime.date | None) -> SafeString | str:
    """Write a day with its weekday: Tuesday 3 November; the year only if it is another."""
    if not day:
        return ""
    return format_html('<time datetime="{}">{}</time>', f"{day:%Y-%m-%d}", _day(day))


@register.filter(expects_localtime=True)
def as_moment(at: datetime.datetime | None) -> SafeString | str:
    """Write an instant with its weekday: Tuesday 3 November, 10:30."""
    if not at:
        return ""
    written = f"{_day(at)}, {at:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), written)


@register.filter(expects_localtime=True)
def as_short_day(day: datetime.date) -> str:
    """Write a day in a narrow column: Tue 3 Nov."""
    return dateformat.format(day, pgettext("how a day is written, in Django's letters", "D j M"))


def _day(day: datetime.date) -> str:
    return languages.day_in_words(day, with_year=day.year != timezone.localdate().year)
