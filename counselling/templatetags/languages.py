"""The language of a page, and the others it could be in."""

from __future__ import annotations

from django import template

from counselling import languages

register = template.Library()


@register.simple_tag
def page_language() -> str:
    """Give the language the page is in, for its `lang`."""
    return languages.spoken()


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """Give every other language with its own name for itself."""
    return [one for one in languages.known().items() if one[0] != languages.spoken()]
