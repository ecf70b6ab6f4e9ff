"""Gone through together: asked after a change, before an end, after half a year, and not else."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from consent import actions, queries
from consent.domain.together import ENDS_SOON, LONG_AGO, Why, decide_going_through
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from tests.consent import steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from tests.world import World

AT = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def why(**said: int | None) -> Why | None:
    """Ask with days before or after today."""
    moments = {name: None if days is None else AT + days * DAY for name, days in said.items()}
    return decide_going_through(at=AT, **({"last": None, "changed": None, "ends": None} | moments))


def test_it_is_time_after_a_change_before_an_end_and_after_half_a_year() -> None:
    assert why() is None  # nothing was ever agreed to
    assert why(changed=-3) is Why.NEVER
    assert why(changed=-3, last=-5) is Why.CHANGED
    assert why(changed=-5, last=-3) is None
    assert why(changed=-50, last=-40, ends=30) is Why.ENDS
    assert why(changed=-50, last=-40, ends=31) is None
    assert why(changed=-50, last=-2, ends=20) is None  # done within the thirty days
    assert why(changed=-300, last=-182) is None
    assert why(changed=-300, last=-183) is Why.LONG


@given(
    st.integers(-400, 0), st.one_of(st.none(), st.integers(-400, 0)),
    st.one_of(st.none(), st.integers(1, 400)),
)  # fmt: skip
def test_whoever_goes_through_it_now_is_not_asked_again_today(
    changed: int, last: int | None, ends: int | None
) -> None:
    assert why(changed=changed, last=0, ends=ends) is None or ENDS_SOON < DAY or LONG_AGO < DAY
    if last is not None and why(changed=changed, last=last, ends=ends) is None:
        assert why(changed=changed, last=0, ends=ends) is None


@pytest.mark.django_db
def test_dana_notes_it_once_and_is_asked_again_when_something_is_stopped(world: World) -> None:
    with as_actor(world.dana):
        assert queries.going_through([world.mara]) == {}
    shared = steps.shared_permission(world)
    with as_actor(world.dana):
        assert queries.going_through([world.mara]) == {world.mara: Why.NEVER}
        actions.go_through(actor=world.dana, client_id=world.mara)
    with as_actor(world.dana):
        assert queries.going_through([world.mara]) == {}
    with as_actor(world.mara_portal):
        actions.withdraw(actor=world.mara_portal, consent_id=shared.consent)
    with as_actor(world.dana):
        assert queries.going_through([world.mara]) == {world.mara: Why.CHANGED}


@pytest.mark.django_db
def test_only_who_cares_for_somebody_goes_through_it_with_them(
    world: World, application: psycopg.Connection[object], root: psycopg.Connection[object]
) -> None:
    with pytest.raises(NotThere), as_actor(world.sam):
        actions.go_through(actor=world.sam, client_id=world.mara)
    for reader in (world.vera, world.priya):
        with pytest.raises(Refused), as_actor(reader):
            actions.go_through(actor=reader, client_id=world.mara)
    # and past Python: neither for a stranger nor in somebody else's name
    insert = "INSERT INTO consent_gone_through VALUES (gen_random_uuid(), %s, now(), %s)"
    for actor, by in ((world.priya, world.priya), (world.dana, world.sam), (world.sam, world.sam)):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
            application.execute("SELECT set_config('counselling.actor', %s, true)", [str(actor.id)])
            application.execute(insert, [by.id, world.mara])
    assert root.execute("SELECT count(*) FROM consent_gone_through").fetchone() == (0,)


@pytest.mark.django_db
def test_it_is_pressed_beside_the_note(world: World) -> None:
    from tests.records.writing import hold_session

    steps.shared_permission(world)
    session = hold_session(world.dana, world.mara_case)
    dana = Client()
    sign_in_browserless(dana, world.dana)
    page = f"/sessions/{session}/draft"
    assert "Gone through together" in dana.get(page).content.decode()
    done = dana.post(f"/clients/{world.mara}/consents/gone-through", {"next": page})
    assert done.headers["Location"] == page
    assert "Gone through together" not in dana.get(page).content.decode()
