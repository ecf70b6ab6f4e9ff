"""Each use case of the trail, done once in the world of the tests."""

from __future__ import annotations

import pathlib
import tempfile
from typing import TYPE_CHECKING, Final
from unittest import mock
from uuid import uuid4

from django.conf import settings

from audit import actions, domain
from audit.findings import Report
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.drill.log import Log
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def read_trail(world: World) -> None:
    with as_actor(world.vera):
        actions.read_trail(actor=world.vera)


def read_openings(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.read_openings(actor=world.mara_portal, client=world.mara)


def record_refusal(world: World) -> None:
    actions.record_refusal(actor=world.sam, code="not-permitted", path_name="records:note")


def record_verification(world: World) -> None:
    actions.record_verification(actor=SERVICE, report=Report(7, 0, 1, None, ()))


def record_export(world: World) -> None:
    actions.record_export(actor=SERVICE)


def destroy_key(world: World) -> None:
    with as_actor(SERVICE):
        actions.destroy_key(actor=SERVICE, holder=vault.holders.staff(uuid4()))


def acknowledge_restore(world: World) -> None:
    """Put an older log back, as after a lost disk, and say so."""
    with superuser() as root, tempfile.TemporaryDirectory() as folder:
        log = Log(root, pathlib.Path(folder))
        log.put_back(log.yesterday)
        # the small log knows nothing of what this practice stored
        rows = mock.patch.object(domain, "_sealed_columns", {})
        with rows, mock.patch.object(settings, "WITNESS_FILE", log.witness):
            actions.acknowledge_restore(actor=SERVICE, reason="rehearsal")


_DONE: Final = (
    acknowledge_restore, destroy_key, read_trail, read_openings, record_refusal,
    record_verification, record_export,
)  # fmt: skip
ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"audit.actions.{one.__name__}": one for one in _DONE
}
