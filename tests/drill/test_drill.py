"""The attacks of `make drill`, each once, and each a second time without its alteration."""

from __future__ import annotations

import functools
import pathlib
import shutil
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.drill.attacks import ATTACKS, GROWTHS, WHOLE
from tests.drill.log import Log
from tests.drill.verdict import control_of, growth_of, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from tests.drill.attacks import Attack, Growth

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("drill")]


@functools.cache
def planted(connection: psycopg.Connection[Any], folder: pathlib.Path) -> Log:
    return Log(connection, folder)


@pytest.fixture(scope="module")
def folder() -> Iterator[pathlib.Path]:
    path = pathlib.Path(tempfile.mkdtemp(prefix="cslt-drill-"))
    yield path
    shutil.rmtree(path)
    planted.cache_clear()


@pytest.fixture(scope="module")
def hands() -> Iterator[psycopg.Connection[Any]]:
    from tests.raw import superuser

    with superuser() as connection:
        yield connection


@pytest.fixture
def log(db: None, hands: psycopg.Connection[Any], folder: pathlib.Path) -> Log:
    return planted(hands, folder).fresh()


@pytest.mark.req("AT-04", "AT-05")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.title)
def test_an_attack_is_found(attack: Attack, log: Log) -> None:
    verdict = verdict_of(attack, log)
    assert verdict.right, verdict


@pytest.mark.req("AT-04")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.title)
def test_the_same_steps_without_the_alteration_leave_a_whole_log(attack: Attack, log: Log) -> None:
    verdict = control_of(attack, log)
    assert verdict.right, verdict


@pytest.mark.req("AT-04", "EN-15")
@pytest.mark.parametrize("growth", GROWTHS, ids=lambda one: one.title)
def test_what_is_honest_is_never_taken_for_an_attack(growth: Growth, log: Log) -> None:
    verdict = growth_of(growth, log)
    assert verdict.right, verdict


def test_only_what_the_documents_admit_is_not_found() -> None:
    unfound = [one.title for one in ATTACKS if one.found == WHOLE and not one.also]
    assert unfound == ["an event is changed in the second before it is sealed"]
    # everything the witness alone can know is on the list, and marked so
    assert sum(one.found != WHOLE and one.alone == WHOLE for one in ATTACKS) >= 8
