"""What the pages say, how they are made, and what is not in them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from consent import pdf
from consent.domain.documents import from_json, text_sha256, to_json
from consent.pdf import rendering
from consent.pdf.conformance import finish
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from consent.domain.documents import ConsentDocument


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def said(run: Callable[..., str]) -> Callable[[bytes], str]:
    """The words on the pages, as one line."""
    return lambda content: flat(run(content, "pdftotext", "-layout", "DOC", "-"))


SHARING_SAYS = {
    "CC-01": ["Dana Reyes may send Dr Eva Lind a one-page summary of my sessions"],
    "CC-02": ["Dana Reyes at Lindenhof Practice"],
    "CC-03": ["Dr Eva Lind (GP). Nobody else."],
    "CC-04": ["so that medication and counselling fit together"],
    "CC-05": ["This permission ends by itself on 15 November 2027"],
    "CC-06": ["typed as a signature on Monday 16 November 2026, 14:02:11", "Jon Adler, the client"],
    "CC-07": ["You can stop at any time", "in writing", "cannot be called back"],
    "CC-08": ["Your care does not depend on your answer"],
    "CC-09": ["our rules no longer protect it"],
    "CC-10": ["This form is about Jon Adler"],
}

AGREEMENT_SAYS = {
    "nature": "Counselling is a number of talks in a safe place",
    "goals": "The goals are yours",
    "risks": "can make you feel worse for a while",
    "confidentiality": "Danger to life",
    "supervision": "talks about the work with a supervisor",
    "records": "your counsellor writes a short note",
    "technology": "encryption",
    "fees": "A session costs 80 euros",
    "refusal": "You can end counselling on any day",
    "emergency": "In danger call 0800 000 000",
    "succession": "If your counsellor dies or can no longer work",
}


@pytest.mark.parametrize("row", SHARING_SAYS)
@pytest.mark.req("CC-01", "CC-02", "CC-03", "CC-04", "CC-05", "CC-06", "CC-07", "CC-08", "CC-09")
@pytest.mark.req("CC-10")
def test_a_sealed_permission_says_every_element(
    row: str, sealed_sharing: bytes, said: Callable[[bytes], str]
) -> None:
    text = said(sealed_sharing)
    assert [words for words in SHARING_SAYS[row] if words not in text] == []


@pytest.mark.req("CC-16")
def test_a_sealed_agreement_says_every_element(
    practice: None, said: Callable[[bytes], str]
) -> None:
    text = said(pdf.seal(pdf.render(sources.agreement())))
    assert [row for row, words in AGREEMENT_SAYS.items() if words not in text] == []


@pytest.mark.req("CC-20")
def test_a_clause_answered_no_is_shown_as_not_agreed_to(said: Callable[[bytes], str]) -> None:
    text = said(pdf.render(sources.sharing()))
    assert "Yes. Dana Reyes may send Dr Eva Lind a one-page summary" in text
    assert "No. We go on as before, and no note is sent." in text
    assert "No answer, so No. We do not say to Dr Eva Lind whether you come." in text


@pytest.mark.req("ES-04", "ES-05", "CC-21")
def test_the_evidence_page_says_who_when_how_and_what_was_shown(
    sealed_sharing: bytes, said: Callable[[bytes], str]
) -> None:
    text = said(sealed_sharing)
    document = sources.sharing()
    for words in (
        "2026-11-16 13:02:11 UTC",
        "(Europe/Berlin, UTC+01:00)",
        "a private link and a 6-digit PIN told in person",
        "recorded, kept sealed by the practice",
        "share-with-named-recipient, version 1, language en",
        document.evidence.form_sha256,
        document.evidence.text_sha256,
        document.evidence.request,
        document.reference,
        "This is a simple electronic signature",
    ):
        assert words in text


@pytest.mark.req("DS-01")
def test_a_shared_note_goes_with_recipient_purpose_addenda_and_the_redisclosure_line(
    said: Callable[[bytes], str],
) -> None:
    text = said(pdf.render(sources.disclosure()))
    for words in (
        "Confidential. For Dr Eva Lind only.",
        "So that medication and counselling fit together",
        "notes of chosen sessions",
        "Please do not pass it on without that person's permission",
        "Correction",
        "Late entry",
        "This note was entered in error",
        "handed over on paper, Monday 16 November 2026, 14:02:11",
        "Page 1 of 2",
        "Page 2 of 2",
    ):
        assert words in text
    assert text.count("For Dr Eva Lind · Lindenhof Practice") == 2


def test_a_withdrawal_certificate_says_what_ended_and_what_had_been_sent(
    said: Callable[[bytes], str],
) -> None:
    text = said(pdf.render(sources.withdrawal()))
    for words in ("Your permission has ended", "A summary of my sessions", "on paper"):
        assert words in text
    assert "Page 1 of 1" in text
    nothing = said(pdf.render(sources.withdrawal(sent=False)))
    assert "Nothing was sent under these permissions." in nothing


def test_the_same_source_gives_the_same_bytes() -> None:
    assert pdf.render(sources.sharing()) == pdf.render(sources.sharing())


def test_another_source_gets_another_identifier() -> None:
    other = replace(sources.withdrawal(), reference="019a8d2e-0000-7000-8000-000000000000")
    ids = [re.findall(rb"/ID \[.*?\]", pdf.render(each)) for each in (sources.withdrawal(), other)]
    assert ids[0] != ids[1]


@pytest.mark.req("ES-05")
def test_the_attached_data_equals_the_source(
    sealed_sharing: bytes, run: Callable[..., str], tmp_path: Path
) -> None:
    run(sealed_sharing, "pdfdetach", "-saveall", "DOC")
    data = json.loads((tmp_path / "data.json").read_text())
    assert data == to_json(sources.sharing())
    assert from_json(data) == sources.sharing()
    shown = (tmp_path / "text-as-shown.txt").read_text()
    assert text_sha256(shown) == sources.sharing().evidence.text_sha256
    attached = PdfFileReader(BytesIO(sealed_sharing)).root["/AF"]
    assert [each.get_object()["/AFRelationship"] for each in attached] == ["/Data", "/Source"]


def test_a_disclosure_has_nothing_behind_its_pages(run: Callable[..., str]) -> None:
    assert "0 embedded files" in run(pdf.render(sources.disclosure()), "pdfdetach", "-list", "DOC")


@pytest.mark.req("ES-19")
def test_no_personal_word_is_in_the_metadata(sealed: bytes, run: Callable[..., str]) -> None:
    known = run(sealed, "pdfinfo", "DOC") + run(sealed, "pdfinfo", "-meta", "DOC")
    known += run(sealed, "pdfinfo", "-custom", "DOC") + run(sealed, "pdfdetach", "-list", "DOC")
    assert "Title:" in known
    assert not re.search(r"Adler|Jon\b|Dana|Reyes|Lind|Berlin", known)


@pytest.mark.req("ES-10", "ES-11")
def test_a_sealed_document_is_tagged_and_carries_both_marks(
    sealed: bytes, run: Callable[..., str]
) -> None:
    assert re.search(r"Tagged:\s+yes", run(sealed, "pdfinfo", "DOC"))
    metadata = run(sealed, "pdfinfo", "-meta", "DOC")
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="U"' in metadata
    assert re.search(r'pdfuaid:part(="|>)1', metadata)
    assert "pdfaExtension:schemas" in metadata
    assert b"/Lang (en)" in sealed


@pytest.mark.req("ES-10")
def test_fonts_are_inside_and_map_to_unicode(sealed: bytes, run: Callable[..., str]) -> None:
    rows = run(sealed, "pdffonts", "DOC").splitlines()[2:]
    assert rows
    for row in rows:
        embedded, _subset, unicode = row.split()[-5:-2]
        assert (embedded, unicode) == ("yes", "yes"), row


def test_the_file_is_well_formed(sealed: bytes, run: Callable[..., str]) -> None:
    assert "No syntax or stream encoding errors" in run(sealed, "qpdf", "--check", "DOC")


class _Listener(BaseHTTPRequestHandler):
    visits: list[str]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A web server on loopback and the list of who came."""
    visits: list[str] = []
    handler = type("Handler", (_Listener,), {"visits": visits})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, visits
    server.shutdown()
    server.server_close()


def _baited(port: int, words: str) -> ConsentDocument:
    bait = words.replace("PORT", str(port))
    source = sources.sharing()
    return replace(source, title=bait, client=bait, text=f"{bait}\n\n{source.text}")


BAITS = [
    "![x](http://127.0.0.1:PORT/image.png)",
    '<img src="http://127.0.0.1:PORT/image.png">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '"><style>@import url(http://127.0.0.1:PORT/x.css)</style>',
    "<object data=file:///etc/passwd></object>",
    '{% include "/etc/passwd" %}',
]


@pytest.mark.parametrize("bait", BAITS)
def test_nothing_is_fetched_whatever_a_text_says(
    bait: str, listener: tuple[int, list[str]], run: Callable[..., str]
) -> None:
    port, visits = listener
    made = pdf.render(_baited(port, bait))
    assert visits == []
    assert "root:" not in run(made, "pdftotext", "DOC", "-")
    assert "2 embedded files" in run(made, "pdfdetach", "-list", "DOC")


def test_a_template_that_asks_for_something_gets_nothing(
    monkeypatch: pytest.MonkeyPatch, listener: tuple[int, list[str]], run: Callable[..., str]
) -> None:
    port, visits = listener
    html = (
        f'<html lang="en"><title>x</title><link rel="stylesheet" href="http://127.0.0.1:{port}/a">'
        f'<link rel="attachment" href="file:///etc/passwd"><img alt="" src="http://127.0.0.1:{port}/">'
        '<object data="file:///etc/passwd"></object><p>words</p></html>'
    )
    css = f'@import "http://127.0.0.1:{port}/c.css"; p {{ background: url(file:///etc/passwd) }}'
    monkeypatch.setattr(
        rendering, "render_to_string", lambda name, *_: css if name.endswith(".css") else html
    )
    made = pdf.render(sources.disclosure())
    assert visits == []
    assert "0 embedded files" in run(made, "pdfdetach", "-list", "DOC")
    assert run(made, "pdftotext", "DOC", "-").split() == ["words"]


def test_without_pango_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPango:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libgobject-2.0-0'")

    monkeypatch.setattr("sys.meta_path", [NoPango()])
    monkeypatch.delitem(__import__("sys").modules, "weasyprint", raising=False)
    assert "apt-get install libpango-1.0-0" in str(pdf.missing_library())
    with pytest.raises(pdf.PangoIsMissing):
        pdf.render(sources.withdrawal())


def test_metadata_that_is_not_what_we_know_is_not_patched() -> None:
    metadata = SimpleNamespace(extra={"Type": "/Metadata"}, stream=[b"<other/>"], compress=True)
    with pytest.raises(ValueError, match="metadata"):
        finish(None, SimpleNamespace(objects=[metadata], catalog={}))


def test_with_pango_nothing_is_missing() -> None:
    assert pdf.missing_library() is None
