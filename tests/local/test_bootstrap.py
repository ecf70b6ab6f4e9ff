"""The first minute on a bare machine: every obstacle is one sentence that says what to do."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counselling.local import bootstrap, machine
from counselling.local.bootstrap import Environment
from counselling.local.cluster import ROOT
from counselling.local.problem import Problem
from tests.local.conftest import assert_one_sentence

if TYPE_CHECKING:
    from collections.abc import Callable


def make_clone(folder: Path) -> Path:
    """Make a clone that wants no packages at all, so that only the environment itself is made."""
    (folder / "requirements").mkdir()
    for name in bootstrap.SETS:
        (folder / "requirements" / f"{name}.txt").write_text("# nothing\n")
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone whose environment is made; making one takes seconds, so it is done once."""
    clone = make_clone(tmp_path_factory.mktemp("finished"))
    Environment(clone).prepare("demo")
    return clone


@pytest.fixture
def clone(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished clone for one test to spoil."""
    return Path(shutil.copytree(finished, tmp_path / "clone", symlinks=True))


def test_an_old_python_is_told_which_one_to_take(python: Callable) -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0);"
        "sys.argv = ['bootstrap', 'demo', '--', 'true'];"
        "runpy.run_module('counselling.local.bootstrap', run_name='__main__')"
    )
    assert_one_sentence(python("-c", code), "3.11", "3.9", "PYTHON=")


def test_an_old_python_can_read_the_file_that_says_so() -> None:
    for name in ("__init__.py", "local/__init__.py", "local/bootstrap.py"):
        ast.parse((ROOT / "counselling" / name).read_text(), feature_version=(3, 6))


def test_bootstrap_needs_no_package(python: Callable) -> None:
    run = python("-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r});"
                 "import counselling.local.bootstrap")  # fmt: skip
    assert run.returncode == 0, run.stderr


def test_an_unknown_call_is_told_how_to_call(python: Callable) -> None:
    assert_one_sentence(python("-m", "counselling.local.bootstrap", "everything"), "demo|dev")


def test_a_finished_environment_is_left_alone(clone: Path, capsys: pytest.CaptureFixture) -> None:
    assert (clone / ".venv" / "bin" / "python").exists()
    Environment(clone).prepare("demo")
    Environment(clone).prepare("runtime")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("stamp", [None, "{}", "cut off"])
def test_a_half_made_environment_is_made_anew(
    clone: Path, stamp: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Environment] = []
    monkeypatch.setattr(Environment, "_build", lambda self: made.append(self))  # noqa: PLW0108 - it must bind
    monkeypatch.setattr(Environment, "_install", lambda *_: None)
    mark = clone / ".venv" / "complete.json"
    mark.unlink()
    if stamp is not None:  # pip was at work when somebody pulled the plug
        mark.write_text(stamp)
    Environment(clone).prepare("demo")
    assert len(made) == 1


def test_building_anew_throws_the_half_away(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    clone = make_clone(tmp_path)
    left = clone / ".venv" / "lib" / "half-unpacked"
    left.mkdir(parents=True)
    Environment(clone).prepare("demo")
    assert not left.exists()
    assert (clone / ".venv" / "bin" / "python").exists()
    assert "half made" in capsys.readouterr().out


def test_changed_pins_are_installed(clone: Path, capsys: pytest.CaptureFixture) -> None:
    (clone / "requirements" / "demo.txt").write_text("# nothing, differently\n")
    Environment(clone).prepare("demo")
    assert "Installing" in capsys.readouterr().out


def test_a_package_that_is_not_the_pinned_one_is_refused(clone: Path) -> None:
    fake = clone / "wrong-1.0.tar.gz"
    fake.write_bytes(b"not what was reviewed")
    line = f"wrong @ {fake.as_uri()} --hash=sha256:{'0' * 64}\n"
    (clone / "requirements" / "demo.txt").write_text(line)
    with pytest.raises(Problem, match=r"could not be installed"):
        Environment(clone).prepare("demo")
    assert json.loads((clone / ".venv" / "complete.json").read_text()) == {}


def test_an_unwritable_clone_is_told_to_move() -> None:
    with pytest.raises(Problem, match=r"cannot be (written|locked).*clone to a place that you own"):
        Environment(Path("/proc")).prepare("demo")


def test_a_command_that_is_not_there_is_named(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    with pytest.raises(Problem, match="`nonesuch` cannot be started"):
        Environment(clone).become(["nonesuch"])


def test_without_pango_the_command_to_install_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LIBRARIES", (("libnonesuch.so.9",),))
    with pytest.raises(Problem, match=r"need Pango.*(run `|install )") as found:
        machine.require_pango(install=False)
    assert "\n" not in str(found.value)


def test_pango_is_on_the_machine_that_runs_the_tests() -> None:
    assert machine.has_pango()


def test_a_browser_named_by_hand_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert machine.browser() == Path(sys.executable)


def test_without_a_browser_the_tests_refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(machine, "browser", lambda: None)
    monkeypatch.setattr(machine, "provide", lambda _: False)
    monkeypatch.setattr(machine.sys, "executable", "/bin/false")
    with pytest.raises(Problem, match="need Chromium"):
        machine.provide_browser()
