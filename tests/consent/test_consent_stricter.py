"""Of several answers the stricter wins: the rule in plain Python, whatever people say."""

from __future__ import annotations

import random  # noqa: TC003 hypothesis asks for it

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.domain.strictest import strictest

CLAUSES = st.sampled_from(["a", "b", "c"])
ANSWERS = st.dictionaries(CLAUSES, st.booleans())


def test_the_stricter_wins() -> None:
    assert strictest([]) == {}
    assert strictest([{"a": True, "b": True}, {"a": True}]) == {"a": True, "b": False}
    assert strictest([{"a": True}, {"a": False}]) == {"a": False}


@pytest.mark.req("CC-22")
@given(st.lists(ANSWERS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_nothing_passes_on_one_no_whoever_says_it_first(
    said: list[dict[str, bool]], mixed: random.Random
) -> None:
    joined = strictest(said)
    for clause, answer in joined.items():
        assert answer == all(one.get(clause) is True for one in said)
    others = list(said)
    mixed.shuffle(others)
    assert strictest(others) == joined
    # one more who signs never opens anything
    for clause in joined:
        assert strictest([*said, {clause: False}])[clause] is False
    assert {c for c, yes in strictest([*said, {}]).items() if yes} == set()
