"""The pages of several people as a browser without scripts meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import clients.actions
import clients.queries
import records.actions
import records.queries
from clients.domain import CaseKind
from counselling.db import as_actor
from records.models import NotePart
from tests import people
from tests.records.several import lead_too, of_both, part_of, write
from tests.records.writing import hold_session
from tests.world import World, assign, case_of, take_in

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def dana(client: Client, world: World) -> Client:
    people.sign_in_browserless(client, world.dana)
    return client


def typed(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "record_part": "Of both.",
        "process_part": "",
        "risk": "monitored",
        "attendance": "attended",
        "modality": "in_person",
        "structure": "free",
        "version": 0,
        "tab": "a",
        f"came_{world.ana}": "attended",
        f"part_{world.ana}": "Of Ana.",
        f"came_{world.ben}": "no_show",
        f"part_{world.ben}": "",
    } | changes


@pytest.mark.req("AC-05")
def test_who_came_and_each_part_are_kept_signed_and_shown(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.couple_case)
    address = f"/sessions/{session}/draft"
    dana.post(address, typed(world, act="sign"))
    assert "Of Ana." in dana.get(f"{address}/signature").content.decode()
    note = dana.post(f"{address}/signature", {"version": 1}).headers["Location"]
    page = dana.get(note).content.decode()
    assert "Shared part" in page
    assert "Of Ana." in page
    assert "(did not come)" in page
    with as_actor(world.dana):
        assert records.queries.rosters([session])[session][world.ben] == "no_show"


@pytest.mark.req("AC-05")
def test_the_page_of_ben_says_nothing_of_ana(world: World, dana: Client) -> None:
    note = of_both(world)
    page = dana.get(f"/clients/{world.ben}/notes/{note}").content.decode()
    assert "Of both." in page
    assert "Of Ben." in page
    assert "Of Ana." not in page
    assert (
        f"/clients/{world.ben}/notes/{note}" in dana.get(f"/clients/{world.ben}").content.decode()
    )


def test_two_tabs_show_both_texts_of_a_part(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "Saved.", {world.ana: "The other tab's."})
    answer = dana.post(f"/sessions/{session}/draft", typed(world, act="keep"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The other tab&#x27;s." in page
    assert "Of Ana." in page


def test_a_part_typed_beside_a_signed_note_is_not_lost(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.couple_case)
    address = f"/sessions/{session}/draft"
    dana.post(address, typed(world, act="sign"))
    dana.post(f"{address}/signature", {"version": 1})
    late = {f"part_{world.ben}": "Ben rang later.", "version": 1, "act": "keep"}
    answer = dana.post(address, typed(world, **late))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Ben rang later." in page
    assert "Of Ana." not in page, "what is signed as it was typed is nothing to be kept"


def test_a_part_that_is_too_long_says_so_by_name(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.couple_case)
    long = "x" * 100_001
    answer = dana.post(
        f"/sessions/{session}/draft", typed(world, **{f"part_{world.ana}": long, "act": "keep"})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert long in page
    assert f'href="#id_part_{world.ana}">About Anathorpe' in page


def test_a_name_in_a_groups_shared_part_is_told_on_leaving_and_before_signing(
    world: World, dana: Client
) -> None:
    tom = take_in(world.fred, "tom", kind=CaseKind.GROUP)
    case = case_of(world.fred, tom)
    assign(world.fred, case, world.dana)
    session = hold_session(world.dana, case)
    address = f"/sessions/{session}/draft"
    said = typed(world, record_part="Then Tomasquith spoke.", act="keep")
    today = dana.post(address, said, follow=True).content.decode()
    assert "names somebody in the group" in today
    assert "Tomasquith spoke" not in today
    assert "This part names <strong data-found>Tomasquith</strong>" in (
        dana.get(address).content.decode()
    )
    dana.post(address, said | {"act": "sign", "version": 1})
    signing = dana.get(f"{address}/signature").content.decode()
    assert "This part names <strong data-found>Tomasquith</strong>" in signing
    assert dana.post(f"{address}/signature", {"version": 2}).status_code == 302


def test_what_is_added_to_a_part_stands_on_the_page(world: World, dana: Client) -> None:
    of_both(world)
    address = f"/notes/parts/{part_of(world.dana, world.ana)}/addenda/new"
    page = dana.get(address).content.decode()
    assert "Add to the part about Anathorpe" in page
    assert "Of Ben." not in page
    assert dana.post(address, {"kind": "correction", "text": ""}).status_code == 422
    done = dana.post(address, {"kind": "correction", "text": "It was once."}, follow=True)
    assert "It was once." in done.content.decode()


def test_dana_adds_sam_who_writes_for_himself_and_is_found_beside_her_note(
    world: World, dana: Client
) -> None:
    assign(world.fred, world.couple_case, world.sam)
    session = hold_session(world.dana, world.couple_case)
    address = f"/sessions/{session}/co-leaders"
    added = dana.post(address, {"person": world.sam.id, "act": "add"}, follow=True)
    assert "writes a note of their own" in added.content.decode()
    assert dana.post(address, {"person": world.sam.id, "act": "add"}).status_code == 422
    sam = _signed_in(world)
    assert f"/sessions/{session}/draft" in sam.get("/today").content.decode()
    editor = sam.get(f"/sessions/{session}/draft").content.decode()
    assert 'name="attendance"' not in editor
    assert f"part_{world.ana}" not in editor
    said = {"record_part": "", "process_part": "Mine.", "risk": "monitored", "version": 0}
    assert sam.post(f"/sessions/{session}/draft", {**said, "act": "sign"}).status_code == 302
    note = sam.post(f"/sessions/{session}/draft/signature", {"version": 1}).headers["Location"]
    assert "Nothing was written for the record" in sam.get(note).content.decode()
    write(world.dana, session, "Of both.", {})
    hers = dana.post(f"/sessions/{session}/draft/signature", {"version": 1}).headers["Location"]
    page = dana.get(hers).content.decode()
    assert "What Sam Idris wrote about this session" in page
    assert "Mine." not in dana.get(note).content.decode()


def _signed_in(world: World) -> Client:
    from tests.web.browsing import browser

    sam = browser()
    people.sign_in_browserless(sam, world.sam)
    return sam


def test_a_colleague_is_taken_back(world: World, dana: Client) -> None:
    assign(world.fred, world.couple_case, world.sam)
    session = hold_session(world.dana, world.couple_case)
    lead_too(world.dana, session, world.sam)
    address = f"/sessions/{session}/co-leaders"
    back = dana.post(address, {"person": world.sam.id, "act": "take back"}, follow=True)
    assert "Taken back." in back.content.decode()
    with as_actor(world.dana):
        assert records.queries.co_leaders(session) == ()


@pytest.mark.req("EN-11")
def test_who_has_left_the_couple_still_finishes_what_was_begun(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.couple_case)
    write(world.dana, session, "Begun.", {world.ana: "Of Ana."})
    with as_actor(world.fred):
        case = clients.queries.case_row(world.couple_case)
        clients.actions.end_assignment(actor=world.fred, assignment_id=case.assignments[0].id)
    address = f"/sessions/{session}/draft"
    page = dana.get(address).content.decode()
    assert "Of Ana." in page
    assert "Anathorpe" not in page
    assert "came_" not in page
    more = {f"part_{world.ana}": "Of Ana, and more.", "version": 1, "act": "sign"}
    assert dana.post(address, typed(world, **more)).headers["Location"] == f"{address}/signature"
    assert dana.post(f"{address}/signature", {"version": 2}).status_code == 302
    assign(world.fred, world.couple_case, world.sam)
    with as_actor(world.sam):
        note = NotePart.objects.get(client_id=world.ana).note_id
        whole = records.actions.open_note(actor=world.sam, note_id=note)
    assert [one.text for one in whole.parts] == ["Of Ana, and more."]


@pytest.mark.req("AC-02")
def test_a_session_that_is_not_hers_has_no_leaders_to_show(world: World, dana: Client) -> None:
    session = hold_session(world.sam, world.jon_case)
    assert dana.get(f"/sessions/{session}/co-leaders").status_code == 404
