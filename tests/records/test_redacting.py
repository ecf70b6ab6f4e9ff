"""Names and passages left out of what is shared: found however written, gone, and nothing else."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clients.actions
import consent.actions
from clients.domain.guardians import GuardianDetails
from consent.domain.documents import AddendumKind, Pack, Section, SharedAddendum, SharedStatement
from consent.domain.prose import to_html
from counselling.db import as_actor
from counselling.errors import NotThere
from records import actions
from records.domain.redacting import (
    Choices,
    KnownName,
    fields_of,
    known,
    not_found,
    propose,
    redact,
    words_in,
)
from tests.consent import steps
from tests.world import NAMES, World

if TYPE_CHECKING:
    from typing import Any

    import psycopg

JONAS = known("client:j", "another client", "Jonas Berg", "Jonas", "Berg")
ANNA = known("client:a", "another client", "Anna Berg", "Anna", "Berg")
OUT = "\u27e6name left out\u27e7"
AT = datetime.datetime(2026, 11, 3, 9, 0, tzinfo=datetime.UTC)
PASSAGE = "\u27e6passage left out\u27e7"


def pack_of(text: str) -> Pack:
    return Pack("Notes", "Dr Lind", (Section("Session", "By Dana Roth.", text),))


def left(text: str, *names: KnownName, choices: Choices | None = None) -> str:
    pack = pack_of(text)
    gone = redact(pack, propose(pack, names or (JONAS,)), choices or Choices())
    return gone.sections[0].text


# -- found however it is written -------------------------------------------------------------------


@pytest.mark.req("DS-04")
@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Jonas came.", f"{OUT} came."),
        ("jonas and JONAS", f"{OUT} and {OUT}"),
        ("Jonas Berg's dog, Bergs Hund", f"{OUT}'s dog, {OUT} Hund"),
        ("**Jonas**, _Jonas_, `Jonas`", f"**{OUT}**, _{OUT}_, `{OUT}`"),
        ("Jo**nas** went", f"{OUT}** went"),
        ("J&#111;nas and J&#x6f;nas", f"{OUT} and {OUT}"),
        ("Jo\u00adnas, Jo\u200bnas", f"{OUT}, {OUT}"),
        ("J\u00f3nas", OUT),
        ("Jonas\nBerg", OUT),
        ("Jonas: yes\n\nBerg", f"{OUT}: yes\n\n{OUT}"),
        ("Jonaset, Heidelberg, berging", "Jonaset, Heidelberg, berging"),
        ("", ""),
    ],
)
def test_a_name_is_left_out_however_it_is_written(text: str, after: str) -> None:
    assert left(text) == after


def test_a_name_is_left_out_of_every_text_of_a_pack_and_counted() -> None:
    section = Section(
        "Session with Jonas",
        "Signed by Jonas Berg",
        "Jonas.",
        (SharedAddendum(AddendumKind.CORRECTION, "Jonas Berg", AT, "No, Jonas."),),
        (SharedStatement("Said", "the client", AT, "Jonas & Jonas"),),
    )
    pack = Pack("About Jonas", "Dr Lind", (section,))
    gone = redact(pack, propose(pack, [JONAS]), Choices())
    assert gone.left_out == 6
    assert all("Jonas" not in text for text in fields_of(gone))
    # who signed what stays: the reader has to know whose word it is
    assert gone.sections[0].meta == section.meta
    assert gone.sections[0].addenda[0].author == "Jonas Berg"
    assert consent.actions.content_sha256(gone) != consent.actions.content_sha256(pack)


def test_a_word_of_the_clients_own_name_is_no_secret_alone() -> None:
    mother = known("guardian:m", "mother", "Mia Wind", but=words_in("Ana Wind"))
    assert left("Mia Wind and Wind and Mia", mother) == f"{OUT} and Wind and {OUT}"


def test_a_title_is_nobodys_name_and_an_organisation_counts_whole() -> None:
    assert left("Dr. Heyde, Dr. Lind", known("s", "", "Dr. Heyde")) == f"{OUT}, Dr. Lind"
    insurer = known("r", "", "Gesundheit Plus Kasse", whole=True)
    text = left("Gesundheit zuerst, Gesundheit Plus Kasse, die Kasse", insurer)
    assert text == f"Gesundheit zuerst, {OUT}, die {OUT}"


# -- chosen ----------------------------------------------------------------------------------------


def test_a_name_left_in_stays_and_a_place_says_otherwise() -> None:
    pack = pack_of("Jonas, then Jonas.")
    first, second = propose(pack, [JONAS])
    inside = Choices(names={"client:j": False})
    assert redact(pack, (first, second), inside) == pack
    at_one = Choices(names={"client:j": False}, places={second.place: True})
    assert redact(pack, (first, second), at_one).sections[0].text == f"Jonas, then {OUT}."
    here = Choices(places={first.place: False})
    assert redact(pack, (first, second), here).sections[0].text == f"Jonas, then {OUT}."


def test_a_surname_that_two_share_stays_out_until_both_are_left_in() -> None:
    one = Choices(names={"client:j": False})
    both = Choices(names={"client:j": False, "client:a": False})
    assert left("Jonas. Anna and Berg", JONAS, ANNA, choices=one) == f"Jonas. {OUT} and {OUT}"
    assert left("Jonas. Anna and Berg", JONAS, ANNA, choices=both) == "Jonas. Anna and Berg"


@pytest.mark.parametrize(
    ("passage", "text", "after"),
    [
        ("the blue car", "In the  blue\ncar.", f"In {PASSAGE}."),
        ("the blue car", "the **blue** car", PASSAGE),
        ("first second", "- first\n- second", f"- {PASSAGE}"),
        ("a.b*c", "a.b*c and axb", f"{PASSAGE} and axb"),
        ("with jonas", "With Jonas.", f"{PASSAGE}."),
    ],
)
def test_a_passage_is_left_out_as_it_reads(passage: str, text: str, after: str) -> None:
    assert left(text, choices=Choices(passages=(passage,))) == after


def test_a_passage_that_stands_nowhere_is_said() -> None:
    assert not_found(pack_of("Here."), ("here", "there")) == ("there",)


def test_choices_are_kept_and_read_back() -> None:
    said = Choices({"staff:x": False}, {"0" * 16 + "-1-2": True}, ("a b",))
    assert Choices.from_json(said.to_json()) == said
    assert Choices.from_json({}) == Choices()


def test_places_of_another_text_are_refused() -> None:
    marks = propose(pack_of("Jonas."), [JONAS])
    with pytest.raises(ValueError, match="another text"):
        redact(pack_of("Jonas was here."), marks, Choices())


# -- and nothing else ------------------------------------------------------------------------------

pieces = st.sampled_from(
    ["Jonas", "jonas", "Berg", "Jonas Berg", "Anna", "*", "_", "`", " ", "\n", "\n\n- ", "[", "]:",
     "&#74;", "&amp;", "\u00ad", "\u200d", "A", "ß", "\u0301", ".", "wind", "\\", "<b>", "\u27e6"]
)  # fmt: skip
texts = st.lists(st.one_of(pieces, st.text(max_size=4)), max_size=30).map("".join)


@pytest.mark.req("DS-04")
@given(texts, texts)
def test_nothing_else_of_any_text_changes_and_no_name_is_left(one: str, other: str) -> None:
    section = Section("S", "m", one, (), (SharedStatement("h", "b", AT, other),))
    pack = Pack("T", "R", (section,))
    marks = propose(pack, [JONAS, ANNA])
    gone = redact(pack, marks, Choices())
    assert gone.left_out == len(marks)
    rebuilt = dataclasses.replace(gone, left_out=0)
    for number, (before, after) in enumerate(zip(fields_of(pack), fields_of(rebuilt), strict=True)):
        mine = [mark for mark in marks if mark.field == number]
        kept, at = [], 0
        for mark in mine:
            kept.append(before[at : mark.start])
            at = mark.end
        assert after == OUT.join([*kept, before[at:]])
    assert propose(gone, [JONAS, ANNA]) == ()


@given(texts)
def test_what_is_all_left_in_is_the_very_pack(text: str) -> None:
    pack = pack_of(text)
    stays = Choices(names={"client:j": False, "client:a": False})
    assert redact(pack, propose(pack, [JONAS, ANNA]), stays) == pack


def test_a_line_is_never_lost_because_it_looks_like_a_links_address() -> None:
    assert to_html(left("Jonas: yes\n\n[Jonas]: yes")).count("yes") == 2
    assert to_html("[1]: below") == "<p>[1]: below</p>\n"


# -- whom the system knows, and the actor sees -----------------------------------------------------


@pytest.fixture
def world(db: None) -> World:
    return World.build()


NAMED = "With {} and {} and {} and {}, Sam Idris, Vera Lindqvist, Priya and Mara."


def said(world: World) -> Pack:
    """Name the client, one of the same counsellor's clients, a hidden one, and staff."""
    text = NAMED.format(*(NAMES[who][0] for who in ("mara", "ana", "jon", "tom")))
    section = Section("Session", "In the room. Signed by Vera Lindqvist, Tuesday.", text)
    return Pack("Notes", steps.EVA.name, (section,))


def look(world: World, pack: Pack, **choices: Any) -> actions.LookedThrough:
    with as_actor(world.dana):
        return actions.look_through(
            actor=world.dana,
            client_id=world.mara,
            case_id=world.mara_case,
            pack=pack,
            choices=Choices(**choices),
            language="en",
        )


@pytest.mark.django_db
@pytest.mark.req("DS-04", "AC-02")
def test_only_who_the_actor_sees_is_proposed_so_it_is_no_oracle(world: World) -> None:
    found = {one.name: one.who for one in look(world, said(world)).names}
    whole = {who: " ".join(NAMES[who]) for who in NAMES}
    assert found == {
        whole["ana"]: "another client",
        "Sam Idris": "works here",
        "Priya Nair": "works here",
    }
    # Jon and Tom are others' clients; Vera signed it; Mara is the client


@pytest.mark.django_db
def test_the_event_names_who_was_opened_and_never_who_was_not(
    world: World, root: psycopg.Connection[Any]
) -> None:
    look(world, said(world))
    (payload,) = root.execute(
        "SELECT payload FROM audit_event WHERE payload::jsonb ->> 'kind' = 'client.listed' "
        "ORDER BY recorded DESC, id DESC LIMIT 1"
    ).fetchone() or ("",)
    assert str(world.ana) in payload
    assert str(world.mara) in payload
    for hidden in (world.jon, world.tom, world.ben):
        assert str(hidden) not in payload
    assert NAMES["ana"][0] not in payload


@pytest.mark.django_db
def test_guardians_and_whom_the_client_named_are_known_but_not_who_it_is_for(world: World) -> None:
    steps.shared_permission(world)
    with as_actor(world.fred):
        clients.actions.add_guardian(
            actor=world.fred,
            client_id=world.mara,
            details=GuardianDetails(
                name="Ludmilla Quast", relationship="aunt", authority="order of a court"
            ),
        )
    text = "Ludmilla called Evangelia Lindqvarn."
    pack = dataclasses.replace(pack_of(text), to="Insurer")
    assert look(world, pack).pack.sections[0].text == f"{OUT} called {OUT}."
    to_her = dataclasses.replace(pack, to=steps.EVA.name)
    assert look(world, to_her).pack.sections[0].text == f"{OUT} called Evangelia Lindqvarn."


@pytest.mark.django_db
def test_another_member_of_the_couple_is_known(world: World) -> None:
    first = NAMES["ben"][0]
    with as_actor(world.dana):
        looked = actions.look_through(
            actor=world.dana,
            client_id=world.ana,
            case_id=world.couple_case,
            pack=pack_of(f"{first} was late."),
            choices=Choices(),
            language="de",
        )
    assert [one.who for one in looked.names] == ["in a case with the client"]
    assert looked.pack.sections[0].text == "\u27e6Name ausgelassen\u27e7 was late."


@pytest.mark.django_db
def test_nobody_asks_about_a_client_they_do_not_see(world: World) -> None:
    with pytest.raises(NotThere), as_actor(world.dana):
        actions.known_names(
            actor=world.dana, client_id=world.jon, case_id=world.jon_case, pack=pack_of("")
        )
    with pytest.raises(NotThere), as_actor(world.dana):
        actions.known_names(
            actor=world.dana, client_id=UUID(int=7), case_id=world.mara_case, pack=pack_of("")
        )
