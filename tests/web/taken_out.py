"""The log as it leaves the practice: table, FHIR, checkpoints on paper, and the whole of it."""

from __future__ import annotations

import datetime
import pathlib
import tarfile
import tempfile
from typing import TYPE_CHECKING
from unittest import mock

from django.conf import settings
from django.core.management import call_command

from audit import sealing
from audit.witness import FileWitness
from counselling import vault
from tests.people import sign_in_browserless
from tests.web.browsing import browser

if TYPE_CHECKING:
    from tests.world import World


def taken(world: World) -> dict[str, bytes]:
    """Seal what waits, and give the bytes of everything that can be taken away, by its name."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with mock.patch.object(settings, "WITNESS_FILE", folder / "checkpoints"):
            note = sealing.seal_all(vault.signing.checkpoint_signer()).note
            assert note
            FileWitness(folder / "checkpoints").tell(note, datetime.datetime.now(datetime.UTC))
            call_command("export_audit", str(folder / "log.tar"))
        found = {"checkpoints": (folder / "checkpoints").read_bytes()}
        with tarfile.open(folder / "log.tar") as bundle:
            for entry in bundle:
                content = bundle.extractfile(entry)
                assert content
                found[f"bundle: {entry.name}"] = content.read()
    priya = browser()
    sign_in_browserless(priya, world.priya)
    for form in ("csv", "fhir"):
        answer = priya.post("/trail/file", {"form": form})
        assert answer.status_code == 200, form
        found[form] = answer.getvalue()
    return found
