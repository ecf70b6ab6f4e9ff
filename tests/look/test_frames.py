"""The frames around every page: no inline code, the same words for hidden and none."""

from __future__ import annotations

import pathlib
import re

import pytest
from django.template.loader import render_to_string

ROOT = pathlib.Path(__file__).parents[2]
# a document becomes a PDF and never reaches a browser
DOCUMENTS = ROOT / "templates/documents"
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if not path.is_relative_to(DOCUMENTS)
)
STYLES = sorted((ROOT / "static/css").glob("*.css"))
ERRORS = sorted(path.stem for path in (ROOT / "templates/errors").glob("*.html"))
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE
)


@pytest.mark.req("WH-01")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_inline_code(path: pathlib.Path) -> None:
    assert not INLINE.search(path.read_text())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_stylesheet_fits_on_a_few_screens_and_names_its_layer(path: pathlib.Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 150
    assert "@layer" in text
    assert "@import" not in text


def test_every_stylesheet_is_linked() -> None:
    linked = set(re.findall(r"css/(\w+)\.css", (ROOT / "templates/layouts/base.html").read_text()))
    assert linked == {path.stem for path in STYLES}


@pytest.mark.req("AX-14")
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_stands_without_any_context(name: str) -> None:
    page = render_to_string(f"errors/{name}.html")
    assert page.count("<h1>") == 1
    assert '<html lang="en">' in page
    assert re.search(r"<title>\s*[A-Z][^<]+</title>", page)


def test_an_error_page_gives_an_id_to_quote() -> None:
    assert "8F2K-31" in render_to_string("errors/500.html", {"error_id": "8F2K-31"})


def test_not_available_is_the_same_page_for_hidden_and_none() -> None:
    hidden = render_to_string("errors/404.html", {"error_id": "8F2K-31", "message": "a row"})
    assert hidden == render_to_string("errors/404.html")


@pytest.mark.req("AX-13")
def test_the_crisis_line_ends_every_sheet() -> None:
    page = render_to_string("layouts/sheet.html", {"practice": {"crisis_line": "0800 000 000"}})
    foot = page[page.index("<footer") :]
    assert "Questions here are not read at once." in foot
    assert 'href="tel:0800000000"' in foot
