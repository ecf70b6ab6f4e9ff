"""Who opened a file becomes a tagged PDF, by the renderer and in the letters of the others."""

import hashlib
from datetime import UTC

from django.template.loader import render_to_string

from consent.domain.openings_shown import OpeningsList
from consent.pdf.conformance import finish
from consent.pdf.rendering import _nothing, _stylesheets, _weasyprint
from consent.pdf.words import day, minute


def render_openings(paper: OpeningsList, zone: str) -> bytes:
    """Lay a list of openings out on paper; the same lines always give the same bytes."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    facts = {
        "paper": paper,
        "created": f"{paper.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "made": minute(paper.made_at, zone),
        "since": day(paper.since) if paper.since else "",
        "until": day(paper.until) if paper.until else "",
        "zone": zone,
    }
    html = render_to_string("documents/openings.html", facts)
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
