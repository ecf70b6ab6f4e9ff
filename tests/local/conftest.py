"""What the tests of the local tools share: a reachable folder and a clean environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counselling.local.cluster import ROOT, Cluster
from counselling.local.places import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Run = subprocess.CompletedProcess[str]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may walk through, as a clone usually is."""
    made = Path(tempfile.mkdtemp(prefix="counselling-test-", dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that is not started yet and is gone afterwards."""
    made = Cluster(folder, fast=True)
    yield made
    made.destroy()


@pytest.fixture(scope="session")
def plain_environment() -> dict[str, str]:
    """The environment of somebody who has set nothing."""
    ours = ("COUNSELLING_", "DJANGO_", "SUPERUSER_URL", "PYTEST_")
    return {k: v for k, v in os.environ.items() if k not in NAMES and not k.startswith(ours)}


@pytest.fixture
def python(plain_environment: dict[str, str]) -> Callable[..., Run]:
    """Run our Python with some code or a module, as an own process."""

    def run(
        *arguments: str,
        program: str = sys.executable,
        user: int | None = None,
        **environment: str,
    ) -> Run:
        who = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        return subprocess.run(
            [program, *arguments],
            cwd=ROOT,
            env=plain_environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **who,
        )

    return run


def assert_one_sentence(run: Run, *words: str) -> None:
    """The person is told one thing, without a traceback, and the exit code says so too."""
    assert run.returncode == 1
    said = run.stderr.strip()
    assert "\n" not in said, said
    assert said.endswith(".")
    for word in words:
        assert word in said
