"""A trainee sits in, sound is recorded: off by itself, on by every word, off again at once."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from django.test import Client

from counselling import db
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from records import actions, queries
from records.domain import Modality
from records.models import Recording, SittingIn
from tests.consent import steps
from tests.consent.allowing import switched_on
from tests.people import sign_in_browserless
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("CC-17")]


@pytest.fixture
def world(db: Any) -> World:
    from tests.world import World

    return World.build()


def now_with(world: World, case: UUID) -> UUID:
    """Dana is in a session with the people of a case."""
    with as_actor(world.dana) as at:
        return actions.log_session(
            actor=world.dana, case_id=case, starts_at=at, modality=Modality.IN_PERSON,
            ends_at=at + datetime.timedelta(minutes=50),
        )  # fmt: skip


def record(world: World, session: UUID) -> UUID:
    with as_actor(world.dana):
        return actions.begin_recording(actor=world.dana, session_id=session)


def test_sound_is_off_without_a_word_on_with_it_and_off_when_it_is_taken_back(
    world: World, root: Any
) -> None:
    session = now_with(world, world.mara_case)
    with pytest.raises(Refused) as refused:
        record(world, session)
    assert "agreed" in refused.value.message
    consent = switched_on(world, world.mara, world.mara_portal, "recording")
    first = record(world, session)
    with as_actor(world.dana):
        ((row, kept),) = queries.recordings_to_erase(world.dana)
        assert (row.id, kept) == (first, True)
    steps.stop(world, consent)
    with as_actor(world.dana):
        assert [kept for _, kept in queries.recordings_to_erase(world.dana)] == [False]
    with as_actor(world.dana):
        actions.erase_recording(actor=world.dana, recording_id=first)
    with as_actor(world.dana):
        assert queries.recordings_to_erase(world.dana) == []
    with pytest.raises(Refused):
        record(world, session)
    assert steps.kinds(root).count("recording.begun") == 1
    assert steps.kinds(root).count("recording.erased") == 1


def test_one_of_two_who_has_not_agreed_keeps_it_off(world: World) -> None:
    session = now_with(world, world.couple_case)
    switched_on(world, world.ana, world.ana_portal, "recording")
    with as_actor(world.dana):
        stands = queries.stands(queries.presence_of(session, world.couple_case).there, "recording")
    assert stands.not_agreed == (world.ben,)
    with pytest.raises(Refused):
        record(world, session)
    switched_on(world, world.ben, world.ben_portal, "recording")
    assert record(world, session)


def test_a_trainee_sits_in_and_is_asked_to_leave(world: World, root: Any) -> None:
    session = now_with(world, world.mara_case)
    switched_on(world, world.mara, world.mara_portal, "trainee_observer")
    with as_actor(world.dana), pytest.raises(Invalid):
        actions.let_sit_in(actor=world.dana, session_id=session, person_id=world.vera.id)
    with as_actor(world.dana):
        sits = actions.let_sit_in(actor=world.dana, session_id=session, person_id=world.tess.id)
    with as_actor(world.dana):
        actions.end_sitting_in(actor=world.dana, sitting_id=sits)
    with as_actor(world.dana):
        (row,) = queries.presence_of(session, world.mara_case).sitting
        assert row.left_at is not None
    with as_actor(world.tess):
        # who sat in sees nothing here by that
        assert not SittingIn.objects.exists()
    for kind in ("sitting-in.begun", "sitting-in.ended"):
        assert steps.kinds(root).count(kind) == 1


def test_the_database_refuses_what_the_pages_would(world: World) -> None:
    session = now_with(world, world.mara_case)
    with pytest.raises(IntegrityError, match="agreed"), as_actor(world.dana):
        Recording.objects.create(
            session_id=session, case_id=world.mara_case, by=world.dana.id, at=db.now()
        )
    switched_on(world, world.mara, world.mara_portal, "recording")
    old = hold_session(world.dana, world.mara_case, hours_ago=40)
    with pytest.raises(IntegrityError, match="takes place"), as_actor(world.dana):
        Recording.objects.create(
            session_id=old, case_id=world.mara_case, by=world.dana.id, at=db.now()
        )
    with pytest.raises(IntegrityError, match="instant"), as_actor(world.dana) as at:
        Recording.objects.create(
            session_id=session, case_id=world.mara_case, by=world.dana.id,
            at=at - datetime.timedelta(hours=1),
        )  # fmt: skip
    first = record(world, session)
    with as_actor(world.dana):
        actions.erase_recording(actor=world.dana, recording_id=first)
    with pytest.raises(IntegrityError, match="erased"), as_actor(world.dana):
        Recording.objects.filter(id=first).update(erased_at=None, erased_by=None)


def test_nobody_else_does_it_or_learns_of_it(world: World) -> None:
    session = now_with(world, world.mara_case)
    switched_on(world, world.mara, world.mara_portal, "recording")
    made = record(world, session)
    for other in (world.sam, world.tess):
        with as_actor(other), pytest.raises(NotThere):
            actions.begin_recording(actor=other, session_id=session)
        with as_actor(other), pytest.raises(NotThere):
            actions.erase_recording(actor=other, recording_id=made)
    with as_actor(world.mara_portal):
        assert not Recording.objects.exists()


def test_the_page_offers_what_is_allowed_and_else_to_ask(world: World) -> None:
    session = now_with(world, world.mara_case)
    dana = Client()
    sign_in_browserless(dana, world.dana)
    path = f"/sessions/{session}/presence"
    page = dana.get(path).content.decode()
    assert page.count("Ask now") == 2
    assert "Sound is recorded now" not in page
    assert dana.post(path, {"act": "record"}).status_code == 403
    switched_on(world, world.mara, world.mara_portal, "recording")
    assert "Sound is recorded now" in dana.get(path).content.decode()
    assert dana.post(path, {"act": "record"}).status_code == 302
    assert "I have erased it" in dana.get(path).content.decode()
    assert "recording to erase" in dana.get("/today").content.decode()
