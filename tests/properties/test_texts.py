"""What is written and read back: events, checkpoints, witness lines, addresses, Markdown, dates."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import RequestFactory
from hypothesis import assume, example, given
from hypothesis import strategies as st

from audit import checkpoint, witness
from audit.domain import NotCanonical, canonical, parse_cursor
from clients.domain import references
from consent.domain import prose
from counselling import env, typed
from counselling.accounts import domain, queries
from tests.properties.often import often

if TYPE_CHECKING:
    import pathlib

keepable = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | keepable,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcdefgh_", max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


# -- events ------------------------------------------------------------------------------------


@pytest.mark.req("AT-04")
@often
@given(plain)
def test_an_event_reads_back_as_it_was_written_and_is_written_one_way(value: Any) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert canonical(_turned(value)) == text


def _turned(value: Any) -> Any:
    """Give the same value with its keys in another order."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(list(value))}
    return [_turned(one) for one in value] if isinstance(value, list) else value


@often
@given(plain, st.sampled_from([1.5, float("nan"), b"x", "\ud800", "a\x00", 2**53, {1: 2},
                               {"é": 1}, datetime.date(2026, 1, 1), object(), ("a",),
                               {"a": 0.0}]))  # fmt: skip
def test_what_has_no_one_way_to_be_written_is_refused_however_deep(value: Any, odd: Any) -> None:
    for whole in (odd, [value, odd], {"a": [value, {"b": odd}]}):
        with pytest.raises(NotCanonical):
            canonical(whole)


@pytest.mark.django_db
def test_postgresql_reads_every_event_as_python_does(root: Any) -> None:
    @often
    @given(plain)
    def reads(value: Any) -> None:
        text = canonical(value)
        (kept,) = root.execute("SELECT %s::jsonb", [text]).fetchone()
        assert kept == value
        (length,) = root.execute("SELECT octet_length(convert_to(%s, 'UTF8'))", [text]).fetchone()
        assert length == len(text.encode())

    reads()


# -- notes and witnesses -----------------------------------------------------------------------


class Signer:
    """Signs with a key that fits nothing; what is tested is the writing."""

    name = "counselling.audit"
    public_key = bytes(32)

    def sign(self, message: bytes, /) -> bytes:
        """Give 64 bytes that depend on the message."""
        return (base64.b64encode(message) * 64)[:64]


@pytest.mark.req("AT-04")
@often
@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32), st.data())
def test_a_checkpoint_with_one_other_letter_is_another_or_none(
    size: int, root: bytes, data: st.DataObject
) -> None:
    note = checkpoint.sign(checkpoint.Checkpoint("counselling.audit", size, root), Signer())
    read = checkpoint.parse(note)
    assert read.checkpoint == checkpoint.Checkpoint("counselling.audit", size, root)
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != note[at]))
    try:
        changed = checkpoint.parse(note[:at] + other + note[at + 1 :])
    except checkpoint.Malformed:
        return
    assert changed != read


@often
@given(st.text() | st.text("0123456789\n +/=AQ\u2014.", max_size=200))
def test_whatever_is_no_checkpoint_is_called_so(text: str) -> None:
    with pytest.raises(checkpoint.Malformed):
        checkpoint.parse(text)
    assert checkpoint.size_of(text) == 0


@often
@given(
    st.lists(st.binary(max_size=120) | plain.map(lambda one: json.dumps(one).encode()), max_size=6)
)
@example([b"[" * 100_000])
@example([b'{"at": "2026-11-16T09:00:00", "note": "x"}', b'{"at": "2026-11-16", "note": 7}'])
@example([b'{"at": 1, "note": "x"}', b"\xff\xfe", b"1" * 5000])
def test_a_witness_file_of_any_bytes_gives_whole_lines_only(
    tmp_path: pathlib.Path, lines: list[bytes]
) -> None:
    path = tmp_path / "checkpoints"
    path.write_bytes(b"\n".join(lines))
    for line in witness.lines_of(path):
        assert isinstance(line.note, str)
        assert line.at.tzinfo is not None
    path.unlink()
    file = witness.FileWitness(path)
    path.write_bytes(b"\n".join(lines))
    file.tell("a note", datetime.datetime(2026, 11, 16, tzinfo=datetime.UTC))
    assert witness.lines_of(path)[-1].note == "a note"


@often
@given(st.text())
@example("2026-11-16T09:00:00+00:00~" + "0" * 32)
@example("2026-11-16T09:00:00~" + "0" * 32)
def test_a_cursor_is_read_or_is_none(text: str) -> None:
    found = parse_cursor(text)
    assert found is None or found[0].tzinfo


# -- Markdown ----------------------------------------------------------------------------------

NASTY = st.sampled_from([
    "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](http://x.example/y)",
    "<http://x.example>", "[a]: http://x.example\n\n[a]", "<!--", "]]>", "<svg/onload=1>",
    "```\n<b>", "&lt;script&gt;", "&#106;avascript:", "<a href='data:text/html,x'>",
    "[a](<javascript:x>)",
    "\n# ", "\n1) ", "> ", "\n---\n", "<style>@import 'x'", "\\", "`", "\u2028", "<p style='x'>",
    "http://x.example", "mailto:a@x.example", "&amp;", "<math><mi//xlink:href='x'>",
])  # fmt: skip
markdown = st.lists(NASTY | st.text(max_size=20), max_size=12).map("".join)


class Tags(HTMLParser):
    """Notes every tag and attribute of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


@often
@given(markdown, st.integers(2, 6))
def test_no_text_becomes_a_tag_an_attribute_or_an_address_that_is_not_allowed(
    text: str, heading: int
) -> None:
    found = Tags(prose.to_html(text, heading=heading))
    assert found.tags <= prose.TAGS | {f"h{heading}"}
    assert found.attributes <= {("ol", "start")}


@often
@given(keepable | markdown)
def test_a_name_in_a_form_means_only_itself(name: str) -> None:
    shown = Tags(prose.to_html("Before " + prose.escape(name) + " after"))
    assert shown.tags <= {"p"}
    assume("\r" not in name)
    said = " ".join(("Before " + name.replace("\x00", "\ufffd") + " after").split())
    assert " ".join(shown.words.split()) == said


# -- addresses, links, codes -------------------------------------------------------------------


@pytest.mark.req("WH-07")
@often
@given(
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=80),
    st.integers(0, 3),
)
def test_an_address_is_what_our_own_proxy_added_whatever_was_forged(
    said: str, proxies: int
) -> None:
    from unittest import mock

    header = ", ".join([said, *(f"203.0.113.{one}" for one in range(proxies))]) if said else ""
    request = RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers={"X-Forwarded-For": header})
    with mock.patch("counselling.accounts.queries.asking.settings") as told:
        told.PROXIES = proxies
        address = queries.address_of(request)
    if proxies and said:
        assert address == "203.0.113.0"
    elif not proxies:
        assert address == "10.0.0.1"
    assert isinstance(domain.neighbourhood(address), str)


@often
@given(st.text(max_size=60) | st.ip_addresses().map(str))
def test_a_neighbourhood_is_found_for_any_text_and_is_its_own(text: str) -> None:
    found = domain.neighbourhood(text)
    assert domain.neighbourhood(found.removesuffix("/64")) in {found, found.removesuffix("/64")}


@pytest.mark.req("WH-07")
@often
@given(st.text(max_size=40) | st.lists(st.sampled_from(
    ["/", "\\", "//", "https:", "evil.example", "@", "?", "#", ".", "%2f", "\t", "today", ":"]),
    max_size=7).map("".join))  # fmt: skip
def test_no_next_address_leads_off_this_site(address: str) -> None:
    led = domain.local_path(address, "/today")
    whole = urlsplit(urljoin("https://practice.example/sign-in", led))
    assert (whole.scheme, whole.netloc) == ("https", "practice.example")
    assert "\\" not in led
    assert not led.startswith("//")


@often
@given(st.text(max_size=30))
def test_a_reference_is_read_or_is_none(text: str) -> None:
    for one in references.readings(text):
        assert references.readings(one)
    for made in (references.new_client_reference(), references.new_case_reference()):
        assert made in references.readings(made.lower().replace("-", " "))


@often
@given(st.text(max_size=40))
def test_a_code_is_plain_or_refused_and_spaces_never_matter(text: str) -> None:
    plain_code = domain.plain_code(text)
    assert domain.plain_code(plain_code) == plain_code
    assert domain.plain_code(domain.shown_code(plain_code)) == plain_code


# -- what is typed, and what is configured -----------------------------------------------------


@often
@given(st.text(max_size=60))
def test_what_is_typed_is_cleaned_once_for_all(said: str) -> None:
    for clean in (typed.text, typed.line):
        assert clean(clean(said)) == clean(said)
    for field in (
        typed.Text(required=False),
        typed.Line(required=False),
        typed.Day(required=False),
    ):
        with contextlib.suppress(ValidationError):
            field.clean(said)


@often
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20))
@example("²")  # a digit that is no number
def test_a_setting_is_understood_or_refused_in_words(value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNSELLING_TRIAL", value)
        assert isinstance(env.flag("COUNSELLING_TRIAL", default=False), bool)
        assert "" not in env.words("COUNSELLING_TRIAL")
        with contextlib.suppress(ImproperlyConfigured):
            assert env.number("COUNSELLING_TRIAL", 1) >= 0


@often
@given(st.integers(0, 10**9))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNSELLING_TRIAL", f" {number} ")
        assert env.number("COUNSELLING_TRIAL", 0) == number
