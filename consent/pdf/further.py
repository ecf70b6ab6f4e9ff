"""A further signature under a document that is sealed already: how it looks, in words, as data."""

import json
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from consent.domain.documents import ConsentDocument, to_json
from consent.pdf import places
from consent.pdf.rendering import _nothing, _sheet, _weasyprint
from consent.pdf.words import moment, page_of
from counselling import languages

# letters, from large to small; the first in which all of it fits on its page is taken
LETTERS: Final = ("9.5pt", "8.5pt", "7.5pt", "6.2pt", "5pt")


def further(source: ConsentDocument) -> places.Filled:
    """Give what fills the place of a signature that is not the first."""
    with languages.speaking(source.language):
        page = page_of(source)
        lines = lines_of(source, page)
        look = _look(page | {"lines": lines})
    return places.Filled(
        look=look,
        words="\n".join(f"{label}: {said}" for label, said in lines),
        data=json.dumps(to_json(source), ensure_ascii=False, separators=(",", ":")),
    )


def lines_of(source: ConsentDocument, page: dict[str, Any]) -> list[tuple[str, str]]:
    """Say who signed, when, how we know and what they answered, a line each (ES-04)."""
    evidence = source.evidence
    recorded = _("recorded, kept sealed by the practice")
    return [
        (_("Signed by"), f"{evidence.signer}, {evidence.signs_for or _('the client')}"),
        (
            _("Signed at"),
            _("%(at)s, which is %(utc)s") % {"at": page["at"], "utc": page["signed_at_utc"]},
        ),
        (_("Identified by"), evidence.identified_by),
        (_("Opened at"), moment(evidence.opened_at, source.zone)),
        *((each.label, _answer(each.granted)) for each in source.clauses),
        *(((_("Drawn"), _("a drawn signature is shown as well")),) if evidence.drawing else ()),
        (_("Address"), recorded if evidence.address_recorded else _("not recorded")),
        (_("Browser"), recorded if evidence.machine_recorded else _("not recorded")),
        (_("Text shown (SHA-256)"), evidence.text_sha256),
        (_("Request"), evidence.request),
        (_("Document"), source.reference),
    ]


def _answer(granted: bool | None) -> str:  # noqa: FBT001 an answer, not a switch
    return _("No answer, so No") if granted is None else _("Yes") if granted else _("No")


def _look(page: dict[str, Any]) -> bytes:
    weasyprint = _weasyprint()
    left, bottom, right, top = places.BOX_MM
    size = {"width": right - left, "height": top - bottom}
    html = render_to_string("documents/place.html", page)
    for letters in LETTERS:
        css = render_to_string("documents/place.css", {**size, "letters": letters})
        document = _laid_out(weasyprint, html, css)
        if len(document.pages) == 1:
            break
    made: bytes = document.write_pdf()
    return made


def _laid_out(weasyprint: Any, html: str, css: str) -> Any:
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetcher = _nothing(weasyprint)
    sheets = [_sheet(weasyprint, css)]
    return weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=sheets
    )
