"""What the tests of the log share: its signer, a witness, and sealing on demand."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings

from audit import sealing, verifying
from audit.witness import FileWitness, lines_of
from counselling import vault

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from audit.checkpoint import Signer
    from audit.findings import Report
    from audit.sealing import Sealed


@pytest.fixture
def signer(db: None) -> Signer:
    return vault.signing.checkpoint_signer()


@pytest.fixture
def witness_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    path = tmp_path / "elsewhere" / "checkpoints"
    monkeypatch.setattr(django_settings, "WITNESS_FILE", path)
    return path


@pytest.fixture
def seal(signer: Signer, witness_file: pathlib.Path) -> Callable[[], Sealed]:
    """Seal all that waits and tell the witness."""

    def sealed() -> Sealed:
        done = sealing.seal_all(signer)
        if done.note:
            witness = FileWitness(witness_file)
            witness.tell(done.note, datetime.datetime.now(datetime.UTC))
        return done

    return sealed


@pytest.fixture
def verified(witness_file: pathlib.Path) -> Callable[[], Report]:
    """Verify with the witness."""

    def report() -> Report:
        told = lines_of(witness_file)
        return verifying.verify(*verifying.log_key(), vault.signing.verify_ed25519, told)

    return report
