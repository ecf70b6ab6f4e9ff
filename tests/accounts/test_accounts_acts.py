"""Each use case leaves its event, and none if it is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counselling.accounts import actions
from tests.accounts.acts import ACTS, EVENTS, SILENT
from tests.world import World

if TYPE_CHECKING:
    from tests.accounts.conftest import Told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", EVENTS)
def test_a_use_case_leaves_its_event(name: str, told: Told) -> None:
    world = World.build()
    ACTS[f"counselling.accounts.actions.{name}"](world)
    expected = EVENTS[name]
    assert tuple(event["kind"] for event in told()[-len(expected) :]) == expected


def test_no_use_case_was_forgotten() -> None:
    assert set(actions.__all__) == set(EVENTS) | set(SILENT)
