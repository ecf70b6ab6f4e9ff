"""Production refuses to start wrong: each refusal has a number, a hint, and a story here."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from counselling.local.cluster import ROOT

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

FAR = {"HOST": "database", "OPTIONS": {}}
PROVEN = {"HOST": "database", "OPTIONS": {"sslmode": "verify-full"}}


@pytest.fixture
def right(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> SimpleNamespace:
    """A production in which nothing is wrong, for the checks alone to look at."""
    from django.conf import settings

    from counselling import checks_of_holdings, checks_of_settings, starting

    files = ("KEK", "CHECKPOINT_KEY", "PRACTICE_KEY", "PRACTICE_CERTIFICATE")
    made = SimpleNamespace(
        MODE="production",
        PROCESS="web",
        DATA=tmp_path,
        DEBUG=False,
        TEMPLATES=settings.TEMPLATES,
        SECRET_KEY="".join(chr(48 + n) for n in range(64)),
        ALLOWED_HOSTS=["practice.example"],
        BASE_URL="https://practice.example",
        PORTAL_HOST="",
        LOG_KEPT_YEARS=6,
        DEFAULT_FROM_EMAIL="practice@practice.example",
        EMAIL_HOST="mail.practice.example",
        DATABASES={"default": PROVEN, "keys": PROVEN},
        CELERY_BROKER_URL="amqps://broker:5671//",
        CELERY_BROKER_TRANSPORT_OPTIONS={},
        WITNESS_FILE=tmp_path / "witness" / "checkpoints",
        **{f"{name}_FILE": tmp_path / name for name in files},
    )
    for module in (checks_of_holdings, checks_of_settings, starting):
        monkeypatch.setattr(module, "settings", made)
    # this machine may have a PostgreSQL of its own
    monkeypatch.setattr(checks_of_holdings, "POSTGRES", tmp_path / "none")
    return made


def refused(check: Callable[..., Any]) -> list[str]:
    """Give the numbers of what a check says; each has a hint."""
    said = check()
    assert all(one.hint for one in said)
    return [one.id.removeprefix("counselling.") for one in said]


def test_nothing_is_said_of_a_production_that_is_right(right: SimpleNamespace) -> None:
    from counselling import checks_of_holdings, checks_of_settings

    for module in (checks_of_holdings, checks_of_settings):
        for check in vars(module).values():
            if hasattr(check, "tags"):
                assert check() == [], check.__name__


def test_an_application_that_owns_the_schema_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from counselling import checks

    same = {"default": {"USER": "owner"}, "owner": {"USER": "owner"}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=same))
    assert refused(checks.application_is_not_owner) == ["C002"]
    same["default"] = {"USER": "counselling_app"}
    assert refused(checks.application_is_not_owner) == []


@pytest.mark.parametrize(("mode", "clock"), [("demo", False), ("test", True), ("production", True)])
def test_a_demo_and_a_given_clock_stay_at_home(
    monkeypatch: pytest.MonkeyPatch, mode: str, clock: bool
) -> None:
    from counselling import checks

    given = SimpleNamespace(MODE=mode, GIVEN_CLOCK_ALLOWED=clock)
    monkeypatch.setattr(checks, "settings", given)
    assert refused(checks.demo_mode_stays_at_home) == ["C001"]


@pytest.mark.req("EN-17")
@pytest.mark.parametrize("mode", ["", "require", "verify-ca"])
def test_a_database_over_the_network_is_proven_or_not_asked(
    right: SimpleNamespace, mode: str
) -> None:
    from counselling.checks_of_settings import databases_are_reached_safely as check

    right.DATABASES = {"default": FAR | {"OPTIONS": {"sslmode": mode}}, "keys": PROVEN}
    assert refused(check) == ["C004"]
    assert "default" in check()[0].msg
    assert "keys" not in check()[0].msg


@pytest.mark.req("EN-17")
def test_a_queue_in_postgresql_is_held_to_the_same(right: SimpleNamespace) -> None:
    from counselling.checks_of_settings import databases_are_reached_safely as check

    right.CELERY_BROKER_TRANSPORT_OPTIONS = {"conn_string": "host=elsewhere dbname=queue"}
    assert refused(check) == ["C004"]
    right.CELERY_BROKER_TRANSPORT_OPTIONS = {
        "conn_string": "host=elsewhere dbname=queue sslmode=verify-full"
    }
    assert refused(check) == []


@pytest.mark.parametrize("host", ["", "/run/postgresql", "localhost", "127.0.0.1"])
def test_a_socket_or_this_machine_needs_no_tls(right: SimpleNamespace, host: str) -> None:
    from counselling.checks_of_settings import databases_are_reached_safely as check

    right.DATABASES = {"default": {"HOST": host, "OPTIONS": {}}}
    assert refused(check) == []


def test_an_address_that_is_asked_in_place_of_a_name_counts(right: SimpleNamespace) -> None:
    from counselling.checks_of_settings import databases_are_reached_safely as check

    right.DATABASES = {"default": {"HOST": "", "OPTIONS": {"hostaddr": "192.0.2.7"}}}
    assert refused(check) == ["C004"]
    right.DATABASES = {"default": {"HOST": "", "OPTIONS": {"service": "elsewhere"}}}
    assert refused(check) == ["C004"]
    right.DATABASES = {"default": {"HOST": "", "OPTIONS": {"hostaddr": "127.0.0.1"}}}
    assert refused(check) == []


def test_one_far_host_among_near_ones_is_enough(right: SimpleNamespace) -> None:
    from counselling.checks_of_settings import databases_are_reached_safely as check

    right.DATABASES = {"default": {"HOST": "localhost,database", "OPTIONS": {}}}
    assert refused(check) == ["C004"]


@pytest.mark.parametrize(
    "key",
    ["short", "a" * 64, "unused", "of no use outside tests", "django-insecure-" + "x1y2" * 20],
)
def test_a_guessable_secret_key_is_refused(right: SimpleNamespace, key: str) -> None:
    from counselling.checks_of_settings import secret_key_is_secret as check

    right.SECRET_KEY = key
    assert refused(check) == ["C005"]


@pytest.mark.parametrize(
    "url", ["http://practice.example", "https://elsewhere.example", "practice"]
)
def test_links_lead_here_and_by_https(right: SimpleNamespace, url: str) -> None:
    from counselling.checks_of_settings import links_lead_here_safely as check

    right.BASE_URL = url
    assert refused(check) == ["C006"]


@pytest.mark.parametrize("hosts", [[], ["*"], [".example"], ["practice.example", "*"]])
def test_any_name_is_no_name(right: SimpleNamespace, hosts: list[str]) -> None:
    from counselling.checks_of_settings import hosts_are_named as check

    right.ALLOWED_HOSTS = hosts
    assert refused(check) == ["C007"]


@pytest.mark.req("EN-06")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602])
@pytest.mark.parametrize("name", ["KEK_FILE", "CHECKPOINT_KEY_FILE", "PRACTICE_KEY_FILE"])
def test_a_key_others_can_read_is_refused(right: SimpleNamespace, name: str, mode: int) -> None:
    from counselling.checks_of_holdings import key_files_are_private as check

    path = getattr(right, name)
    path.write_text("key")
    path.chmod(0o600)
    assert refused(check) == []
    path.chmod(mode)
    assert refused(check) == ["C008"]
    assert name in check()[0].msg


@pytest.mark.parametrize("process", ["web", "worker", "scheduler", "sealer"])
def test_the_log_s_key_is_the_sealer_s_alone(right: SimpleNamespace, process: str) -> None:
    from counselling.checks_of_holdings import process_holds_its_own as check

    right.PROCESS = process
    right.CHECKPOINT_KEY_FILE.write_text("key")
    assert refused(check) == ([] if process == "sealer" else ["C009"])


@pytest.mark.parametrize("process", ["web", "worker", "scheduler", "sealer"])
@pytest.mark.parametrize(("alias", "keeper"), [("owner", "migrate"), ("sealer", "sealer")])
def test_an_address_is_its_process_s_alone(
    right: SimpleNamespace, process: str, alias: str, keeper: str
) -> None:
    from counselling.checks_of_holdings import process_holds_its_own as check

    right.PROCESS = process
    right.DATABASES = right.DATABASES | {alias: PROVEN}
    assert refused(check) == ([] if process == keeper else ["C009"])


def test_a_command_of_whoever_runs_the_machine_may_hold_all(right: SimpleNamespace) -> None:
    from counselling.checks_of_holdings import process_holds_its_own as check

    right.PROCESS = "command"
    right.DATABASES = right.DATABASES | {"owner": PROVEN, "sealer": PROVEN}
    assert refused(check) == []


def test_a_worker_without_the_practice_s_seal_is_refused(right: SimpleNamespace) -> None:
    from counselling.checks_of_holdings import worker_can_seal_documents as check

    right.PROCESS = "worker"
    assert refused(check) == ["C011"]
    right.PRACTICE_KEY_FILE.write_text("key")
    assert refused(check) == ["C011"]
    right.PRACTICE_CERTIFICATE_FILE.write_text("certificate")
    assert refused(check) == []


def test_a_worker_without_pango_is_refused(
    right: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counselling.checks_of_holdings import worker_can_render_documents as check

    monkeypatch.setattr("counselling.local.machine.has_pango", lambda: False)
    assert refused(check) == []
    right.PROCESS = "worker"
    assert refused(check) == ["C017"]


def test_a_sealer_without_its_witness_is_refused(right: SimpleNamespace) -> None:
    from counselling.checks_of_holdings import witness_can_be_told as check

    right.PROCESS = "sealer"
    assert refused(check) == ["C012"]
    right.WITNESS_FILE.parent.mkdir()
    assert refused(check) == []


def test_a_witness_beside_the_data_is_only_warned_of(
    right: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    from counselling.checks_of_holdings import witness_can_be_told as check

    right.PROCESS = "sealer"
    right.WITNESS_FILE.parent.mkdir()
    monkeypatch.setattr("counselling.checks_of_holdings.POSTGRES", tmp_path)
    assert refused(check) == ["C013"]
    assert not check()[0].is_serious()


def test_mail_from_nobody_is_refused_and_on_a_first_try_warned_of(right: SimpleNamespace) -> None:
    from counselling.checks_of_settings import mail_can_leave as check

    right.DEFAULT_FROM_EMAIL = "Practice <practice@localhost>"
    assert refused(check) == ["C014"]
    assert check()[0].is_serious()
    right.BASE_URL = "https://localhost"
    assert refused(check) == ["C014"]
    assert not check()[0].is_serious()
    right.DEFAULT_FROM_EMAIL, right.EMAIL_HOST = "practice@practice.example", "localhost"
    assert refused(check) == ["C014"]
    assert not check()[0].is_serious()


def test_debugging_is_refused(right: SimpleNamespace) -> None:
    from counselling.checks_of_settings import nothing_is_debugged as check

    right.DEBUG = True
    assert refused(check) == ["C015"]


def test_a_clock_in_the_past_is_refused(
    right: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counselling import checks_of_settings

    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    monkeypatch.setattr(checks_of_settings, "RELEASED", later)
    assert refused(checks_of_settings.clock_is_right) == ["C016"]


@pytest.mark.parametrize("url", ["amqp://broker//", "redis://broker"])
def test_a_broker_in_clear_is_refused(right: SimpleNamespace, url: str) -> None:
    from counselling.checks_of_settings import broker_is_reached_safely as check

    right.CELERY_BROKER_URL = url
    assert refused(check) == ["C018"]


def test_a_serving_process_asks_itself_and_a_command_or_a_demo_does_not(
    right: SimpleNamespace,
) -> None:
    from counselling.starting import serving_process_is_in_order as check

    right.SECRET_KEY = "short"
    assert "counselling.C005" in {said.id for said in check()}
    right.PROCESS = "command"
    assert check() == []
    right.PROCESS, right.MODE = "web", "demo"
    assert check() == []


def test_a_process_that_says_it_is_another_is_refused(
    right: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else what is asked of the web process would not be asked of it."""
    from counselling import starting

    for said in ("command", "worker"):
        right.PROCESS = said
        with pytest.raises(SystemExit) as left:
            starting.refuse_to_start_wrong("web")
        assert left.value.code == 1
        told = capsys.readouterr().err
        assert "counselling.C021" in told
        assert "HINT: Set COUNSELLING_PROCESS=web" in told


def test_a_process_that_says_nothing_is_asked_everything(
    right: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    from counselling import starting

    right.PROCESS, right.SECRET_KEY = "command", "short"
    with pytest.raises(SystemExit):
        starting.refuse_to_start_wrong("web")
    assert "counselling.C005" in capsys.readouterr().err


def test_every_number_is_given_once_and_has_a_test() -> None:
    import re

    told = [
        number
        for path in (ROOT / "counselling").rglob("*.py")
        for number in set(re.findall(r'id="counselling\.(C\d+)"', path.read_text()))
    ]
    assert len(told) == len(set(told))
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert [number for number in told if number not in tests] == []


WRONG = {
    "web": ["-m", "gunicorn", "--log-level=critical", "counselling.wsgi"],
    "worker": ["-m", "celery", "--quiet", "-A", "counselling.celery", "worker", "--concurrency=1"],
    "scheduler": [
        *("-m", "celery", "--quiet", "-A", "counselling.celery", "beat", "--pidfile="),
        "--scheduler=celery.beat:Scheduler",
    ],
    "sealer": ["manage.py", "seal_log"],
}


@pytest.mark.slow
@pytest.mark.req("EN-06")
def test_every_process_leaves_when_it_is_set_up_wrong_or_has_no_key(
    tmp_path: pathlib.Path,
) -> None:
    """Each says number and hint and gives an exit code; none of them needs a database for it."""
    (tmp_path / "static").mkdir()
    plain = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    plain.pop("COUNSELLING_SECRETS", None)
    surroundings = plain | {
        "COUNSELLING_MODE": "production",
        "COUNSELLING_DATA": str(tmp_path),
        "SECRET_KEY": "".join(chr(48 + n) for n in range(64)),
        "ALLOWED_HOSTS": "*",
        "BASE_URL": "https://practice.example",
        "MAIL_FROM": "practice@practice.example",
        "MAIL_HOST": "mail.practice.example",
        "DATABASE_URL": "postgresql://counselling_app@database/counselling",
        "KEYS_DATABASE_URL": "postgresql://counselling_keys@keys/counselling_keys",
        "BROKER_URL": "amqp://broker//",
        "BIND": "127.0.0.1:0",
    }
    started = {
        process: subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=surroundings | {"COUNSELLING_PROCESS": process},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for process, command in WRONG.items()
    }
    for process, running in started.items():
        try:
            said, _ = running.communicate(timeout=90)
        finally:
            running.kill()
        assert running.returncode not in {0, None}, (process, said)
        for number in ("counselling.C004", "counselling.C007", "counselling.C018", "vault.C001"):
            assert number in said, (process, said)
        assert "HINT" in said, process


def test_a_host_of_clients_that_tells_what_they_come_for_is_warned_of(
    right: SimpleNamespace,
) -> None:
    from counselling import checks_of_settings

    check = checks_of_settings.clients_have_a_host_that_tells_nothing
    assert refused(check) == []
    for host, said in (
        ("quiet.example", []),
        ("practice.example", ["C022"]),
        ("my-therapy.example", ["C022"]),
    ):
        right.PORTAL_HOST = host
        assert refused(check) == said, host


@pytest.mark.req("AT-15")
def test_the_log_is_kept_no_shorter_than_the_law_says(right: Any) -> None:
    from counselling import checks_of_settings

    check = checks_of_settings.log_is_kept_long_enough
    assert refused(check) == []
    for years in (5, 0):
        right.LOG_KEPT_YEARS = years
        assert refused(check) == ["C023"]
