"""The practice's key for the run, and one sealed document of each kind."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from consent import pdf
from counselling.vault.signing import make_secrets
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def practice_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an RSA key and the practice's own certificate."""
    folder = tmp_path_factory.mktemp("secrets")
    make_secrets(folder)
    return folder


@pytest.fixture
def practice(settings: Any, practice_secrets: Path) -> None:
    """The settings name this practice's key."""
    settings.PRACTICE_KEY_FILE = practice_secrets / "practice.key"
    settings.PRACTICE_CERTIFICATE_FILE = practice_secrets / "practice.crt"


@pytest.fixture(params=["sharing", "agreement", "disclosure", "withdrawal"])
def sealed(request: pytest.FixtureRequest, practice: None) -> bytes:
    """A sealed document, of each kind in turn."""
    return pdf.seal(pdf.render(getattr(sources, request.param)()))


@pytest.fixture
def sealed_sharing(practice: None) -> bytes:
    """A signed permission to share, sealed."""
    return pdf.seal(pdf.render(sources.sharing()))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Run a program on a file with these bytes; DOC stands for the file."""

    def call(content: bytes, *command: str, check: bool = True) -> str:
        path = tmp_path / "document.pdf"
        path.write_bytes(content)
        words = [str(path) if word == "DOC" else word for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=check, cwd=tmp_path)
        return done.stdout + done.stderr

    return call
