"""Each check of `make check` can fail: what it looks for is planted, and found."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from counselling.local import dangers, leaks, pins, quality
from counselling.local.cluster import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# put together here, so that this file itself holds none
PRIVATE_KEY = "-----BEGIN {} KEY-----".format("PRIVATE")
CLOUD_KEY = "AKIA" + "Z7QX4PLM2K9TVB3R"
SCHEMA = ["--builtin-schema", "vendor.compose-spec"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


@pytest.mark.slow
@pytest.mark.req("OP-04")
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("clients/forgotten.py", PRIVATE_KEY),
        ("tests/forgotten.py", PRIVATE_KEY),
        ("tests/forgotten.py", f'KEY = "{CLOUD_KEY}"'),
        ("deploy/forgotten.conf", f"key = {CLOUD_KEY}"),
        ("counselling/forgotten.py", 'password = "kD93-xx1-lmQ2"'),
    ],
)
def test_a_planted_key_is_found(repository: Path, name: str, line: str) -> None:
    path = repository / name
    path.parent.mkdir()
    path.write_text(f"# nothing\n{line}\n")
    (found,) = {one.rsplit(":", 1)[0] for one in leaks.found(repository)}
    assert found == f"{name}:2"


def test_what_git_would_not_share_is_not_looked_at(repository: Path) -> None:
    (repository / ".gitignore").write_text("/secrets/\n")
    (repository / "secrets").mkdir()
    (repository / "secrets" / "own").write_text(PRIVATE_KEY)
    assert leaks.found(repository) == []


@pytest.mark.slow
@pytest.mark.req("OP-03")
def test_a_dangerous_call_is_found_and_a_waiver_needs_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "clients.py"
    path.write_text("import pickle\n\n\ndef read(given):\n    return pickle.loads(given)\n")
    (found,) = dangers.found(["clients.py"], tmp_path)
    assert "B301" in found
    path.write_text(path.read_text().replace("(given)\n", "(given)  # noqa: S301\n", 2))
    assert len(dangers.found(["clients.py"], tmp_path)) == 1, "no reason, no waiver"
    path.write_text(path.read_text().replace("S301", "S301 - our own, signed"))
    assert dangers.found(["clients.py"], tmp_path) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.req("OP-04")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("django==5.2.19 \\\n    --hash", "django==5.2.19\n# --hash", "not pinned with hashes"),
        ("django==5.2.19", "django==5.2.18", "pyproject.toml is not in it"),
        ("django==5.2.19", "django==5.2.18", "of runtime.txt"),
        ("asgiref==", "--extra-index-url https://elsewhere.example\nasgiref==", "not pinned"),
    ],
)
def test_a_pin_that_does_not_hold_is_found(
    project: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    monkeypatch.setattr(pins, "_installed_otherwise", lambda _: ())
    assert pins.found(project) == []
    path = project / "requirements" / "runtime.txt"
    path.write_text(path.read_text().replace(old, new, 1))
    assert any(said in one for one in pins.found(project)), pins.found(project)


@pytest.mark.req("OP-04")
def test_a_changed_file_of_a_package_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.metadata

    package = importlib.metadata.distribution("pyyaml")
    place = tmp_path / "site"
    for file in package.files:
        if ".." not in file.parts:
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), place / file)
    (copy,) = importlib.metadata.distributions(path=[str(place)])
    assert not [one for one in pins._changed("pyyaml", copy) if "has another" in one]
    (place / "yaml" / "loader.py").write_text("import os\n")
    assert "installed: pyyaml has another yaml/loader.py" in pins._changed("pyyaml", copy)


@pytest.mark.slow
def test_a_compose_file_with_a_slip_is_refused(tmp_path: Path) -> None:
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    said["services"]["web"]["read-only"] = True
    slip = tmp_path / "docker-compose.yml"
    slip.write_text(yaml.safe_dump(said))
    asked = [sys.executable, "-m", "check_jsonschema", *SCHEMA, str(slip)]
    refused = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "read-only" in refused.stdout


@pytest.mark.slow
@pytest.mark.req("OP-04")
def test_the_list_of_parts_holds_every_pin_and_cannot_be_made_of_nothing(tmp_path: Path) -> None:
    tool, kind, pinned, *_ = quality.CHECKS["parts"]
    program, made = str(pathlib.Path(sys.executable).parent / tool), tmp_path / "parts.json"

    def run(source: pathlib.Path) -> int:
        asked = [program, kind, str(source), "-o", str(made)]
        return subprocess.run(asked, capture_output=True, check=False).returncode

    assert run(ROOT / pinned) == 0
    parts = {(one["name"], one["version"]) for one in json.loads(made.read_text())["components"]}
    pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", (ROOT / pinned).read_text(), re.MULTILINE)
    assert parts == set(pins)
    assert len(parts) > 50
    assert run(tmp_path / "none.txt") != 0


def test_make_check_asks_all_of_them() -> None:
    named = {"dangers", "leaks", "pins", "compose", "parts", "deploy", "types", "contracts"}
    assert named <= quality.CHECKS.keys()
    assert quality.CHECKS["compose"][1:3] == SCHEMA


def test_one_failure_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = [sys.executable, "-c", ""], [sys.executable, "-c", "exit('a reason')"]
    monkeypatch.setattr(quality, "CHECKS", {"one": good, "two": bad, "three": good})
    assert quality.main([]) == 1
    said = capsys.readouterr().out
    assert "a reason" in said
    assert "Not in order: two." in said
    monkeypatch.setattr(quality, "CHECKS", {"one": good})
    assert quality.main([]) == 0
