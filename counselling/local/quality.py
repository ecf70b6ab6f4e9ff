"""Run every check that is not a test, all of them even when one fails; or fix what a tool can."""

from __future__ import annotations

import concurrent.futures
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from counselling.local.cluster import ROOT, default_urls
from counselling.local.places import EVERYBODY
from counselling.local.preparation import MAKE_SECRETS, MANAGE, PYTHON

CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "contracts": ["lint-imports", "--no-cache"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
    "deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    "dangers": [PYTHON, "-m", "counselling.local.dangers"],
    "leaks": [PYTHON, "-m", "counselling.local.leaks"],
    "pins": [PYTHON, "-m", "counselling.local.pins"],
    "compose": [
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    ],
    # the list of parts; made and validated here, kept by whoever releases
    "parts": ["cyclonedx-py", "requirements", "requirements/runtime.txt", "-o", os.devnull],
}
AT_ONCE = 2
FIXES = {
    "lint": ["ruff", "check", "--quiet", "--fix", "."],
    "format": ["ruff", "format", "--quiet", "."],
}


def main(arguments: list[str]) -> int:
    """Run the checks or the fixes and give the exit code."""
    steps = FIXES if arguments == ["fix"] else CHECKS
    with tempfile.TemporaryDirectory(prefix="counselling-check-") as name:
        folder = Path(name)
        home = _at_home(folder)
        make = [PYTHON, "-c", MAKE_SECRETS, str(folder / "secrets")]
        subprocess.run(make, cwd=ROOT, env=home, check=True)
        around = {"deploy": _like_production(folder)}
        # a tool that formats or fixes must not meet another one in the same file
        with concurrent.futures.ThreadPoolExecutor(1 if steps is FIXES else AT_ONCE) as pool:
            asked = [
                pool.submit(_passes, name, steps[name], around.get(name, home)) for name in steps
            ]
        failed = [name for name, one in zip(steps, asked, strict=True) if not one.result()]
    print(f"\nNot in order: {', '.join(failed)}." if failed else "\nAll in order.")
    return 1 if failed else 0


def _passes(name: str, command: list[str], surroundings: dict[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    mark = "ok" if done.returncode == 0 else "FAILED"
    told = f"{name:<12} {mark:<7} {time.monotonic() - began:5.1f} s"
    print(f"{told}\n{done.stdout}" if done.returncode else told, flush=True)
    return done.returncode == 0


def _at_home(folder: Path) -> dict[str, str]:
    # No database runs here; that makemigrations cannot ask one is no finding.
    return os.environ | {
        "COUNSELLING_MODE": "test",
        "COUNSELLING_DATA": str(folder),
        "PYTHONWARNINGS": "ignore::RuntimeWarning",
    }


def _like_production(folder: Path) -> dict[str, str]:
    """Give the surroundings of a production that never runs: real checks, throwaway secrets."""
    urls = {k: v for k, v in default_urls(folder).items() if k in EVERYBODY}
    return (
        os.environ
        | urls
        | {
            "COUNSELLING_MODE": "production",
            "COUNSELLING_DATA": str(folder),
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "practice.example",
            "BASE_URL": "https://practice.example",
            "MAIL_FROM": "practice@practice.example",
            "MAIL_HOST": "mail.practice.example",
        }
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
