"""What Compose and Dockerfile promise is in them: for every service, whoever adds one."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cryptography import x509
from cryptography.x509 import verification

from counselling.local import compose
from counselling.local.cluster import ROOT
from tests.production.composed import allowed_in_image, copy_into_image

if TYPE_CHECKING:
    from pathlib import Path

COMPOSED: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSED["services"]
STEPS = {"prepare", "migrate", "backup"}  # they end by themselves
DOCKERFILE = (ROOT / "Dockerfile").read_text()
every_service = pytest.mark.parametrize("name", sorted(SERVICES))


@every_service
def test_it_writes_nowhere_rises_nowhere_and_is_nobody_special(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].startswith("${COUNSELLING_UID:?"), (
        "no default, so never root by accident"
    )
    assert service["init"] is True
    assert service.get("privileged") is None
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])


@every_service
def test_it_has_limits_and_leaves_no_core(name: str) -> None:
    service = SERVICES[name]
    assert {"mem_limit", "cpus", "pids_limit", "stop_grace_period"} <= service.keys()
    assert service["ulimits"] == {"core": 0}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@every_service
def test_it_is_looked_after_or_ends(name: str) -> None:
    service = SERVICES[name]
    if name in STEPS:
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


@every_service
def test_no_secret_stands_in_its_environment(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"KEY|PASSWORD|URL|SECRET|TOKEN", key) and key not in {"BASE_URL"}:
            assert key.endswith("_FILE"), key
            assert str(value).startswith("/run/secrets/"), key


def test_no_variable_has_a_secret_for_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name, default in re.findall(r"\$\{(\w+):-([^}]*)\}", text):
        assert not re.search(r"KEY|PASSWORD|SECRET|TOKEN", name), (name, default)


def test_every_secret_is_a_file_that_is_made() -> None:
    assert {entry["file"] for entry in COMPOSED["secrets"].values()} == {
        f"secrets/{name}" for name in COMPOSED["secrets"]
    }


@every_service
def test_its_image_has_a_version(name: str) -> None:
    image = SERVICES[name]["image"]
    ours = "build" in SERVICES[name]
    assert ours or re.search(r":\d+(\.\d+)?(-\w+)?$", image), image


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    inside = {name for name, made in COMPOSED["networks"].items() if (made or {}).get("internal")}
    assert inside == {"front", "main", "keys", "queue"}
    for name in ("database", "keys", "broker", "prepare", "migrate", "scheduler", "backup"):
        assert set(SERVICES[name]["networks"]) <= inside, name
    assert set(SERVICES["proxy"]["networks"]) & inside == {"front"}


def test_who_reaches_which_server() -> None:
    assert [name for name in SERVICES if "front" in SERVICES[name]["networks"]] == ["proxy", "web"]
    assert "queue" not in SERVICES["database"]["networks"] + SERVICES["keys"]["networks"]
    assert SERVICES["keys"]["networks"] == ["keys"]


@pytest.mark.req("EN-17")
def test_databases_and_broker_listen_by_tls_alone() -> None:
    for name in ("database", "keys"):
        said = SERVICES[name]["command"]
        for word in (
            "ssl=on",
            "ssl_min_protocol_version=TLSv1.2",
            f"ssl_cert_file=/run/secrets/{name}.crt",
        ):
            assert word in said
    rules = [
        line.split()
        for line in (ROOT / "deploy" / "pg_hba.conf").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert {rule[0] for rule in rules} == {"local", "hostssl"}
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}
    broker = (ROOT / "deploy" / "rabbitmq.conf").read_text()
    assert "listeners.tcp = none" in broker
    assert not re.search(r"tlsv1(\.1)?$", broker, re.MULTILINE)


@pytest.mark.req("EN-17")
def test_the_servers_prove_who_they_are_and_nobody_can_sign_for_another(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    compose.make(folder)
    assert not [path for path in folder.iterdir() if path.name.startswith("servers.key")]
    read = x509.load_pem_x509_certificate
    store = verification.Store([read((folder / "servers.crt").read_bytes())])
    for name in compose.SERVERS:
        builder = verification.PolicyBuilder().store(store)
        certificate = read((folder / f"{name}.crt").read_bytes())
        builder.build_server_verifier(x509.DNSName(name)).verify(certificate, [])
        with pytest.raises(verification.VerificationError):
            builder.build_server_verifier(x509.DNSName("another")).verify(certificate, [])
    before = {name: (folder / f"{name}.crt").read_bytes() for name in compose.SERVERS}
    authority = (folder / "servers.crt").read_bytes()
    compose.renew_certificates(folder)
    assert authority != (folder / "servers.crt").read_bytes()
    for name in compose.SERVERS:
        assert before[name] != (folder / f"{name}.crt").read_bytes()
    for name in compose.ADDRESSES:
        assert "sslmode=verify-full" in (folder / name).read_text()
    assert (folder / "broker_url").read_text().startswith("amqps://")


def test_what_compose_asks_of_the_machine_is_written_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    path = tmp_path / ".env"
    compose.write_settings(path, folder)
    text = path.read_text()
    asked = set(re.findall(r"\$\{(COUNSELLING_\w+)", (ROOT / "docker-compose.yml").read_text()))
    optional = {
        "COUNSELLING_TIME_ZONE", "COUNSELLING_MAIL_PORT", "COUNSELLING_PORTAL_HOST",
        "COUNSELLING_TEXT_GATEWAY", "COUNSELLING_MAJORITY_YEARS",
        "COUNSELLING_FEDERALLY_ASSISTED_SUD",
        "COUNSELLING_LOG_KEPT_YEARS",
        "COUNSELLING_WITNESS_MAIL",
        "COUNSELLING_SHARE_LINK_DAYS",
        "COUNSELLING_SHARE_LINK_OPENINGS",
    }  # fmt: skip
    assert asked - optional == set(re.findall(r"^(COUNSELLING_\w+)=", text, re.MULTILINE))
    path.write_text("mine")
    compose.write_settings(path, folder)
    assert path.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_somebody_ordinary(tmp_path: Path) -> None:
    compose.make(tmp_path / "secrets")
    owners = {path.stat().st_uid for path in (tmp_path / "secrets").iterdir()}
    assert owners == {compose.NOT_ROOT}


# -- the image ------------------------------------------------------------------------------------


def stages() -> dict[str, str]:
    return {
        found[1]: found[0]
        for found in re.findall(r"^(FROM \S+ AS (\S+)$.*?)(?=^FROM |\Z)", DOCKERFILE, re.S | re.M)
    }


def test_what_runs_was_built_elsewhere() -> None:
    app = stages()["app"]
    assert "COPY --from=packages /srv/venv /srv/venv" in app
    assert "--require-hashes" not in app
    for builder in ("gcc", "build-essential", "pip install", "curl", "wget", "git"):
        assert builder not in app.replace("pip uninstall", ""), builder
    for name in ("packages", "backup"):
        assert "install --require-hashes --no-deps -r requirements/runtime.txt" in stages()[name]


@pytest.mark.parametrize("name", ["app", "backup"])
def test_the_image_ends_as_an_ordinary_user(name: str) -> None:
    stage = stages()[name]
    users = re.findall(r"^USER (\S+)$", stage, re.M)
    assert users == ["counselling"]
    assert "LABEL org.opencontainers.image.title=" in stage
    assert stage.index("\nCOPY . .") < stage.index("\nUSER")


def test_the_dockerfile_is_written_as_one_should() -> None:
    """The few rules of a linter that matter here; none is installed."""
    for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.M):
        assert re.search(r":\d+(\.\d+)?(-\w+)+$", image), f"{image} has no version"
    assert not re.search(r"^ADD |^MAINTAINER|sudo |chmod 777|:latest", DOCKERFILE, re.M)
    for install in re.findall(r"apt-get install.*?(?=\n[A-Z#])", DOCKERFILE, re.S):
        assert "-y --no-install-recommends" in install
        assert "rm -rf /var/lib/apt/lists/*" in install
    for command in re.findall(r"^(?:CMD|ENTRYPOINT) (.*)$", DOCKERFILE, re.M):
        assert command.startswith("["), "as a list, so that signals arrive"
    arguments = re.findall(r"^ARG (.*)$", DOCKERFILE, re.M)
    assert set(arguments) == {"UID=1000"}, "no secret is ever an argument"


def test_only_what_runs_comes_into_the_image(tmp_path: Path) -> None:
    """Planted beside and within: a secret, a test, a repository, an environment."""
    clone, image = tmp_path / "clone", tmp_path / "image"
    wanted, _ = allowed_in_image(ROOT)
    for name in wanted:
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if "." in name.rsplit("/", 1)[-1]:
            path.write_text("file")
        else:
            path.mkdir()
            (path / "code.py").write_text("code")
    planted = (
        *("secrets/kek", ".env", ".git/config", "tests/test_a.py", ".venv/bin/python", "docs/a.md"),
        *("counselling/forgotten.key", "counselling/.env", "clients/__pycache__/a.pyc", "a.pem"),
        *("bench/a.py", ".local/secrets/kek", "requirements/dev.txt", "consent/deep/er/some.pem"),
    )
    for name in planted:
        path = clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("PLANTED")
    (clone / ".dockerignore").write_text((ROOT / ".dockerignore").read_text())
    copy_into_image(clone, image)
    came = [path for path in image.rglob("*") if path.is_file()]
    assert (image / "counselling" / "code.py") in came
    assert [path for path in came if path.read_text() == "PLANTED"] == []
