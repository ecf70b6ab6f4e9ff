"""A hidden client and none take the same time: recording a look does not tell them apart."""

from __future__ import annotations

import gc
import statistics
import time
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest

from tests.people import sign_in_browserless
from tests.web.browsing import browser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web"), pytest.mark.req("AC-02")]

LOOKS: Final = 30
APART: Final = 0.2
ROUNDS: Final = 4


def test_hidden_and_none_take_the_same_time(db: None) -> None:
    """Medians of thirty looks each, taken in turns; a busy machine is given another round."""
    world = World.build()
    sam = browser()
    sign_in_browserless(sam, world.sam)
    hidden = [f"/clients/{world.mara}", f"/cases/{world.mara_case}"]
    none = [f"/clients/{uuid4()}", f"/cases/{uuid4()}"]
    for path in (*hidden, *none):
        assert sam.get(path).status_code == 404
    apart = [_apart(sam, hidden, none)]
    while apart[-1] > APART and len(apart) < ROUNDS:
        apart.append(_apart(sam, hidden, none))
    assert apart[-1] <= APART, f"apart by {apart}"


def _apart(sam: Client, hidden: Sequence[str], none: Sequence[str]) -> float:
    took: dict[str, list[float]] = {"hidden": [], "none": []}
    gc.disable()
    try:
        for number in range(LOOKS):
            for name, paths in (("hidden", hidden), ("none", none)):
                began = time.perf_counter()
                sam.get(paths[number % len(paths)])
                took[name].append(time.perf_counter() - began)
    finally:
        gc.enable()
    first, second = (statistics.median(took[name]) for name in ("hidden", "none"))
    return abs(first - second) / min(first, second)
