"""The pages of what a client reads, and of what they say is not right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

import records.queries
from counselling.db import as_actor
from tests.people import sign_in_browserless
from tests.records.reading import opened_note
from tests.records.writing import hold_session, signed_note, type_draft
from tests.world import World

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def at_a_desk(person: Actor) -> Client:
    """Sit somebody at a browser."""
    browser = Client()
    sign_in_browserless(browser, person)
    return browser


def test_the_author_lets_a_client_read_a_note_and_takes_it_back(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, "Slept five hours.", alone="Mine.")
    dana, mara = at_a_desk(world.dana), at_a_desk(world.mara_portal)
    assert mara.get(f"/space/notes/{note}").status_code == 404
    assert "Not open to be read" in dana.get(f"/notes/{note}").content.decode()
    assert "checked" not in dana.get(f"/notes/{note}/readers").content.decode()
    dana.post(f"/notes/{note}/readers", {"readers": [world.mara]})
    shown = mara.get(f"/space/notes/{note}").content.decode()
    assert "Slept five hours." in shown
    assert "Mine." not in shown
    assert str(note) in mara.get("/space/notes").content.decode()
    assert "1 note of your sessions" in mara.get("/space").content.decode()
    assert "may read this note" in dana.get(f"/notes/{note}").content.decode()
    dana.post(f"/notes/{note}/readers", {})
    assert mara.get(f"/space/notes/{note}").status_code == 404
    assert "until" in dana.get(f"/notes/{note}/readers").content.decode()


@pytest.mark.req("RT-04")
def test_a_client_says_it_is_not_right_and_is_refused_and_disagrees(world: World) -> None:
    note = opened_note(world)
    dana, mara = at_a_desk(world.dana), at_a_desk(world.mara_portal)
    assert mara.post(f"/space/notes/{note}/not-right", {"wrong": " "}).status_code == 422
    sent = mara.post(f"/space/notes/{note}/not-right", {"wrong": "Five hours.", "better": "Seven."})
    where = sent.headers["Location"]
    assert "due by" in mara.get(where).content.decode()
    again = mara.post(f"/space/notes/{note}/not-right", {"wrong": "And more.", "better": "Yes."})
    assert again.status_code == 422
    with as_actor(world.dana):
        (row,) = records.queries.waiting_amendments(world.dana)
    assert "not right" in dana.get("/today").content.decode()
    assert str(row.id) in dana.get("/amendments").content.decode()
    page = dana.get(f"/amendments/{row.id}").content.decode()
    assert "Seven." in page
    assert "Accept" in page
    assert dana.post(f"/amendments/{row.id}/refusal", {"words": "No."}).status_code == 422
    dana.post(f"/amendments/{row.id}/refusal", {"basis": "accurate", "words": "I asked twice."})
    assert "I asked twice." in mara.get(where).content.decode()
    mara.post(f"{where}/statement", {"statement": "I was there."})
    assert "does not agree" in dana.get("/today").content.decode()
    dana.post(f"/amendments/{row.id}/reply", {"words": "Both stand here now."})
    for page in (mara.get(f"/space/notes/{note}"), dana.get(f"/notes/{note}")):
        body = page.content.decode()
        for words in ("Five hours.", "I asked twice.", "I was there.", "Both stand here now."):
            assert words in body
    assert "does not agree" not in dana.get("/today").content.decode()


@pytest.mark.req("RT-04")
def test_what_is_accepted_becomes_a_correction_and_needs_who_cares(world: World) -> None:
    note = opened_note(world)
    dana, mara, priya = (at_a_desk(one) for one in (world.dana, world.mara_portal, world.priya))
    mara.post(f"/space/notes/{note}/not-right", {"wrong": "Five hours.", "better": "Seven."})
    with as_actor(world.dana):
        (row,) = records.queries.open_amendments()
    shown = priya.get(f"/amendments/{row.id}").content.decode()
    assert "Seven." in shown
    assert "Accept" not in shown
    said = {"correction": "Seven hours.", "words": "Thank you."}
    assert priya.post(f"/amendments/{row.id}/acceptance", said).status_code == 403
    priya.post(f"/amendments/{row.id}/extension", {"reason": "She is ill."})
    assert "She is ill." in mara.get(f"/space/amendments/{row.id}").content.decode()
    dana.post(f"/amendments/{row.id}/acceptance", said)
    body = mara.get(f"/space/notes/{note}").content.decode()
    assert "Seven hours." in body
    assert "Thank you." in body
    with as_actor(world.priya):
        assert records.queries.open_amendments() == []


def test_signing_asks_whether_the_client_may_read_it_and_nobody_is_chosen(world: World) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "Slept five hours.")
    dana, mara = at_a_desk(world.dana), at_a_desk(world.mara_portal)
    page = dana.get(f"/sessions/{session}/draft/signature").content.decode()
    assert "May read it in their own space" in page
    assert "checked" not in page
    said = {"version": version, "readers": [str(world.mara)]}
    signed = dana.post(f"/sessions/{session}/draft/signature", said).headers["Location"]
    assert mara.get(f"/space{signed}").status_code == 200
