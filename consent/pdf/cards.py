"""A card becomes a PDF of one page: the smallest sheet on which all of it can be read."""

import hashlib
from datetime import UTC
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from consent.domain.cards import Card
from consent.pdf.conformance import finish
from consent.pdf.rendering import _nothing, _weasyprint

# a sheet, its margin, its letters and its columns; the last takes what fits on none of them
SHEETS: Final = (
    ("A6", "9mm", "8.5pt", 1),
    ("A5", "11mm", "9.5pt", 1),
    ("A4", "16mm", "10.5pt", 1),
    ("A4", "11mm", "8pt", 2),
)


def render_card(card: Card) -> bytes:
    """Lay a card out; the same card always gives the same bytes."""
    weasyprint = _weasyprint()
    document = _fitting(weasyprint, card)
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3u",
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(repr(card).encode()).digest()[:16],
        finisher=finish,
    )
    return pdf


def _fitting(weasyprint: Any, card: Card) -> Any:
    for sheet in SHEETS:
        document = _laid_out(weasyprint, card, sheet)
        if len(document.pages) == 1:
            break
    return document


def _laid_out(weasyprint: Any, card: Card, sheet: tuple[str, str, str, int]) -> Any:
    made = card.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    day = f"{card.made_at.astimezone(ZoneInfo(card.zone)):%-d %B %Y}"
    html = render_to_string("documents/card.html", {"card": card, "created": made, "day": day})
    names = ("size", "margin", "letters", "columns")
    css = render_to_string("documents/card.css", dict(zip(names, sheet, strict=True)))
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetcher = _nothing(weasyprint)
    sheets = [weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher)]
    return weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=sheets
    )
