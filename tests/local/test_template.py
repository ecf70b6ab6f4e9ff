"""The migrated PostgreSQL kept between runs: never half made, out of date or in the way."""

from __future__ import annotations

import os
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests import template

if TYPE_CHECKING:
    import pathlib


@pytest.fixture
def store(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("TESTS_SCRATCH", str(tmp_path))
    return template._store()


@pytest.fixture
def cluster(tmp_path: pathlib.Path) -> Any:
    """Stand in for a cluster that was never started."""
    return SimpleNamespace(folder=tmp_path / "pg", data=tmp_path / "pg" / "postgres")


@pytest.fixture
def tree(tmp_path: pathlib.Path) -> pathlib.Path:
    """Make a small tree: one migration, what it imports, and what that imports."""
    root = tmp_path / "tree"
    for name, said in {
        "consent/migrations/0001_first.py": "from counselling.sql import grant\n",
        "consent/library/form.en.md": "A form.",
        "counselling/sql.py": "import counselling.words\n",
        "counselling/words.py": "",
        "counselling/pages.py": "",
        **dict.fromkeys(template._BESIDES, ""),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(said)
    return root


@pytest.mark.parametrize(
    "name",
    [
        "consent/migrations/0001_first.py",
        "consent/migrations/0002_second.py",
        "consent/library/form.en.md",
        "counselling/sql.py",
        "counselling/words.py",
    ],
)
def test_whatever_migrations_read_makes_another_template(tree: pathlib.Path, name: str) -> None:
    before = template.key(tree)
    with (tree / name).open("a") as file:
        file.write("# more\n")
    assert template.key(tree) != before


def test_what_migrations_do_not_read_leaves_it_as_it_was(tree: pathlib.Path) -> None:
    before = template.key(tree)
    (tree / "counselling/pages.py").write_text("# a page")
    assert template.key(tree) == before


def test_a_half_made_one_is_never_taken(store: pathlib.Path, cluster: Any) -> None:
    (store / "123.new").mkdir()
    assert not template._taken(store, "123", cluster)
    (store / "123").mkdir()
    assert template._taken(store, "123", cluster)
    assert cluster.data.is_dir()


def test_one_that_cannot_be_made_is_tried_once_and_whoever_asked_migrates(
    store: pathlib.Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fails(*command: Any, **_: Any) -> None:
        tried.append(str(command))
        raise subprocess.CalledProcessError(1, "migrate")

    monkeypatch.setattr(subprocess, "run", fails)
    assert not template.plant(cluster)
    assert not template.plant(cluster)
    assert len(tried) == 1
    assert not cluster.data.exists()
    assert [path for path in store.iterdir() if path.is_dir()] == []


def test_those_nobody_asked_for_lately_are_removed(store: pathlib.Path) -> None:
    for age in range(template._KEPT + 2):
        (store / f"{age}").mkdir()
        os.utime(store / f"{age}", (1000 - age, 1000 - age))
    template._tidy(store)
    assert {path.name for path in store.iterdir() if path.is_dir()} == {
        str(age) for age in range(template._KEPT)
    }
