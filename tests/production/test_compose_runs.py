"""Every command of docker-compose.yml is run in a clean folder, with what this machine has."""

from __future__ import annotations

import concurrent.futures
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.production.composed import RABBITMQ, Practice, clean_folder, system_postgres

if TYPE_CHECKING:
    import datetime
    import pathlib
    from collections.abc import Iterator

# for a try without what is here: PRODUCTION_WITHOUT="tls broker caddy"
WITHOUT = os.environ.get("PRODUCTION_WITHOUT", "").split()
TLS = bool(system_postgres()) and "tls" not in WITHOUT
BROKER = RABBITMQ.exists() and "broker" not in WITHOUT
PROXY = bool(shutil.which("caddy")) and "caddy" not in WITHOUT
# the names of the tests say what they ran with
HOW = "-".join(
    (
        "postgres_by_tls" if TLS else "postgres_by_socket",
        "rabbitmq" if BROKER else "pgmq",
        "caddy" if PROXY else "no_proxy",
    )
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("composed")]


@pytest.fixture(scope="module", params=[HOW])
def practice() -> Iterator[Practice]:
    """A practice that was brought up in the order of the file."""
    with clean_folder() as folder:
        made = Practice(folder, tls=TLS, rabbitmq=BROKER, caddy=PROXY)
        try:
            _bring_up(made)
            yield made
        finally:
            made.stop_all()


def _bring_up(made: Practice) -> None:
    made.make_clone()
    made.start_postgres("database")
    made.start_postgres("keys")
    if BROKER:
        made.start_broker()
    if TLS:
        made.wait("database")
        made.wait("keys")
    collected = made.run("migrate", ["python", "manage.py", "collectstatic", "--no-input"])
    assert collected.returncode == 0, collected.stderr
    made.before = made.snapshot()
    for step in ("prepare", "migrate"):
        done = made.run(step)
        assert done.returncode == 0, (step, done.stderr)
    if BROKER:
        made.wait("broker")
    for name in ("worker", "scheduler", "sealer"):
        made.start(name)
    made.backed_up = _back_up(made)
    made.start("web")
    for name in ("web", "worker", "scheduler", "sealer"):
        made.wait(name)
    if PROXY:
        ports = {"HTTP_PORT": str(made.ports["http"]), "HTTPS_PORT": str(made.ports["https"])}
        home = {"XDG_DATA_HOME": str(made.folder / "caddy"), "XDG_CONFIG_HOME": str(made.folder)}
        made.start("proxy", COUNSELLING_WEB=f"127.0.0.1:{made.ports['web']}", **ports, **home)


def _back_up(made: Practice) -> list[str]:
    """The first day's backup and trial, without which the web process does not start."""
    said = []
    entry = ["python", "-m", "counselling.local.backups"]
    identity = made.clone / "secrets" / "backup.key"
    for name in ("backups", "scratch"):
        (made.folder / "srv" / name).mkdir(parents=True, exist_ok=True)
    backup = made.run("backup", [*entry, *made.service("backup")["command"]])
    said.append(backup.stdout + backup.stderr)
    assert backup.returncode == 0, said
    with identity.open() as key:
        tried = made.run("backup", [*entry, "verify", "--identity", "-"], stdin=key)
    said.append(tried.stdout + tried.stderr)
    assert tried.returncode == 0, said
    return said


def ask(practice: Practice, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask as a visitor: through the proxy where there is one, else as the proxy would."""
    if PROXY:
        context = ssl.create_default_context(cafile=str(authority(practice)))
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "localhost", practice.ports["https"], context=context, timeout=20
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", practice.ports["web"], timeout=20)
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    connection.request("GET", path, headers={"Host": "localhost"} | headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def authority(practice: Practice) -> pathlib.Path:
    path = practice.folder / "caddy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    end = time.monotonic() + 20
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(0.2)
    return path


def superuser(practice: Practice, server: str = "database") -> psycopg.Connection:
    name = "superuser_url" if server == "database" else "keys_superuser_url"
    return psycopg.connect((practice.secrets("prepare") / name).read_text().strip())


def test_a_visitor_gets_the_sign_in_page(practice: Practice) -> None:
    status, headers, _ = ask(practice, "/")
    assert status == 302
    status, headers, page = ask(practice, headers["Location"])
    assert status == 200
    assert "<form" in page
    assert "max-age=63072000" in headers["Strict-Transport-Security"]
    assert headers.get("Server", "") in ({""} if PROXY else {"", "gunicorn"})


@pytest.mark.req("OP-05")
def test_it_is_ready_and_says_no_more(practice: Practice) -> None:
    assert ask(practice, "/readyz")[::2] == (200, "up")
    assert ask(practice, "/healthz")[::2] == (200, "up")


def test_another_host_s_name_is_not_answered(practice: Practice) -> None:
    try:
        status = ask(practice, "/healthz", Host="elsewhere.example")
    except (http.client.HTTPException, OSError):
        return
    # a proxy that knows no such site answers with nothing
    assert status[0] == 400 or status[2] == ""


def test_the_first_administrator_is_invited(practice: Practice) -> None:
    invite = ["python", "manage.py", "first_administrator", "Ada Admin", "ada@practice.example"]
    made = practice.run("web", invite)
    assert made.returncode == 0, made.stderr
    link = made.stdout.strip().splitlines()[-1]
    assert link.startswith("https://localhost/")
    status, _, page = ask(practice, link.removeprefix("https://localhost"))
    assert status == 200
    assert "password" in page.lower()


def test_a_message_goes_through_the_broker_to_the_worker(practice: Practice) -> None:
    address = (practice.secrets("web") / "database_url").read_text().strip()
    asked = "SELECT at FROM counselling_heartbeat WHERE process = 'worker'"

    def beaten() -> datetime.datetime:
        with psycopg.connect(address) as connection:
            (at,) = connection.execute(asked).fetchone() or (None,)
        assert at is not None
        return at

    before = beaten()
    send = "from counselling.celery import app; app.send_task('counselling.beat')"
    done = practice.run("scheduler", ["python", "-c", send])
    assert done.returncode == 0, done.stderr
    end = time.monotonic() + 30
    while beaten() == before:
        assert time.monotonic() < end, practice.log("worker").read_text()
        time.sleep(0.2)


def test_queues_are_of_the_lasting_kind(practice: Practice) -> None:
    if not BROKER:
        address = (practice.secrets("web") / "broker_url").read_text().strip()
        with psycopg.connect(address.replace("pgmq:", "postgresql:")) as queue:
            assert queue.execute("SELECT count(*) FROM pgmq.meta").fetchone() != (0,)
        return
    queues = dict(
        line.split("\t")[:2]
        for line in practice.rabbitmqctl("list_queues", "name", "type").splitlines()
    )
    assert queues["celery"] == "quorum"


@pytest.mark.req("EN-17")
def test_every_connection_to_the_databases_is_by_tls(practice: Practice) -> None:
    asked = (
        "SELECT a.usename, s.ssl, s.version FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) "
        "WHERE a.usename IS NOT NULL"
    )
    for server, address in (("database", "database_url"), ("keys", "keys_database_url")):
        url = (practice.secrets("web") / address).read_text().strip()
        # one of ours is there at this moment, whatever the pools hold
        with psycopg.connect(url), superuser(practice, server) as connection:
            found = connection.execute(asked).fetchall()
        assert len(found) > 1
        for who, encrypted, version in found:
            assert encrypted is TLS, who
            assert version in ({"TLSv1.2", "TLSv1.3"} if TLS else {None}), who


@pytest.mark.req("EN-17")
def test_in_clear_or_to_another_server_nobody_is_let_in(practice: Practice) -> None:
    address = (practice.secrets("web") / "database_url").read_text().strip()
    with psycopg.connect(address):
        pass
    if not TLS:
        assert "host=" in address, "a local socket"
        return
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(address.replace("verify-full", "disable"))
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(address.replace("@database/", "@keys/"))
    other = practice.folder / "another.crt"
    shutil.copy(practice.secrets("worker") / "practice.crt", other)
    own = re.sub(r"sslrootcert=[^&]+", f"sslrootcert={other}", address)
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(own)


@pytest.mark.req("WH-11")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_door_speaks_tls_as_of_today(practice: Practice, version: ssl.TLSVersion) -> None:
    assert _handshake(practice, version) == version.name.replace("_", ".")


@pytest.mark.req("WH-11")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_the_door_speaks_no_older_tls(practice: Practice, version: ssl.TLSVersion) -> None:
    if not PROXY:
        return  # nothing here ends TLS
    with pytest.raises((ssl.SSLError, ConnectionError)):
        _handshake(practice, version)


def _handshake(practice: Practice, version: ssl.TLSVersion) -> str | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    if not PROXY:
        return version.name.replace("_", ".")
    with (
        socket.create_connection(("127.0.0.1", practice.ports["https"]), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as encrypted,
    ):
        return encrypted.version()


def test_a_backup_was_made_and_opened_again(practice: Practice) -> None:
    assert len(practice.backed_up) == 2
    assert any((practice.folder / "srv" / "backups").iterdir())


def test_what_was_done_is_sealed_and_witnessed(practice: Practice) -> None:
    witness = practice.folder / "srv" / "data" / "witness" / "checkpoints"
    end = time.monotonic() + 30
    while not witness.exists() or not witness.read_text():
        assert time.monotonic() < end, practice.log("sealer").read_text()
        time.sleep(0.2)
    assert "counselling.audit" in json.loads(witness.read_text().splitlines()[-1])["note"]


@pytest.mark.req("OP-02")
def test_what_the_manual_asks_of_a_running_practice_is_answered(practice: Practice) -> None:
    """Together, as each of them loads the whole program."""
    asked = {
        "check": ("web", ["python", "manage.py", "check", "--deploy"]),
        "watch": ("web", ["python", "manage.py", "watch", "--json"]),
        "verify": ("sealer", ["python", "manage.py", "verify_audit"]),
    }
    with concurrent.futures.ThreadPoolExecutor() as pool:
        done = dict(
            zip(asked, pool.map(lambda one: practice.run(*one), asked.values()), strict=True)
        )
    assert done["check"].returncode == 0
    numbers = set(re.findall(r"\(([\w.]+)\)", done["check"].stderr))
    assert {one for one in numbers if "." in one} == {"counselling.C014"}, "a first try, no mail"
    seen = {one["name"]: one for one in json.loads(done["watch"].stdout)}
    needed = {name for name, one in seen.items() if not one["well"]}
    assert needed <= {"verification"}, "which may not have been yet"
    assert ("certificate-servers" in seen) is TLS
    assert done["verify"].returncode == 0, done["verify"].stdout


def test_no_process_has_a_secret_it_does_not_list(practice: Practice) -> None:
    for name in practice.running:
        held = {path.name for path in practice.secrets(name).iterdir()}
        listed = {
            one if isinstance(one, str) else one["source"]
            for one in practice.service(name).get("secrets", [])
        }
        assert held == listed, name


def test_nothing_was_written_where_the_image_is_read_only(practice: Practice) -> None:
    assert practice.snapshot() == practice.before


def test_each_stops_in_order_when_asked(practice: Practice) -> None:
    """Run last: what is stopped is gone for the others."""
    for name in ("web", "scheduler", "worker", "sealer"):
        assert practice.stop(name) in {0, -15}, practice.log(name).read_text()
