"""Every use case leaves exactly its events, and none when it is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consent import actions, queries
from counselling.db import as_actor
from tests.consent import steps
from tests.consent.acts import ACTS, EVENTS, SILENT

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db


def test_every_public_use_case_is_done_here() -> None:
    public = {name for name in actions.__all__ if name[0].islower()} - SILENT
    assert {name.rsplit(".", 1)[1] for name in ACTS} == public == set(EVENTS)


@pytest.mark.parametrize("name", list(ACTS))
def test_an_act_ends_with_exactly_its_events(world: World, root: Any, name: str) -> None:
    ACTS[name](world)
    assert steps.last_act(root) == sorted(EVENTS[name.rsplit(".", 1)[1]])


def test_an_act_that_is_rolled_back_leaves_nothing(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    before = steps.kinds(root)
    with pytest.raises(ZeroDivisionError), as_actor(world.mara_portal):
        actions.withdraw(actor=world.mara_portal, consent_id=shared.consent)
        _ = 1 / 0
    assert steps.kinds(root) == before
    with as_actor(world.dana):
        assert queries.consent_row(shared.consent).live


@pytest.mark.req("AT-08")
def test_without_an_event_nothing_is_shown_or_signed(world: World, root: Any) -> None:
    request, mara = steps.ready_to_read(world)
    root.execute("REVOKE INSERT ON audit_event FROM counselling_app")
    try:
        with pytest.raises(Exception, match="permission denied"), as_actor(mara):
            actions.read_form(actor=mara, request_id=request, page="in short")
    finally:
        root.execute("GRANT INSERT (payload) ON audit_event TO counselling_app")
