"""What is shared, as a page that a recipient opens: the very words of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from consent.pdf.words import page_of
from counselling import languages

if TYPE_CHECKING:
    from consent.domain.documents import DisclosureDocument


def shared_page(source: DisclosureDocument) -> SafeString:
    """Give the article that stands under a page's heading, in the language of its reader."""
    with languages.speaking(source.language):
        html = render_to_string("documents/shared_page.html", page_of(source))
    return mark_safe(html)  # noqa: S308  made by a template of ours, which escapes
