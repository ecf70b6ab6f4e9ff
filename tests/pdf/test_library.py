"""The shipped forms are whole, plain and filled without a gap; poorer ones are told why."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from consent.domain.codec import DoesNotFit, decode, encode
from consent.domain.elements import missing_elements, readable
from consent.domain.form_source import Ends, FormSource
from consent.domain.library import load_explanation, load_library, parse_form
from consent.domain.prose import escape, to_html
from consent.domain.readability import measure, syllables
from consent.domain.wording import fill, fill_explanation, placeholders, shown_text
from tests.pdf import sources

FORMS = {each.slug: each for each in load_library() if each.language == "en"}
SHARING = FORMS["share-with-named-recipient"]
AGREEMENT = FORMS["counselling-agreement"]


def test_eleven_forms_are_shipped() -> None:
    assert len(FORMS) == 11


@pytest.mark.parametrize("slug", FORMS)
@pytest.mark.req("CC-01", "CC-02", "CC-03", "CC-04", "CC-05", "CC-06", "CC-07", "CC-08", "CC-09")
@pytest.mark.req("CC-10", "CC-11", "CC-16")
def test_a_shipped_form_lacks_nothing(slug: str) -> None:
    assert missing_elements(FORMS[slug]) == []


@pytest.mark.parametrize("slug", FORMS)
@pytest.mark.req("CC-11")
def test_a_shipped_form_is_plain(slug: str) -> None:
    found = measure(readable(sources.form(slug)))
    assert found.grade <= 8
    assert found.mean_sentence <= 20


@pytest.mark.parametrize("slug", FORMS)
@pytest.mark.req("CC-20")
def test_only_the_agreement_itself_is_required_and_every_no_is_explained(slug: str) -> None:
    required = [each.code for each in FORMS[slug].clauses if each.required]
    together = {"counselling-agreement": ["begin"], "minors": ["begin"]}
    assert required == {**together, "couple-and-group": ["keep-to-myself"]}.get(slug, [])
    assert all(each.if_no for each in FORMS[slug].clauses)


def test_a_form_is_stored_as_json_and_read_back() -> None:
    assert decode(FormSource, encode(SHARING)) == SHARING


def test_filling_leaves_no_placeholder_and_takes_a_value_as_it_is() -> None:
    filled = sources.form("share-with-named-recipient")
    assert placeholders(filled) == frozenset()
    assert filled.title == "May we share information with Dr Eva Lind?"
    assert "{" not in shown_text(filled)


def test_a_missing_or_empty_particular_is_named() -> None:
    values = sources.PARTICULARS | {"purpose": "  "}
    with pytest.raises(DoesNotFit, match="purpose"):
        fill(SHARING, values)


def test_a_name_cannot_format_the_form_nor_bring_a_placeholder() -> None:
    values = sources.PARTICULARS | {"recipient": "**Eva** <b>{client}\n\n# Lind"}
    filled = fill(SHARING, values)
    assert "{client}" in filled.clauses[0].sentence
    html = to_html(filled.text)
    assert "<strong>Eva</strong>" not in html
    assert "**Eva** &lt;b&gt;{client} # Lind" in html


@pytest.mark.req("CC-21")
def test_the_text_shown_holds_every_sentence_to_be_enforced() -> None:
    filled = sources.form("counselling-agreement")
    shown = shown_text(filled)
    for clause in filled.clauses:
        assert clause.sentence in shown
        assert clause.if_no in shown
    assert filled.text.strip() in shown


@pytest.mark.req("ES-01")
def test_signing_online_is_explained_with_all_that_the_law_asks() -> None:
    text = fill_explanation(load_explanation("en"), sources.PARTICULARS).text
    for words in ("on paper", "no fee", "covers", "To change your address", "browser", "PDF"):
        assert words in text
    assert "030 555 0100" in text
    assert measure(text).plain


def _without(form: FormSource, heading: str) -> FormSource:
    start = form.text.index(f"## {heading}\n")
    end = form.text.find("\n## ", start)
    return replace(form, text=form.text[:start] + (form.text[end + 1 :] if end > 0 else ""))


@pytest.mark.parametrize("passage", SHARING.passages, ids=lambda each: each.element)
def test_a_sharing_form_without_a_passage_is_told_which(passage: Any) -> None:
    assert passage.element in missing_elements(_without(SHARING, passage.heading))


@pytest.mark.parametrize("passage", AGREEMENT.passages, ids=lambda each: each.element)
def test_an_agreement_without_a_passage_is_told_which(passage: Any) -> None:
    assert missing_elements(_without(AGREEMENT, passage.heading)) == [passage.element]


POORER: dict[str, dict[str, Any]] = {
    "CC-01": {"categories": ("all",)},
    "CC-02": {"sentence": "Someone may tell {recipient}, so that {purpose}, until {until}."},
    "CC-03": {"recipient": "practice"},
    "CC-04": {"sentence": "{counsellor} may tell {recipient}, until {until}."},
    "CC-05": {"sentence": "{counsellor} may tell {recipient}, so that {purpose}."},
    "CC-08": {"if_no": ""},
}


@pytest.mark.parametrize("element", POORER)
def test_a_clause_that_says_too_little_is_told_why(element: str) -> None:
    poorer = replace(SHARING.clauses[0], **POORER[element])
    form = replace(SHARING, clauses=(poorer, *SHARING.clauses[1:]))
    assert missing_elements(form) == [element]


def test_a_sharing_form_that_shares_nothing_lacks_the_elements_of_sharing() -> None:
    form = replace(SHARING, clauses=AGREEMENT.clauses[:1])
    assert missing_elements(form) == ["CC-01", "CC-20"]


def test_a_form_that_never_names_the_client_lacks_it() -> None:
    form = replace(SHARING, text=SHARING.text.replace("{client}", "somebody"))
    assert missing_elements(form) == ["CC-10"]


@pytest.mark.req("CC-11")
def test_a_form_in_officialese_is_refused() -> None:
    hard = (
        "Notwithstanding any contrary stipulation, the undersigned irrevocably authorises the "
        "dissemination of confidential psychotherapeutic documentation to institutional "
        "recipients whose identification the organisation determines unilaterally."
    )
    assert missing_elements(replace(SHARING, closing=(f"{hard} " * 20,))) == ["CC-11"]


SPOILED = [
    ("+++\n", ""),
    ('slug = "share-with-named-recipient"\n', ""),
    ('kind = "sharing"', 'kind = "letter"'),
    ("{counsellor} at {practice}. If", "{stranger} at {practice}. If"),
    ('code = "share-notes"', 'code = "share-summary"'),
    ('categories = ["attendance"]\nends', "ends"),
    (
        'purpose = "as_asked"\nrecipient = "named"\ncategories = ["attendance"]',
        'categories = ["a"]',
    ),
    ('recipient = "named"', 'recipient = "anybody"'),
    ("ends = { months = 12 }", 'ends = { months = 12, event = "never" }'),
    ("ends = { months = 12 }\n", ""),
    ("[[questions]]", '[[questions]]\nquestion = "?"\nanswer = "!"\n\n[[questions]]'),
]


@pytest.mark.parametrize(("old", "new"), SPOILED)
def test_a_form_that_contradicts_itself_is_refused(old: str, new: str) -> None:
    text = (files("consent") / "library" / "share_with_named_recipient.en.md").read_text("utf-8")
    assert old in text
    with pytest.raises(DoesNotFit):
        parse_form(text.replace(old, new, 1))


def test_a_form_without_clauses_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        parse_form("+++\n+++\nwords")


def test_ends_are_plain_data() -> None:
    assert SHARING.clauses[0].ends == Ends(12, "")
    assert AGREEMENT.clauses[0].ends == Ends(None, "our work together ends")


COUNTS = {"cat": 1, "table": 2, "counsellor": 3, "make": 1, "stopped": 1, "wanted": 2, "notes": 1}
COUNTS |= {"family": 3, "the": 1, "2027": 1, "don\u2019t": 1, "pages": 2, "people": 2}


@pytest.mark.parametrize("word", COUNTS)
def test_syllables_are_counted(word: str) -> None:
    assert syllables(word) == COUNTS[word]


def test_headings_do_not_count_and_a_list_item_is_a_sentence() -> None:
    found = measure("# A very long heading\n\nOne two three. Four five?\n\n- six\n- seven eight\n")
    assert (found.sentences, found.words) == (4, 8)


def test_an_empty_text_can_be_measured() -> None:
    assert measure("").words == 0


def test_mark_up_is_kept_and_everything_that_could_load_or_run_is_not() -> None:
    html = to_html("# A\n\n**b** <script>x</script> ![i](http://x/y) [l](javascript:z)\n\n3. c")
    assert "<h2>A</h2>" in html
    assert "<strong>b</strong>" in html
    assert '<ol start="3">' in html
    assert not any(tag in html for tag in ("<script", "<img", "<a ", "href"))


def test_every_heading_gets_the_level_of_its_place() -> None:
    assert to_html("# A\n\n#### B\n\nC\n---\n", heading=4).count("<h4>") == 3


@pytest.mark.parametrize("name", ["- Eva", "1. Eva", "# Eva", "> Eva", "_Eva_", "`Eva`", "&lt;"])
def test_an_escaped_name_is_shown_as_written(name: str) -> None:
    shown = to_html(escape(name)).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    assert shown.strip() == f"<p>{name}</p>"
