"""The filter that shows Markdown as safe, quiet HTML."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from consent.domain import prose

register = template.Library()


@register.filter
def reading(markdown: str, heading: int = 2) -> SafeString:
    """Render Markdown without raw HTML, links or images; its headings get one level."""
    html = prose.to_html(markdown, heading=heading)
    return SafeString(html)  # nosec B703 - parsed without HTML and sanitised there


@register.filter
def left_out(text: str) -> SafeString:
    """Show a text that is no Markdown, with a block where something was left out of a copy."""
    html = prose.plain_to_html(text)
    return SafeString(html)  # nosec B703 - escaped there
