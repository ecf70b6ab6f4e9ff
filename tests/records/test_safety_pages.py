"""Safety where the note is written: what the risk line offers, what signing and cards say."""

from __future__ import annotations

import pytest
from django.test import Client

import records.actions
from counselling.db import as_actor
from records.domain import Risk
from tests.people import sign_in_browserless
from tests.records.safety import recorded_danger, signed_plan
from tests.records.writing import hold_session, type_draft
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def dana(world: World) -> Client:
    visitor = Client()
    sign_in_browserless(visitor, world.dana)
    return visitor


def typed(act: str) -> dict[str, object]:
    return {
        "record_part": "Half a note.", "process_part": "", "version": 0, "structure": "free",
        "risk": "plan_updated", "attendance": "attended", "modality": "in_person", "act": act,
    }  # fmt: skip


def test_the_note_is_kept_before_the_plan_or_the_danger_is_opened(
    world: World, dana: Client
) -> None:
    about = f"/cases/{world.mara_case}/clients/{world.mara}"
    for act, path in (("plan", f"{about}/safety/draft"), ("danger", f"{about}/dangers/new")):
        session = hold_session(world.dana, world.mara_case)
        answer = dana.post(f"/sessions/{session}/draft", typed(f"{act}-{world.mara}"))
        assert answer.headers["Location"] == path
        with as_actor(world.dana):
            page = records.actions.open_draft(actor=world.dana, session_id=session)
        assert page.record_part == "Half a note."


def test_a_button_nobody_drew_leads_nowhere_else(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    answer = dana.post(f"/sessions/{session}/draft", typed("plan-none"))
    assert answer.headers["Location"] == f"/sessions/{session}/draft/signature"
    # and somebody else's id leads to a page that is not there
    other = hold_session(world.dana, world.mara_case)
    answer = dana.post(f"/sessions/{other}/draft", typed(f"plan-{world.jon}"))
    assert dana.get(answer.headers["Location"]).status_code == 404


def test_signing_says_that_no_version_was_signed_since(world: World, dana: Client) -> None:
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "The plan is new.", risk=Risk.PLAN_UPDATED)
    address = f"/sessions/{session}/draft/signature"
    assert "No version was signed" in dana.get(address).content.decode()
    signed_plan(world.dana, world.mara_case, world.mara)
    assert "No version was signed" not in dana.get(address).content.decode()


def test_the_plan_is_folded_beside_the_note_and_not_opened(world: World, dana: Client) -> None:
    signed_plan(world.dana, world.mara_case, world.mara, signs="Zebrafalter")
    session = hold_session(world.dana, world.mara_case)
    page = dana.get(f"/sessions/{session}/draft").content.decode()
    assert f'data-opens="/cases/{world.mara_case}/clients/{world.mara}/safety"' in page
    assert "Zebrafalter" not in page


@pytest.mark.req("ES-19")
def test_a_card_says_nowhere_whose_it_is(world: World, dana: Client) -> None:
    plan = signed_plan(world.dana, world.mara_case, world.mara, give=True)
    page = dana.get(f"/plans/{plan}/card").content.decode()
    assert "I stop answering." in page
    assert "Maraquilla" not in page
    file = dana.get(f"/plans/{plan}/card/file")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="card-2')
    assert file.headers["Cache-Control"] == "no-store"
    assert not any(word in file.content for word in (b"Maraquilla", b"Kettlebourne", b"Dana"))


def test_a_stale_button_shows_no_older_version(world: World, dana: Client) -> None:
    first = signed_plan(world.dana, world.mara_case, world.mara)
    signed_plan(world.dana, world.mara_case, world.mara, follows=1)
    answer = dana.post(f"/plans/{first}/giving", {"act": "give"}, follow=True)
    assert "There is a newer version" in answer.content.decode()


def test_two_pages_get_both_texts_and_a_script_a_short_answer(world: World, dana: Client) -> None:
    about = f"/cases/{world.mara_case}/clients/{world.mara}/safety/draft"
    said = {"version": 0, "follows": 0, "tab": "a", "signs": "first", "act": "keep"}
    assert dana.post(about, said).status_code == 302
    late = said | {"tab": "b", "signs": "second"}
    page = dana.post(about, late)
    assert page.status_code == 409
    assert all(word in page.content.decode() for word in ("first", "second"))
    quiet = dana.post(about, late, headers={"Accept": "application/json"})
    assert (quiet.status_code, quiet.json()) == (409, {"conflict": True})
    long = dana.post(about, said | {"help": "x" * 501})
    assert long.status_code == 422
    assert "fit on a card" in long.content.decode()


def test_the_client_page_and_the_list_lead_to_safety(world: World, dana: Client) -> None:
    danger = recorded_danger(world.dana, world.mara_case, world.mara)
    about = f"/cases/{world.mara_case}/clients/{world.mara}/safety"
    assert about in dana.get(f"/clients/{world.mara}").content.decode()
    assert f"/dangers/{danger}" in dana.get(about).content.decode()
