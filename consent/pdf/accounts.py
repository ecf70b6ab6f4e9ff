"""An accounting becomes a tagged PDF, by the same renderer and in the same letters as others."""

import hashlib
from datetime import UTC, date
from typing import Any

from django.template.loader import render_to_string

from consent.domain.accounts_shown import AccountedLine, Accounting
from consent.pdf.conformance import finish
from consent.pdf.rendering import _nothing, _stylesheets, _weasyprint
from consent.pdf.words import day, minute


def render_accounting(paper: Accounting, zone: str) -> bytes:
    """Lay an accounting out on paper; the same lines always give the same bytes."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    html = render_to_string("documents/accounting.html", _page(paper, zone))
    document = weasyprint.HTML(string=html, url_fetcher=_nothing(weasyprint)).render(
        font_config=fonts, stylesheets=_stylesheets(weasyprint)
    )
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3u",
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(repr(paper).encode()).digest()[:16],
        finisher=finish,
    )
    return pdf


def _page(paper: Accounting, zone: str) -> dict[str, Any]:
    made = paper.made_at.astimezone(UTC)
    return {
        "paper": paper,
        "created": f"{made:%Y-%m-%dT%H:%M:%SZ}",
        "made": minute(paper.made_at, zone),
        "since": day(paper.since),
        "until": day(paper.until),
        "zone": zone,
        "lines": [_line(one) for one in paper.lines],
    }


def _line(line: AccountedLine) -> dict[str, Any]:
    return {"said": line, "day": day(date.fromisoformat(line.day))}
