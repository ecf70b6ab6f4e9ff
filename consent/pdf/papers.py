"""Notes become a tagged PDF, by the same renderer and in the same letters as a document."""

import hashlib
from datetime import UTC
from typing import Any

from django.template.loader import render_to_string

from consent.domain.papers import NotesPaper, PaperNote
from consent.pdf.conformance import finish
from consent.pdf.rendering import _nothing, _stylesheets, _weasyprint
from consent.pdf.words import _html


def render_notes(paper: NotesPaper) -> bytes:
    """Lay notes out on paper; the same notes always give the same bytes."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    html = render_to_string("documents/notes.html", _page(paper))
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


def _page(paper: NotesPaper) -> dict[str, Any]:
    made = paper.made_at.astimezone(UTC)
    return {
        "paper": paper,
        "created": f"{made:%Y-%m-%dT%H:%M:%SZ}",
        "notes": [_note(one) for one in paper.notes],
    }


def _note(note: PaperNote) -> dict[str, Any]:
    blocks = [(one, _html(one.text, heading=4)) for one in note.blocks]
    return {"heading": note.heading, "facts": note.facts, "blocks": blocks}
