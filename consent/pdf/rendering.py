"""A document source becomes a tagged PDF/A-3u and PDF/UA-1 file, with nothing fetched."""

import functools
import hashlib
import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from django.template.loader import render_to_string

from consent.domain.documents import (
    ConsentDocument,
    DisclosureDocument,
    DocumentSource,
    kind_of,
    to_json,
)
from consent.pdf.conformance import finish
from consent.pdf.places import finisher
from consent.pdf.words import happened_at, page_of
from counselling import languages
from counselling.errors import CounsellingError
from counselling.speech import say

PANGO_MISSING = (
    "PDFs need the Pango library. Install it and start again: apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (Debian, Ubuntu), dnf install pango "
    "(Fedora), apk add pango (Alpine) or brew install pango (macOS)."
)


class PangoIsMissing(CounsellingError):
    """The one system library that cannot come with the Python packages is not there."""


def missing_library() -> str | None:
    """One sentence that says what to install, or None if documents can be rendered."""
    try:
        _weasyprint()
    except PangoIsMissing as missing:
        return str(missing)
    return None


def render(source: DocumentSource) -> bytes:
    """The PDF of a source; the same source always gives the same bytes."""
    weasyprint = _weasyprint()
    with languages.speaking(source.language):
        html = render_to_string(f"documents/{kind_of(source)}.html", page_of(source))
        labels = labels_of(source)
    fonts = weasyprint.text.fonts.FontConfiguration()
    document = weasyprint.HTML(string=html, url_fetcher=_nothing(weasyprint)).render(
        font_config=fonts, stylesheets=_stylesheets(weasyprint)
    )
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3u",
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(_canonical(source)).digest()[:16],
        attachments=_attachments(weasyprint, source),
        finisher=finisher(labels, finish),
    )
    return pdf


def labels_of(source: DocumentSource) -> dict[int, str]:
    """Say for each place that is kept for a further signature whose it is."""
    if not isinstance(source, ConsentDocument):
        return {}
    most = len(source.places)
    return {
        place: str(say("Signature %(place)s of %(most)s: %(who)s", place=place, most=most, who=who))
        for place, who in enumerate(source.places[1:], start=2)
    }


def data_of(source: DocumentSource) -> bytes:
    """The JSON that is attached to a document: its source, in readable lines."""
    return json.dumps(to_json(source), ensure_ascii=False, indent=2).encode() + b"\n"


def _canonical(source: DocumentSource) -> bytes:
    return json.dumps(to_json(source), sort_keys=True, separators=(",", ":")).encode()


def _weasyprint() -> ModuleType:
    # Imported late: it costs a second, and without Pango it would take every page down with it.
    try:
        import weasyprint  # noqa: PLC0415 imported late, since it costs a second
        import weasyprint.text.fonts  # noqa: PLC0415 imported late, since it costs a second
        import weasyprint.urls  # noqa: PLC0415 imported late, since it costs a second
    except OSError as error:
        raise PangoIsMissing(PANGO_MISSING) from error
    module: ModuleType = weasyprint
    return module


def _nothing(weasyprint: ModuleType) -> Any:
    class FetchesNothing(weasyprint.urls.URLFetcher):  # type: ignore[name-defined,misc]  # a class of a module imported late
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002  WeasyPrint's
            raise ValueError("a document fetches nothing")

    return FetchesNothing()


def _stylesheets(weasyprint: ModuleType) -> list[Any]:
    return [_sheet(weasyprint, render_to_string("documents/paper.css"))]


@functools.lru_cache(maxsize=8)
def _sheet(weasyprint: ModuleType, css: str) -> Any:
    """Read a style sheet once: laying out only looks things up in it, and it brings no fonts."""
    return weasyprint.CSS(string=css, url_fetcher=_nothing(weasyprint))


def _attachments(weasyprint: ModuleType, source: DocumentSource) -> list[Any]:
    if isinstance(source, DisclosureDocument):
        return []  # the recipient gets what was previewed, and nothing behind it
    made = [("data.json", "What this document says, as data", "Data", data_of(source))]
    if isinstance(source, ConsentDocument):
        shown = source.shown.encode()
        made.append(("text-as-shown.txt", "The text as it was shown", "Source", shown))
    at = happened_at(source).astimezone(UTC)
    return [_attachment(weasyprint, at, *each) for each in made]


def _attachment(
    weasyprint: ModuleType, at: datetime, name: str, says: str, relation: str, content: bytes
) -> Any:
    return weasyprint.Attachment(
        string=content,
        name=name,
        description=says,
        created=at,
        modified=at,
        relationship=relation,
        url_fetcher=_nothing(weasyprint),
    )
