"""A full disk: nothing is done that is not logged, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counselling.local.cluster import ROOT
from tests.faults import room

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
MEGABYTES = 400
OURS = (
    "DATABASE_",
    "KEYS_DATABASE",
    "BROKER_URL",
    "SUPERUSER_URL",
    "COUNSELLING_",
    "PYTEST_",
    "DJANGO_",
)

pytestmark = pytest.mark.slow


@pytest.fixture
def small() -> Iterator[Path]:
    """Make an empty folder that an unprivileged PostgreSQL can walk to, to be the small disk."""
    place = "/var/tmp" if os.access("/var/tmp", os.W_OK) else None  # noqa: S108 as tests/conftest.py
    with tempfile.TemporaryDirectory(prefix="cslt-small-", dir=place) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.req("AT-08", "AT-10", "ES-14", "BR-03")
def test_what_people_do_on_a_full_disk_is_refused_in_words_and_nothing_is_lost(
    small: Path,
) -> None:
    """The stories are in `small_disk`; a disk that can be filled is given to them alone."""
    tests = [sys.executable, "-m", "pytest", str(HERE / "small_disk.py"), "-q", "-n", "0", "-x"]
    tests += ["-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, str(HERE / "room.py"), str(MEGABYTES), str(small), *tests],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        | {"TESTS_SCRATCH": str(small)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == room.CANNOT:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
