"""In a network namespace with nothing but loopback everything works: no word leaves the machine."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STORY = "tests/journeys/test_time_limits.py::test_mara_is_led_back_to_the_page_she_was_on"
# the namespace begins with loopback down; 0x8914 is SIOCSIFFLAGS, 0x41 is up and running
ALONE = (
    "import fcntl, os, socket, struct, sys\n"
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14x', b'lo', 0x41))\n"
    "try:\n"
    "    socket.create_connection(('192.0.2.1', 80), 2)\n"
    "except OSError:\n"
    "    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
    "sys.exit('this namespace reaches the world')\n"
)


@pytest.mark.slow
@pytest.mark.req("WH-05")
@pytest.mark.skipif(not os.environ.get("SOAK"), reason="starts a second practice; in make soak")
def test_a_story_in_a_browser_is_told_with_loopback_alone() -> None:
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "-n"] if os.geteuid() == 0 else [unshare or "unshare", "-rn"]
    if unshare is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody make a network namespace")
    told = ["-m", "pytest", STORY, "-q", "-n", "0", "-p", "no:cacheprovider", "-p", "no:xdist"]
    told = [word for word in told if word not in {"-n", "0"}]
    without = {name: value for name, value in os.environ.items() if "URL" not in name}
    without.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [*alone, sys.executable, "-c", ALONE, *told],
        cwd=ROOT, env=without, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout
