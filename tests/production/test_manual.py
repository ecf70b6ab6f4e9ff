"""What the manual of operations names exists: commands, services, settings, numbers, figures."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from counselling.local.cluster import ROOT

MANUALS = {name: (ROOT / "docs" / f"{name}.md").read_text() for name in ("operations", "recovery")}
MANUAL = MANUALS["operations"]
COMPOSED: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def source() -> str:
    found = [ROOT / "gunicorn.conf.py", *(ROOT / "counselling").rglob("*.py")]
    return "".join(path.read_text() for path in found)


@pytest.mark.parametrize("name", sorted(MANUALS))
def test_every_management_command_exists(name: str) -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"manage\.py (\w+)", MANUALS[name]))
    assert named
    assert named <= get_commands().keys()


@pytest.mark.parametrize("name", sorted(MANUALS))
def test_every_service_exists(name: str) -> None:
    run = r"docker compose (?:run|exec)((?: --?[\w-]+(?:[= ](?:[A-Z_]+=\S+|\./\S+))?)*) (\w+)"
    named = {found[1] for found in re.findall(run, MANUALS[name])}
    for words in re.findall(r"docker compose (?:stop|up -d)([a-z ]*)", MANUALS[name]):
        named |= set(words.split())
    assert named
    assert named <= COMPOSED["services"].keys()


def test_every_service_is_told_of() -> None:
    (table,) = re.findall(r"## What runs\n(.*?)\n## ", MANUAL, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]+) \|", table, re.M)))) == set(
        COMPOSED["services"]
    )


def test_every_setting_is_read_somewhere() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    for name in set(re.findall(r"`([A-Z][A-Z_]{4,})`", MANUAL)):
        assert name in compose or f'"{name}"' in source(), name


def test_everything_compose_asks_for_is_explained() -> None:
    asked = set(re.findall(r"\$\{(COUNSELLING_\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert [name for name in asked if f"`{name}`" not in MANUAL] == []


@pytest.mark.parametrize("name", sorted(MANUALS))
def test_every_number_exists(name: str) -> None:
    for number in re.findall(r"counselling\.C\d+", MANUALS[name]):
        assert f'"{number}"' in source(), number


def test_every_figure_that_is_watched_is_explained() -> None:
    (table,) = re.findall(r"## What to watch\n(.*?)\n`/healthz`", MANUAL, re.DOTALL)
    told = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| ([^|]+) \|", table, re.M))))
    watching = (ROOT / "counselling" / "watching.py").read_text()
    shown = set(re.findall(r'Sight\("([a-z]+)"', watching)) | {"worker", "scheduler"}
    shown |= {f"backup-{kind}" for kind in ("main", "keys")}
    shown |= {f"witness-{kind}" for kind in ("file", "mail")}
    shown |= {f"certificate-{name}" for name in ("servers", "practice")}
    assert told == shown


def test_every_secret_the_manual_names_is_made() -> None:
    named = set(re.findall(r"`(?:secrets/)?([a-z]+\.(?:key|crt|pub))`", MANUAL))
    assert named - {"backup.key"} <= COMPOSED["secrets"].keys()


def test_the_order_of_the_first_day_is_that_of_recovery() -> None:
    steps = ("run --rm migrate", "run --rm backup\n", "verify --identity -", "up -d\n")
    places = [MANUAL.index(step) for step in steps]
    assert places == sorted(places)


def test_it_is_short() -> None:
    assert len(MANUAL.split()) < 1600
