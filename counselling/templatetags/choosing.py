"""The options of a choice, written in Python: hundreds of them are slow in a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def options(choices: Iterable[dict[str, Any]]) -> SafeString:
    """Write what a select's widget offers, in the words of Django's own template."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((_value(one), _marks(one), one["label"]) for one in choices),
    )


def _value(choice: dict[str, Any]) -> str:
    return str(choice["value"])


def _marks(choice: dict[str, Any]) -> SafeString:
    # a name is in no language: lang=""
    selected = " selected" if choice["selected"] else ""
    disabled = " disabled" if choice["attrs"].get("disabled") else ""
    unknown = ' lang=""' if choice["attrs"].get("lang") == "" else ""
    return mark_safe(selected + disabled + unknown)  # noqa: S308 no word of anybody's
