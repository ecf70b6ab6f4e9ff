"""A full disk: nothing is done that is not logged, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counselling.local.cluster import ROOT
from tests.faults import room

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


@pytest.mark.req("AT-08", "AT-10", "ES-14", "BR-03")
def test_what_people_do_on_a_full_disk_is_refused_in_words_and_nothing_is_lost() -> None:
    """The stories are in `small_disk`; a disk that can be filled is given to them alone."""
    tests = [sys.executable, "-m", "pytest", str(HERE / "small_disk.py"), "-q", "-n", "0", "-x"]
    done = subprocess.run(
        [sys.executable, str(HERE / "room.py"), str(MEGABYTES), *tests, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(OURS)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == room.CANNOT:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
