"""What is kept is bounded, short-lived, and gone once dropped."""

from __future__ import annotations

import time

import pytest

from counselling.vault.cache import ShortLived


@pytest.fixture
def cache() -> ShortLived[str]:
    return ShortLived[str](2, 60)


def test_a_thing_is_kept_by_holder_and_purpose(cache: ShortLived[str]) -> None:
    cache.put("a", "values", "A", cache.mark())
    assert cache.get("a", "values") == "A"
    assert cache.get("a", "files") is None
    assert cache.get("b", "values") is None


def test_a_thing_is_over_after_its_time(
    cache: ShortLived[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put("a", "values", "A", cache.mark())
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert cache.get("a", "values") is None


def test_what_is_over_is_no_longer_in_memory_once_another_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache = ShortLived[str](9, 60)
    for holder in "ab":
        cache.put(holder, "values", holder, cache.mark())
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    cache.put("c", "values", "c", cache.mark())
    assert list(cache._kept) == [("c", "values")]


def test_the_oldest_goes_when_it_is_full(cache: ShortLived[str]) -> None:
    for holder in "aba":
        cache.put(holder, "values", holder.upper(), cache.mark())
    cache.put("c", "values", "C", cache.mark())
    assert [cache.get(holder, "values") for holder in "abc"] == ["A", None, "C"]


def test_dropping_takes_every_purpose_of_one_holder(cache: ShortLived[str]) -> None:
    cache.put("a", "values", "A", cache.mark())
    cache.put("b", "values", "B", cache.mark())
    cache.drop("a")
    assert [cache.get(holder, "values") for holder in "ab"] == [None, "B"]
    cache.clear()
    assert cache.get("b", "values") is None


def test_what_was_fetched_before_a_drop_is_not_kept_after_it(cache: ShortLived[str]) -> None:
    mark = cache.mark()
    cache.drop("a")
    cache.put("a", "values", "A", mark)
    assert cache.get("a", "values") is None
