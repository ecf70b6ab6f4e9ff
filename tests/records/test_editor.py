"""The editor's page as a browser without scripts, or with a late one, meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from counselling.db import as_actor
from records import queries
from tests import people
from tests.consent.steps import shared_permission
from tests.records.writing import hold_session, type_draft
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def dana(client: Client, world: World) -> Client:
    people.sign_in_browserless(client, world.dana)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "record_part": "Words.",
        "process_part": "",
        "risk": "",
        "attendance": "attended",
        "modality": "in_person",
        "structure": "free",
        "version": 0,
        "tab": "a",
    } | changes


def attendance(world: World, session: UUID) -> str:
    with as_actor(world.dana):
        return queries.session_row(world.dana, session).attendance


def test_a_refused_save_leaves_nothing_of_itself(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "Saved by another tab.", tab="b")
    answer = dana.post(
        f"/sessions/{session}/draft",
        typed(attendance="no_show"),
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 409
    assert attendance(world, session) == "attended"


def test_a_structure_is_changed_by_one_press_and_no_word_is_lost(
    world: World, dana: Client
) -> None:
    session = hold_session(world.dana, world.mara_case)
    address = f"/sessions/{session}/draft"
    dana.post(address, typed(record_part="Came late.", act="lay-out-soap"))
    page = dana.get(address).content.decode()
    assert "Came late.\n\n## Subjective" in page
    assert 'value="lay-out-soap" aria-pressed="true"' in page
    text = "## Subjective\r\n\r\nTired.\r\n\r\n## Plan\r\n\r\nSleep log."
    dana.post(address, typed(record_part=text, act="lay-out-dap", version=1))
    page = dana.get(address).content.decode()
    assert "### Subjective\n\nTired." in page
    assert "## Plan\n\nSleep log." in page
    # what is no structure changes nothing
    assert dana.post(address, typed(act="lay-out-x", version=2)).status_code in {302, 422}


def test_the_preview_shows_how_it_reads_and_keeps_nothing(
    world: World, dana: Client, root: psycopg.Connection[object]
) -> None:
    session = hold_session(world.dana, world.mara_case)
    before = root.execute("SELECT count(*) FROM audit_event").fetchone()
    words = {"record_part": "**bold** <script>alert(1)</script> <img src=x onerror=alert(1)>"}
    address, quiet = f"/sessions/{session}/draft", {"Accept": "application/json"}
    piece = dana.post(address, typed(act="preview", **words), headers=quiet)
    shown = piece.json()["html"]
    assert "<strong>bold</strong>" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert root.execute("SELECT count(*) FROM records_draft").fetchone() == (0,)
    assert root.execute("SELECT count(*) FROM audit_event").fetchone() == before
    long = typed(act="preview", record_part="x" * 100_001)
    assert dana.post(address, long, headers=quiet).status_code == 422


def test_without_a_script_the_preview_stands_under_the_words_that_were_kept(
    world: World, dana: Client
) -> None:
    session = hold_session(world.dana, world.mara_case)
    shown = dana.post(f"/sessions/{session}/draft", typed(record_part="*soft*", act="preview"))
    assert shown.status_code == 200
    assert "<em>soft</em>" in shown.content.decode()
    assert 'name="version" value="1"' in shown.content.decode()


def test_each_persons_permissions_stand_there_by_name(world: World, dana: Client) -> None:
    shared_permission(world)
    session = hold_session(world.dana, world.mara_case)
    page = dana.get(f"/sessions/{session}/draft").content.decode()
    assert "share notes: yes" in page
    assert "share attendance: no" in page or "share attendance: yes" in page


def test_a_note_too_long_says_so_and_keeps_its_words(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    long = "x" * 100_001
    answer = dana.post(f"/sessions/{session}/draft", typed(record_part=long, act="keep"))
    assert answer.status_code == 422
    assert long in answer.content.decode()


@pytest.mark.req("EN-11")
def test_a_signed_note_leads_away_from_its_editor(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    address = f"/sessions/{session}/draft"
    dana.post(address, typed(risk="monitored", act="sign"))
    signed = dana.post(f"{address}/signature", {"version": 1})
    assert signed.headers["Location"].startswith("/notes/")
    assert dana.get(address).headers["Location"] == signed.headers["Location"]
    late = dana.post(address, typed(version=1), headers={"Accept": "application/json"})
    assert late.status_code == 409
    assert late.json() == {"signed": True}


@pytest.mark.req("EN-10")
def test_script_in_a_note_is_text(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    address = f"/sessions/{session}/draft"
    dana.post(address, typed(record_part="<script>alert(1)</script> **bold**", risk="monitored"))
    page = dana.get(f"{address}/signature").content.decode()
    assert "<script>alert" not in page
    assert "<strong>bold</strong>" in page


def test_a_new_session_begins_with_today_in_the_way_browsers_read_it(dana: Client) -> None:
    page = dana.get("/sessions/new").content.decode()
    assert f'value="{timezone.localdate().isoformat()}"' in page


def test_words_typed_beside_a_note_signed_in_another_tab_are_offered_as_a_late_entry(
    world: World, dana: Client
) -> None:
    session = hold_session(world.dana, world.mara_case)
    address = f"/sessions/{session}/draft"
    dana.post(address, typed(risk="monitored", act="sign"))
    dana.post(f"{address}/signature", {"version": 1})
    answer = dana.post(address, typed(record_part="Words, and more.", version=1, act="keep"))
    assert answer.status_code == 409
    assert "Words, and more." in answer.content.decode()
    again = dana.post(address, typed(record_part="Words.", version=1, act="keep"))
    assert again.status_code == 302


def test_a_session_that_has_not_taken_place_is_not_signed(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    answer = dana.post(
        f"/sessions/{session}/draft", typed(risk="monitored", attendance="expected", act="sign")
    )
    assert answer.status_code == 422
    assert "Say whether the session took place." in answer.content.decode()
