"""What leaves with one member of a couple, family or group, and what never does (DESIGN 7)."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import consent.actions
import consent.queries
import records.actions
from clients.domain import CaseKind
from consent.domain.documents import RecipientShown
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.domain import (
    SHARED_EXISTS,
    AddendumKind,
    Attendance,
    Leaves,
    decide_leaves,
    has_roster,
    names_in,
    spellings,
    without_names,
)
from records.models import NotePart
from tests.consent import steps
from tests.records.several import add, of_both, part_of, sign, write
from tests.records.writing import hold_session
from tests.world import NAMES, World, assign, case_of, take_in

if TYPE_CHECKING:
    import psycopg

    from consent.domain.documents import Pack

# -- the rule --------------------------------------------------------------------------------------

PEOPLE = tuple(UUID(int=number) for number in range(1, 5))
some = st.frozensets(st.sampled_from(PEOPLE))
facts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(CaseKind),
        "member": st.sampled_from(PEOPLE),
        "present": some,
        "adults": some,
        "agreed": some,
        "has_shared": st.booleans(),
        "has_own": st.booleans(),
        "ordered": st.booleans(),
    }
)


def leaves(said: dict[str, Any], **changes: Any) -> Leaves:
    said = said | changes
    return decide_leaves(said.pop("kind"), **said)


@pytest.mark.req("AC-05")
@given(facts, st.sampled_from([CaseKind.COUPLE, CaseKind.FAMILY]))
def test_what_is_about_a_couple_or_family_leaves_only_with_everybody_or_a_court(
    said: dict[str, Any], kind: CaseKind
) -> None:
    concerned = said["member"] in said["adults"]
    freely = leaves(said, kind=kind, ordered=False, has_shared=True)
    assert freely.shared == (concerned and said["adults"] <= said["agreed"])
    assert leaves(said, kind=kind, ordered=True, has_shared=True).shared == concerned


@given(facts, st.sampled_from(PEOPLE))
def test_who_takes_their_word_back_lets_nothing_more_leave(
    said: dict[str, Any], person: UUID
) -> None:
    before, after = leaves(said), leaves(said, agreed=said["agreed"] - {person})
    assert after.shared <= before.shared
    assert after.own == before.own


@given(facts)
def test_nothing_leaves_that_was_not_written(said: dict[str, Any]) -> None:
    found = leaves(said)
    assert found.shared <= said["has_shared"]
    assert found.told <= said["has_shared"]
    assert found.own <= said["has_own"]
    assert not (found.shared and found.told)


@given(facts)
def test_a_shared_part_that_stays_is_told_of_in_one_line(said: dict[str, Any]) -> None:
    found = leaves(said)
    if said["kind"] in {CaseKind.COUPLE, CaseKind.FAMILY} and said["member"] in said["adults"]:
        assert found.told == (said["has_shared"] and not found.shared)
    else:
        assert not found.told


@pytest.mark.req("AC-05")
@given(facts)
def test_nobody_takes_along_a_session_they_had_no_part_in(said: dict[str, Any]) -> None:
    if said["kind"] is not CaseKind.INDIVIDUAL:
        away = leaves(said, present=frozenset(), adults=frozenset())
        assert away == Leaves(shared=False, own=False, told=False)


@given(facts)
def test_a_groups_shared_part_travels_with_a_members_own(said: dict[str, Any]) -> None:
    if said["kind"] is CaseKind.GROUP:
        found = leaves(said)
        assert found.shared == (
            said["has_shared"] and (found.own or said["member"] in said["present"])
        )


@given(st.sampled_from(CaseKind))
def test_only_a_group_is_written_about_without_names(kind: CaseKind) -> None:
    assert without_names(kind) == (kind is CaseKind.GROUP)
    assert has_roster(kind) == (kind is not CaseKind.INDIVIDUAL)


# -- names in a text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Rosa", "rosa came late, ROSA's bus, Rosas Mutter, rose", ["rosa", "ROSA", "Rosas"]),
        ("José", "Jose and José", ["Jose", "José"]),
        ("Jose", "Jos\u00e9 and Jose\u0301", ["Jos\u00e9", "Jose\u0301"]),
        ("Anne-Marie", "Anne-Marie, anne marie, Marie", ["Anne-Marie", "anne marie", "Marie"]),
        ("van der Berg", "van der Berg; der Weg; Berg", ["van der Berg", "Berg"]),
        ("Jo", "Jo said jo", ["Jo"]),
        ("O\u2019Neil", "the O'Neil house", ["O'Neil"]),
        ("J", "J. said", []),
        ("Weiß", "WEISS, weiss", ["WEISS", "weiss"]),
        ("Li", "**Li** and _Li_", ["Li", "Li"]),
        ("", "nobody", []),
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, text: str, found: list[str]) -> None:
    passages = names_in(text, spellings([name]))
    assert [text[one.start : one.end] for one in passages] == found


letters = st.text(
    st.characters(whitelist_categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=4, max_size=12
)


@given(letters.map(str.capitalize), st.text(max_size=40), st.text(max_size=40))
def test_a_name_that_stands_alone_is_always_found(name: str, before: str, after: str) -> None:
    text = f"{before} {name} {after}"
    found = {text[one.start : one.end] for one in names_in(text, spellings([name]))}
    assert name in found


@given(st.text(max_size=80), st.lists(letters, max_size=4))
def test_passages_are_in_order_and_apart(text: str, names: list[str]) -> None:
    found = names_in(text, spellings(names))
    assert all(one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


# -- composed --------------------------------------------------------------------------------------


def world() -> World:
    return World.build()


def couples_note(there: World) -> UUID:
    note = of_both(there)
    with as_actor(there.dana):
        records.actions.add_addendum(
            actor=there.dana, note_id=note, kind=AddendumKind.CORRECTION, text="Of both, later."
        )
    for client, text in ((there.ana, "Of Ana, later."), (there.ben, "Of Ben, later.")):
        add(there.dana, part_of(there.dana, client), text)
    return note


def allows(there: World, who: str, **changes: Any) -> UUID:
    """Have one of the couple sign that notes may go to a recipient; give the consent."""
    client = getattr(there, who)
    asked = steps.ask(there, client=client, **changes)
    actor = steps.open_by_link(steps.send(there, asked), client)
    shown = steps.read_through(asked, actor, steps.YES)
    steps.sign(asked, actor, shown, name=" ".join(NAMES[who]))
    with as_actor(there.dana):
        return consent.queries.live_consents(client, sharing=True)[0].id


def preview(there: World, note: UUID, permission: UUID | None) -> Pack:
    with as_actor(there.dana):
        return records.actions.compose_pack(
            actor=there.dana, client_id=there.ana, to=steps.EVA.name, note_ids=[note],
            consent_id=permission,
        )  # fmt: skip


def words(pack: Pack) -> set[str]:
    return {one.text for one in pack.sections} | {
        added.text for one in pack.sections for added in one.addenda
    }


@pytest.mark.django_db
@pytest.mark.req("AC-05", "CL-05")
def test_ana_alone_takes_her_own_part_and_a_line(db: None) -> None:
    there = world()
    note, permission = couples_note(there), allows(there, "ana")
    assert words(preview(there, note, permission)) == {
        "Of Ana.", "Of Ana, later.", SHARED_EXISTS,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("AC-05", "CL-05")
def test_with_both_the_shared_part_goes_and_bens_own_never(db: None) -> None:
    there = world()
    note, permission = couples_note(there), allows(there, "ana")
    # the same recipient as Ben writes them, who are something else to him
    allows(there, "ben", new_recipient=dataclasses.replace(
        steps.EVA, name=steps.EVA.name.upper(), role="psychiatrist"
    ))  # fmt: skip
    assert words(preview(there, note, permission)) == {
        "Of both.", "Of both, later.", "Of Ana.", "Of Ana, later.",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("CL-05")
@pytest.mark.parametrize(
    "otherwise",
    [
        {"new_recipient": RecipientShown("Dr Other", "GP", "Lind Surgery", "Am Markt 2, Berlin")},
        {"new_recipient": dataclasses.replace(steps.EVA, address="Elsewhere 1")},
        {"purpose": "insurer"},
    ],
    ids=["another recipient", "another address", "another purpose"],
)
def test_what_ben_allowed_otherwise_is_no_word_to_this(db: None, otherwise: dict[str, Any]) -> None:
    there = world()
    note, permission = couples_note(there), allows(there, "ana")
    allows(there, "ben", **otherwise)
    assert "Of both." not in words(preview(there, note, permission))


@pytest.mark.django_db
@pytest.mark.req("CL-05", "CL-06")
def test_ben_stops_it_between_the_preview_and_the_hand_over(db: None) -> None:
    there = world()
    note, permission = couples_note(there), allows(there, "ana")
    his = allows(there, "ben")
    pack = preview(there, note, permission)
    with as_actor(there.ben_portal):
        consent.actions.withdraw(actor=there.ben_portal, consent_id=his)
    with pytest.raises(Stale), as_actor(there.dana):
        records.actions.share_notes(
            actor=there.dana, client_id=there.ana, consent_id=permission, to=steps.EVA.name,
            note_ids=[note], previewed=consent.actions.content_sha256(pack),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("DS-01")
def test_what_both_allowed_is_handed_over(db: None) -> None:
    there = world()
    note, permission = couples_note(there), allows(there, "ana")
    allows(there, "ben")
    pack = preview(there, note, permission)
    with as_actor(there.dana):
        assert records.actions.share_notes(
            actor=there.dana, client_id=there.ana, consent_id=permission, to=steps.EVA.name,
            note_ids=[note], previewed=consent.actions.content_sha256(pack),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("CL-05")
def test_the_gate_asks_for_the_others_word_once_more(db: None) -> None:
    there = world()
    couples_note(there)
    permission, his = allows(there, "ana"), allows(there, "ben")
    said: dict[str, Any] = {
        "actor": there.dana, "client_id": there.ana, "case_id": there.couple_case,
        "consent_id": permission, "pack": steps.PACK, "note_ids": [],
        "categories": ["session_notes"], "also": [his],
    }  # fmt: skip
    with as_actor(there.dana):
        assert consent.actions.disclose(**said)
    with as_actor(there.ben_portal):
        consent.actions.withdraw(actor=there.ben_portal, consent_id=his)
    with pytest.raises(Refused, match="no-permission"), as_actor(there.dana):
        consent.actions.disclose(**said)


def group_note(there: World) -> tuple[UUID, UUID, UUID, UUID]:
    """Have Tom come and Jon stay away; only a word about Jon is written. Gives note and people."""
    tom = take_in(there.fred, "tom", kind=CaseKind.GROUP)
    case = case_of(there.fred, tom)
    jon, ana = (take_in(there.fred, who, case_id=case) for who in ("jon", "ana"))
    assign(there.fred, case, there.dana)
    session = hold_session(there.dana, case)
    with as_actor(there.dana):
        records.actions.set_roster(
            actor=there.dana, session_id=session,
            came={tom: Attendance.ATTENDED, jon: Attendance.NO_SHOW, ana: Attendance.CANCELLED},
        )  # fmt: skip
    write(there.dana, session, "Of the session.", {jon: "He rang."})
    note = sign(there.dana, session)
    return note, tom, jon, ana


@pytest.mark.django_db
@pytest.mark.req("AC-05")
def test_of_a_group_each_takes_what_is_about_them(db: None) -> None:
    there = world()
    note, tom, jon, ana = group_note(there)
    found = {}
    for client in (tom, jon, ana):
        with as_actor(there.dana):
            (one,) = records.actions.member_record(
                actor=there.dana, client_id=client, note_ids=[note]
            )
        found[client] = (one.shared, one.own.text if one.own else None, one.holds_nothing)
    assert found == {
        tom: ("Of the session.", None, False),
        jon: ("Of the session.", "He rang.", False),
        ana: (None, None, True),
    }
    with pytest.raises(Invalid), as_actor(there.dana):
        records.actions.compose_pack(
            actor=there.dana, client_id=ana, to=steps.EVA.name, note_ids=[note]
        )


@pytest.mark.django_db
@pytest.mark.req("AC-05")
def test_anas_own_copy_has_what_is_about_both_once_ben_lets_her(db: None) -> None:
    there = world()
    couples_note(there)

    def copy(**said: Any) -> tuple[str | None, str | None, bool]:
        with as_actor(there.dana):
            (one,) = records.actions.member_record(actor=there.dana, client_id=there.ana, **said)
        return one.shared, one.own.text if one.own else None, one.leaves.told

    assert copy() == (None, "Of Ana.", True)
    assert copy(ordered=True) == ("Of both.", "Of Ana.", False)
    her = RecipientShown(" ".join(NAMES["ana"]), "partner", "", "")
    allows(there, "ben", new_recipient=her, purpose="care_together")
    assert copy() == ("Of both.", "Of Ana.", False)


@pytest.mark.django_db
@pytest.mark.req("AC-05")
def test_no_event_of_what_left_with_ana_tells_of_bens_part(
    db: None, root: psycopg.Connection[Any]
) -> None:
    there = world()
    couples_note(there)
    with as_actor(there.dana):
        records.actions.member_record(actor=there.dana, client_id=there.ana)
        parts = {one.client_id: str(one.id) for one in NotePart.objects.all()}
    (said,) = root.execute(
        "SELECT payload FROM audit_event WHERE kind = 'notes.composed'"
    ).fetchall()
    assert parts[there.ana] in said[0]
    assert parts[there.ben] not in said[0]


@pytest.mark.django_db
@pytest.mark.req("AC-02")
@pytest.mark.parametrize(("who", "why"), [("sam", NotThere), ("tess", Refused), ("vera", Refused)])
def test_nobody_else_composes_a_members_record(db: None, who: str, why: type[Exception]) -> None:
    there = world()
    couples_note(there)
    with pytest.raises(why), as_actor(getattr(there, who)):
        records.actions.member_record(actor=getattr(there, who), client_id=there.ana)
