"""What no Python package brings (Pango, a browser, PDF tools): find it, install it, or say how."""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from counselling.local.problem import Problem

# The libraries that the PDF renderer opens, each under its names on Linux and on macOS.
LIBRARIES = (
    ("libgobject-2.0.so.0", "libgobject-2.0.dylib"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
    ("libfontconfig.so.1", "libfontconfig.dylib"),
)
FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# thing -> the packages that bring it, by the system's installer
PACKAGES = {
    "pango": {
        "apt-get": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
        "dnf": "pango harfbuzz",
        "apk": "pango harfbuzz-subset font-dejavu",
        "brew": "pango",
    },
    "poppler": {
        "apt-get": "poppler-utils",
        "dnf": "poppler-utils",
        "apk": "poppler-utils",
        "brew": "poppler",
    },
    "qpdf": {"apt-get": "qpdf", "dnf": "qpdf", "apk": "qpdf", "brew": "qpdf"},
    "chromium": {
        "apt-get": "chromium",
        "dnf": "chromium",
        "apk": "chromium",
        "brew": "--cask chromium",
    },
    "venv": {"apt-get": "python3-venv", "dnf": "python3", "apk": "python3", "brew": "python@3.13"},
}
INSTALL = {
    "apt-get": "apt-get install -y --no-install-recommends",
    "dnf": "dnf install -y",
    "apk": "apk add",
    "brew": "brew install",
}


def remedy(thing: str) -> str:
    """Say how to install a thing on this system."""
    for installer, packages in PACKAGES[thing].items():
        if shutil.which(installer):
            return f"run `{INSTALL[installer]} {packages}`"
    return f"install {thing} with your system's package manager"


def require_pango(*, install: bool) -> None:
    """Refuse to start without the libraries that render documents; try to install them if asked."""
    if not has_pango() and not (install and provide("pango") and has_pango()):
        message = (
            f"The documents need Pango, which is not here: {remedy('pango')}, then start again."
        )
        raise Problem(message)


def has_pango() -> bool:
    """Say whether every library of the PDF renderer can be loaded."""
    return all(
        any(_loads(folder + name) for name in names for folder in FOLDERS) for names in LIBRARIES
    )


def _loads(name: str) -> bool:
    with contextlib.suppress(OSError):
        return ctypes.CDLL(name) is not None
    return False


def provide(thing: str) -> bool:
    """Install a system package where we may (root, apt-get); False where we may not or cannot."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    sys.stdout.write(f"Installing {PACKAGES[thing]['apt-get']} from the system's packages.\n")
    sys.stdout.flush()
    surroundings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = [*INSTALL["apt-get"].split(), *PACKAGES[thing]["apt-get"].split()]
    for command in (
        install,
        ["apt-get", "update"],
        install,
    ):  # a fresh machine has no list of packages yet
        done = subprocess.run(
            command,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if command is install and done.returncode == 0:
            return True
    return False


def browser() -> Path | None:
    """Find a Chromium: the one named by CHROMIUM, an installed one, or the test driver's own."""
    named = os.environ.get("CHROMIUM", "")
    for name in (named, *BROWSERS):
        if name and (found := shutil.which(name)):
            return Path(found)
    mac = Path("/Applications/Chromium.app/Contents/MacOS/Chromium")
    return mac if mac.exists() else _driver_s_own()


def _driver_s_own() -> Path | None:
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    found = sorted(Path(cache).glob("chromium-*/chrome-linux*/chrome"))
    return found[-1] if found else None


def provide_browser() -> Path:
    """Find a Chromium, else have the driver or the system bring one; tests never go on without."""
    if found := browser():
        return found
    driver = [sys.executable, "-m", "playwright", "install", "chromium"]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            driver, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300
        )
    if found := browser():
        return found
    if provide("chromium") and (found := browser()):
        return found
    how = f"{remedy('chromium')}, or set CHROMIUM to its path"
    message = f"The browser tests need Chromium: {how}, then start again."
    raise Problem(message)
