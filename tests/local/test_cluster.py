"""The runner: it starts for anybody, keeps to its folder, and comes back whole."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from counselling.local import binaries, processes
from counselling.local.cluster import ROOT, Cluster, default_urls
from counselling.local.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users")


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("pgmq://", "postgresql://"), autocommit=True)


def test_each_role_reaches_its_own_database_and_no_other(cluster: Cluster) -> None:
    cluster.start()
    cluster.prepare()
    urls = cluster.urls()
    for name, url in urls.items():
        with connect(url) as connection:
            role, database = connection.execute(
                "SELECT current_user, current_database()"
            ).fetchone()
            assert url.startswith((f"postgresql://{role}@/{database}", f"pgmq://{role}@/")), name
    for stranger, database in [
        ("counselling_app", "counselling_keys"),
        ("counselling_keys", "counselling"),
        ("counselling_sealer", "counselling_queue"),
    ]:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            connect(cluster._url(stranger, database))


def test_no_role_of_ours_is_powerful(cluster: Cluster) -> None:
    cluster.start()
    cluster.prepare()
    with connect(cluster.superuser_url) as connection:
        powers = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
            "WHERE rolname LIKE 'counselling%' ORDER BY 1"
        ).fetchall()
    names = ["app", "keys", "owner", "sealer"]
    assert powers == [(f"counselling_{name}", False, False, False, False) for name in names]


def test_the_application_cannot_create_a_table(cluster: Cluster) -> None:
    cluster.start()
    cluster.prepare()
    with (
        connect(cluster.urls()["DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine ()")
    with (
        connect(cluster.urls()["DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TEMPORARY TABLE mine ()")


def test_preparing_again_keeps_what_is_there(cluster: Cluster) -> None:
    cluster.start()
    cluster.prepare()
    with connect(cluster.urls()["BROKER_URL"]) as connection:
        connection.execute("SELECT pgmq.create('work')")
    cluster.prepare()
    with connect(cluster.urls()["BROKER_URL"]) as connection:
        assert connection.execute("SELECT queue_name FROM pgmq.meta").fetchall() == [("work",)]


def test_what_was_committed_survives_kill_9(folder: Path) -> None:
    cluster = Cluster(folder)
    try:
        cluster.start()
        with connect(cluster.superuser_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
            os.kill(cluster.pid() or 0, signal.SIGKILL)
        cluster.start()
        with connect(cluster.superuser_url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    finally:
        cluster.destroy()


def test_a_busy_backend_that_outlived_its_server_is_ended(cluster: Cluster) -> None:
    cluster.start()
    with contextlib.suppress(psycopg.Error), connect(cluster.superuser_url) as busy:
        backend = busy.info.backend_pid
        # plain SQL without a wait, which does not notice that the server has gone
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")
        time.sleep(0.2)
        os.kill(cluster.pid() or 0, signal.SIGKILL)
        cluster.start()
        assert not processes.alive(backend)
    assert cluster.running()


def test_another_process_can_stop_the_server(cluster: Cluster, folder: Path) -> None:
    cluster.start()
    Cluster(folder).stop()
    assert not cluster.running()
    cluster.start()
    assert cluster.running()


def test_a_folder_that_was_made_halfway_is_made_anew(cluster: Cluster) -> None:
    aside = cluster.data.with_name("postgres.new")
    aside.mkdir(parents=True)
    aside.joinpath("PG_VERSION").write_text("18\n")
    with contextlib.suppress(KeyError):
        who = binaries.runner()
        os.chown(aside, who.pw_uid if who else -1, -1)
    cluster.start()
    assert cluster.running()


def test_data_and_socket_are_for_their_owner_alone(cluster: Cluster) -> None:
    cluster.start()
    for private in (cluster.data, cluster.sockets):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    with connect(cluster.superuser_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_socket_folder_open_to_others_is_refused(cluster: Cluster) -> None:
    cluster.sockets.mkdir(mode=0o700)
    cluster.sockets.chmod(0o777)
    with pytest.raises(Problem, match="not yours alone"):
        cluster.start()


def test_the_address_is_short_however_long_the_path(folder: Path) -> None:
    deep = folder.joinpath(*["a-rather-long-name-of-a-folder"] * 6)
    cluster = Cluster(deep, fast=True)
    try:
        cluster.start()
        assert len(str(cluster.sockets)) < 80
    finally:
        cluster.destroy()


def test_computing_the_addresses_touches_nothing(folder: Path) -> None:
    urls = default_urls(folder / "nowhere")
    assert not (folder / "nowhere").exists()
    assert set(urls) == {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_SEALER_URL",
        "KEYS_DATABASE_URL",
        "BROKER_URL",
    }


def test_the_system_s_programs_do_where_the_wheel_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not binaries._of_system():
        pytest.skip("this machine has no PostgreSQL of its own")
    monkeypatch.setattr(binaries, "_of_wheel", lambda: None)
    cluster = Cluster(folder, fast=True)
    try:
        cluster.start()
        assert cluster.running()
    finally:
        cluster.destroy()


def test_without_any_postgresql_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_of_wheel", lambda: None)
    monkeypatch.setattr(binaries, "_of_system", list)
    with pytest.raises(Problem, match="install PostgreSQL 15 or newer"):
        binaries.find()


LIFE = """
import os, sys, pathlib, psycopg
from counselling.local.cluster import Cluster
cluster = Cluster(pathlib.Path(sys.argv[1]), fast=True)
cluster.start(); cluster.prepare()
with psycopg.connect(cluster.urls()["DATABASE_URL"]) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0], cluster.data.stat().st_uid)
cluster.destroy()
"""


@as_root
def test_an_ordinary_user_runs_it_too(folder: Path, python: Callable) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, -1)
    ours = Path(sys.executable).resolve()
    interpreter = ours if binaries.reachable(ours, nobody) else Path("/usr/bin", ours.name)
    if not interpreter.exists():
        pytest.skip("an ordinary user cannot reach a Python of this version on this machine")
    packages = [path for path in sys.path if path.endswith("site-packages")]
    code = f"import sys; sys.argv[1:] = [{str(folder / 'mine')!r}]\n{LIFE}"
    run = python(
        *("-c", code),
        program=str(interpreter),
        user=nobody.pw_uid,
        PYTHONPATH=os.pathsep.join([str(ROOT), *packages]),
    )
    assert run.stdout.split() == ["counselling_app", str(nobody.pw_uid)], run.stderr


@as_root
def test_under_a_private_home_root_s_server_lives_outside(python: Callable) -> None:
    home = Path(tempfile.mkdtemp(prefix="private-"))  # 0700, as root's own home
    try:
        run = python("-c", LIFE, str(home / "clone"), PYTHONPATH=str(ROOT))
        role, owner = run.stdout.split()
        assert role == "counselling_app", run.stderr
        assert int(owner) != 0
        assert not (home / "clone" / "postgres").exists()
    finally:
        subprocess.run(["rm", "-rf", home], check=True)


@as_root
def test_removing_a_private_folder_removes_its_data_too() -> None:
    home = Path(tempfile.mkdtemp(prefix="private-"))
    cluster = Cluster(home / "clone", fast=True)
    try:
        cluster.start()
        with connect(cluster.superuser_url) as connection:
            connection.execute("CREATE TABLE old ()")
        cluster.stop()
        subprocess.run(["rm", "-rf", home / "clone"], check=True)
        cluster.start()
        with connect(cluster.superuser_url) as connection:
            assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)
    finally:
        cluster.destroy()
        subprocess.run(["rm", "-rf", home], check=True)


@as_root
def test_programs_under_a_private_home_are_copied(folder: Path) -> None:
    install = folder / "private" / "embedded" / "pginstall"
    found = binaries.find()
    if found.parent.name != "pginstall":
        pytest.skip("the system's PostgreSQL is never private")
    (install / "bin").mkdir(parents=True)
    install.parents[1].chmod(0o700)
    (install / "bin" / "postgres").write_text("")
    copied = binaries.for_user(install / "bin", binaries.runner())
    try:
        assert copied != install / "bin"
        assert copied.joinpath("postgres").exists()
        assert binaries.reachable(copied / "postgres", binaries.runner())
    finally:
        subprocess.run(["rm", "-rf", copied.parents[2]], check=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children")
def test_the_server_ends_when_its_parent_is_killed(
    cluster: Cluster, folder: Path, plain_environment: dict[str, str]
) -> None:
    code = (
        "import sys, time, pathlib; from counselling.local.cluster import Cluster;"
        "Cluster(pathlib.Path(sys.argv[1]), fast=True).start(); print('up', flush=True);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env=plain_environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        pid = cluster.pid()
        assert pid is not None
        parent.kill()
    assert processes.wait_until(lambda: not processes.alive(pid), 10)
