"""Tests that share something dear run on one worker, whichever pytest runs them."""

import pathlib
import re

from tests.grouping import group_of

TESTS = pathlib.Path(__file__).parents[1]


def test_every_group_is_said_where_the_scheduler_looks_for_it() -> None:
    said = {one for one in TESTS.rglob("test_*.py") if "mark.xdist_group" in one.read_text()}
    assert len(said) > 10
    assert {one for one in said if group_of(one) is None} == {pathlib.Path(__file__)}


def test_the_faults_are_one_group_and_the_rest_is_none() -> None:
    faults = {group_of(one) for one in (TESTS / "faults").glob("test_k*.py")}
    assert faults == {"faults"}
    assert group_of(TESTS / "vault" / "test_wire.py") is None


def test_no_group_is_given_to_a_single_test() -> None:
    for one in TESTS.rglob("test_*.py"):
        assert not re.search(r"^@pytest.mark.xdist_group", one.read_text(), re.MULTILINE), one
