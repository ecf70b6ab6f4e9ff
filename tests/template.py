"""A migrated PostgreSQL kept between runs: made once for one state of the migrations, then copied.

Several runs at a time wait for the one that makes it. What was made half is never taken, and where
none can be made whoever asked migrates as before.
"""

from __future__ import annotations

import ast
import contextlib
import datetime
import fcntl
import gc
import hashlib
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Final

from counselling.local.cluster import ROOT, Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

_APPS: Final = ("audit", "clients", "consent", "records", "counselling")
_BESIDES: Final = (
    "counselling/settings.py",
    "counselling/local/roles.py",
    "counselling/local/cluster.py",
    "tests/template.py",
)
_KEPT: Final = 4
_NOTES: Final = 400
_BOOT: Final = pathlib.Path("/proc/sys/kernel/random/boot_id")


def plant(cluster: Cluster) -> bool:
    """Give a cluster that was never started the migrated data; False where there is none."""
    try:
        _plant(cluster)
    except (OSError, subprocess.SubprocessError, SyntaxError) as error:
        shutil.rmtree(cluster.data, ignore_errors=True)
        print(f"No migrated template, so migrating: {error}", file=sys.stderr)  # noqa: T201 whoever waits longer may know why
        return False
    return True


def _plant(cluster: Cluster) -> None:
    if not cluster.data.is_relative_to(cluster.folder):
        message = f"{cluster.folder} is not for an unprivileged PostgreSQL to walk through"
        raise PermissionError(message)
    store = _store()
    if not _taken(store, key(ROOT), cluster):
        with _held(store / "making.lock"):
            # whoever waited here may find it made
            if not _taken(store, key(ROOT), cluster):
                _taken(store, _make(store), cluster)
    _tidy(store)


def key(root: pathlib.Path) -> str:
    """Name the state of all that migrating makes: what migrations say, when and on which machine.

    Partitions of the log are made by the day's date; after a crash of the machine, unsynced data
    may be torn.
    """
    digest = hashlib.sha256()
    for path in sorted(_read(root)):
        digest.update(os.fsencode(path.relative_to(root)) + b"\0" + path.read_bytes() + b"\0")
    booted = _BOOT.read_text() if _BOOT.exists() else ""
    day = datetime.datetime.now(datetime.UTC).date()
    digest.update(f"{day} {booted} {sys.prefix} {sys.version}".encode())
    return digest.hexdigest()[:24]


def _read(root: pathlib.Path) -> set[pathlib.Path]:
    """Give every file of ours that the migrations read, over however many imports."""
    waiting = [root / name for name in _BESIDES]
    for app in ("*", "counselling/*"):
        waiting += [path for path in root.glob(f"{app}/migrations/*") if path.is_file()]
    found = set(root.glob("requirements/*.txt"))
    found |= {path for path in (root / "consent" / "library").rglob("*") if path.is_file()}
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(root, path) if path.suffix == ".py" else []
    return found


def _imported(root: pathlib.Path, path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Give the files of ours that a file imports, with the packages on the way to them."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield from _files(root, name.split("."))


def _files(root: pathlib.Path, parts: list[str]) -> Iterator[pathlib.Path]:
    if parts[0] not in _APPS:
        return
    for end in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:end])
        for each in (place / "__init__.py", place.with_suffix(".py")):
            if each.is_file():
                yield each


def _store() -> pathlib.Path:
    """Give the folder of all templates, nobody else's."""
    place = os.environ.get("TESTS_SCRATCH") or tempfile.gettempdir()
    store = pathlib.Path(place) / f"counselling-templates-{os.geteuid()}"
    store.mkdir(mode=0o700, exist_ok=True)
    found = store.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
        message = f"{store} is not ours alone"
        raise PermissionError(message)
    return store


@contextlib.contextmanager
def _held(lock: pathlib.Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Wait for a lock; whoever is killed lets go of it."""
    with lock.open("a") as file:
        fcntl.flock(file, how)
        yield


def _taken(store: pathlib.Path, name: str, cluster: Cluster) -> bool:
    """Copy what is made, while nobody may remove it."""
    with _held(store / f"{name}.lock", fcntl.LOCK_SH):
        if (store / f"{name}.failed").exists():
            message = "it was tried and failed"
            raise ChildProcessError(message)
        if not (store / name).is_dir():
            return False
        os.utime(store / name)
        _copy(store / name, cluster.data)
        return True


def _make(store: pathlib.Path) -> str:
    """Migrate in a process of its own what the tree says now; give the name it got, in one step.

    The tree is copied first: somebody may be writing in it.
    """
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cslt-template-", dir=_walkable()))
    folder.chmod(0o755)
    cluster, tree = Cluster(folder / "pg", fast=True), folder / "tree"
    aside = store / f"{os.getpid()}.new"
    try:
        for app in _APPS:
            shutil.copytree(ROOT / app, tree / app, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "requirements", tree / "requirements")
        (tree / "tests").mkdir()
        shutil.copy(__file__, tree / "tests")
        name = key(tree)
        _migrated(tree, folder, store / f"{name}.failed")
        _copy(cluster.data, aside)
        aside.rename(store / name)
    finally:
        cluster.destroy()
        for each in (folder, aside):
            shutil.rmtree(each, ignore_errors=True)
    return name


def _migrated(tree: pathlib.Path, folder: pathlib.Path, failed: pathlib.Path) -> None:
    """Migrate there, or remember that it fails: whoever waited does not try it once more."""
    command = [sys.executable, "-m", "tests.template", folder]
    try:
        subprocess.run(command, cwd=tree, check=True, timeout=300, capture_output=True,
                       stdin=subprocess.DEVNULL)  # fmt: skip
    except subprocess.CalledProcessError:
        failed.touch()
        raise


def _walkable() -> str:
    """Prefer a folder whose parents an unprivileged PostgreSQL can pass."""
    if given := os.environ.get("TESTS_SCRATCH"):
        return given
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108 a folder others can pass, by its well-known name


def _copy(data: pathlib.Path, into: pathlib.Path) -> None:
    """Copy with owners and rights, as blocks shared until they change where the disk can."""
    into.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(data), str(into)], check=True)


def _tidy(store: pathlib.Path) -> None:
    """Remove what nobody asked for lately, unless somebody is at it now."""
    made = [path for path in store.iterdir() if path.is_dir()]
    for path in sorted(made, key=_age)[_KEPT:]:
        with contextlib.suppress(OSError), (store / f"{path.name}.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # renamed first: nobody takes what is half gone
            gone = path.rename(store / f"{path.name}.gone") if not path.suffix else path
            shutil.rmtree(gone, ignore_errors=True)
    notes = (path for path in store.iterdir() if path.suffix in {".lock", ".failed"})
    for path in sorted(notes, key=_age)[_NOTES:]:
        path.unlink(missing_ok=True)


def _age(path: pathlib.Path) -> float:
    with contextlib.suppress(OSError):
        return -path.stat().st_mtime
    return 0.0


def main(folder: pathlib.Path) -> None:
    """Make a migrated cluster in a folder and stop it."""
    cluster = Cluster(folder / "pg", fast=True)
    cluster.start()
    try:
        cluster.prepare()
        os.environ |= cluster.urls() | {
            "COUNSELLING_MODE": "test",
            "COUNSELLING_PROCESS": "test",
            "COUNSELLING_DATA": str(folder),
            "COUNSELLING_SECRETS": str(folder / "secrets"),
            "DJANGO_SETTINGS_MODULE": "counselling.settings",
        }
        _migrate()
    finally:
        cluster.stop()


def _migrate() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from counselling import vault

    vault.signing.make_secrets(pathlib.Path(settings.SECRETS))
    # Django models every table anew for each change of one: much to count, nothing to set free
    gc.disable()
    # where only the vault's tables are, whatever else is told to migrate does nothing, slowly
    call_command("migrate", "vault", database="keys", verbosity=0)
    call_command("migrate", database="keys", fake=True, verbosity=0)
    call_command("migrate", database="owner", verbosity=0)
    connections.close_all()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
