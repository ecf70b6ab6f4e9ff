"""What an event is, without a database."""

from __future__ import annotations

import datetime
import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import domain
from audit.domain import Act, EventKind, NotCanonical

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-domain.SAFE_INTEGER, domain.SAFE_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
)


@given(VALUES)
def test_canonical_text_says_the_same_and_says_it_one_way(value: object) -> None:
    text = domain.canonical(value)
    assert json.loads(text) == value
    assert domain.canonical(json.loads(text)) == text
    assert "\n" not in text


def test_canonical_text_is_that_of_rfc_8785() -> None:
    said = {"b": [1, True, None], "a": '\u20ac$\u000f\nA\'B"\\\\"/', "A": {}}
    assert domain.canonical(said) == (
        '{"A":{},"a":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/","b":[1,true,null]}'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.5, float("nan"), 2**53, -(2**53), b"x", ("a",), {"\u00e9": 1}, {1: 1}, {"\x00": 1},
        "a\x00b", "\ud800", ["\udfff"], {"a": object()},
    ],
)  # fmt: skip
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        domain.canonical(value)


@pytest.mark.req("AT-09")
@given(st.text())
def test_whatever_a_header_holds_can_be_written(text: str) -> None:
    cleaned = domain.clean(text)
    domain.canonical(cleaned)
    assert len(cleaned) <= domain.LONGEST
    assert not {"\n", "\r", "\x00", "\x1b", "\u2028"} & set(cleaned)


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_is_utc_with_microseconds(at: datetime.datetime) -> None:
    try:
        text = domain.instant(at)
    except OverflowError:
        return
    assert len(text) == len("2026-01-01T00:00:00.000000Z")
    assert datetime.datetime.fromisoformat(text) == at.astimezone(datetime.UTC)


def test_two_kinds_do_not_share_a_code() -> None:
    kind = EventKind("tests.twice", Act.READ, "did it")
    domain.register(kind)
    domain.register(kind)
    assert domain.kinds()["tests.twice"] == kind
    with pytest.raises(ValueError, match="share the code"):
        domain.register(EventKind("tests.twice", Act.READ, "did it otherwise"))
    with pytest.raises(ValueError, match="no code of an event"):
        domain.register(EventKind("Dana R.", Act.READ, "did it"))


def test_a_sealed_value_is_named_by_table_row_and_column() -> None:
    row = uuid4()
    assert domain.sealed_name("text", ("notes", row)) == f"notes/{row}/text"
    assert domain.sealed_name("plans.text", ("notes", row)) == f"plans/{row}/text"
    assert domain.sealed_name(f"plans/{row}/text", None) == f"plans/{row}/text"
    with pytest.raises(ValueError, match="Which row"):
        domain.sealed_name("text", None)


def _entry(**said: object) -> domain.Entry:
    basics = {
        "id": str(UUID(int=1)), "at": "2026-01-01T10:00:00.000000Z", "kind": "refused", "act": "E",
        "outcome": "refused", "actor": str(UUID(int=2)), "actor_kind": "staff", "role": "trainee",
    }  # fmt: skip
    return domain.entry(json.dumps(basics | said))


def test_an_event_reads_back_as_an_entry() -> None:
    client, case, row = uuid4(), uuid4(), uuid4()
    found = _entry(client=str(client), clients=[str(client)], case=str(case), row=str(row))
    assert (found.client, found.clients, found.case, found.row) == (client, (client,), case, row)
    assert found.sentence == "was refused"
    assert _entry(kind="gone.kind").sentence == "gone.kind"
    assert found.rows == ()
    assert _entry(rows=[str(row)]).rows == (row,)


def test_a_page_goes_on_where_the_last_one_ended() -> None:
    found = _entry()
    assert domain.parse_cursor(found.cursor) == (found.when, found.id)
    for nonsense in ("", "x~y", "2026-01-01T10:00:00~" + str(found.id), "2026-01-01T10:00:00Z"):
        assert domain.parse_cursor(nonsense) is None


def test_labels_are_put_on_by_who_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.entries, "_labels", {})
    case, person = uuid4(), UUID(int=2)
    bare = domain.labelled([_entry(case=str(case))])[0]
    assert (bare.who_label, bare.case_label) == ("trainee", "")
    domain.register_labels("person", lambda ids: {one: "Dana R." for one in ids if one == person})
    domain.register_labels("case", lambda ids: dict.fromkeys(ids, "7KQ2"))
    entries = [_entry(case=str(case)), _entry(actor=str(uuid4()), actor_kind="service")]
    assert [(one.who_label, one.case_label) for one in domain.labelled(entries)] == [
        ("Dana R.", "7KQ2"),
        ("The system", ""),
    ]
    assert domain.labelled([]) == []
