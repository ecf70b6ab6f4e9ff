"""The log of a practice at work: every sealed value is named by its event, and forgery is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from audit.findings import Report
    from audit.sealing import Sealed

pytestmark = pytest.mark.django_db

TRIGGERS_OFF = "SET session_replication_role = replica"


@pytest.mark.req("AT-04", "EN-03")
def test_what_the_practice_stored_is_what_its_log_says(
    root: psycopg.Connection[Any],
    seal: Callable[[], Sealed],
    verified: Callable[[], Report],
) -> None:
    world = World.build()
    seal()
    report = verified()
    assert report.whole, report.findings
    assert report.events > 20
    root.execute(TRIGGERS_OFF)
    root.execute(
        "UPDATE clients_client SET identity = (SELECT identity FROM clients_client "
        "WHERE id = %s) WHERE id = %s",
        [world.jon, world.mara],
    )
    found = verified().findings
    assert [one.what for one in found] == [
        f"names another value than clients_client/{world.mara}/identity holds"
    ]
    assert found[0].number
