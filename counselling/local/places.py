"""Where the demo's databases, broker and secrets are, and which process is told which of them."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NAMES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_SEALER_URL",
    "KEYS_DATABASE_URL",
    "BROKER_URL",
)
EVERYBODY = ("DATABASE_URL", "KEYS_DATABASE_URL", "BROKER_URL")
# A process is told only the addresses it needs: the worker cannot seal, the web cannot migrate.
FURTHER = {
    "sealer": ("DATABASE_SEALER_URL",),
    "migrate": ("DATABASE_OWNER_URL",),
    "command": NAMES,
    "plant": NAMES,
}
MARK = "COUNSELLING_LAUNCHER"


def given(environment: Mapping[str, str]) -> dict[str, str] | None:
    """Give the addresses that somebody set: all of them, or None when there is not one."""
    found = {name: environment[name] for name in NAMES if environment.get(name)}
    if not found:
        return None
    if missing := [name for name in NAMES if name not in found]:
        message = f"Set all of {', '.join(NAMES)} or none of them: {', '.join(missing)} is missing."
        raise Problem(message)
    return found


def surroundings(process: str, urls: Mapping[str, str], folder: Path, port: int) -> dict[str, str]:
    """Give the environment of one process of the demo."""
    wanted = {*EVERYBODY, *FURTHER.get(process, ())}
    inherited = {name: value for name, value in os.environ.items() if name not in NAMES}
    return (
        inherited
        | {
            "COUNSELLING_MODE": "demo",
            "COUNSELLING_PROCESS": process,
            "COUNSELLING_DATA": str(folder),
            MARK: str(folder),
            "SECRET_KEY_FILE": str(folder / "secrets" / "django.key"),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "BIND": f"127.0.0.1:{port}",
            "PYTHONUNBUFFERED": "1",
            # Root in a container is no news to anybody who runs a demo as root.
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }
        | {name: url for name, url in urls.items() if name in wanted}
    )


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second demo out of the folder; the lock goes with the process, however it ends."""
    try:
        # Started by root, PostgreSQL runs as somebody else and must pass through; what is inside
        # is private, each thing by itself.
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_CREAT | os.O_WRONLY, 0o600)
    except OSError as error:
        message = (
            f"The folder {folder} cannot be written ({error.strerror}): choose one that you own."
        )
        raise Problem(message) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        message = f"A demo runs in {folder} already: use that one, or stop it with Ctrl-C first."
        raise Problem(message) from error
    finally:
        os.close(handle)
