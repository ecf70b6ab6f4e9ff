"""Folding, keyed indexes and digests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling import vault
from counselling.vault.models import Key
from counselling.vault.router import KeysRouter

from .samples import Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert vault.fold(vault.fold(text)) == vault.fold(text)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Mara@Example.ORG ", "mara@example.org"),
        ("STRASSE", "straße"),
        ("\uff21\uff4e\uff4e\uff45", "anne"),  # full width
        ("Zoe\u0308", "zoë"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ﬁnn", "Finn"),
    ],
)
def test_what_people_take_for_equal_is_equal(one: str, two: str) -> None:
    assert vault.fold(one) == vault.fold(two)


@pytest.fixture
def fresh() -> Iterator[None]:
    vault.forget()
    yield
    vault.forget()


@pytest.mark.django_db
@pytest.mark.req("EN-09")
def test_an_index_finds_its_value_and_is_no_plain_hash(fresh: None) -> None:
    found = vault.keyed_index("sign-in", "mara@example.org")
    assert vault.keyed_index("sign-in", "mara@example.org") == found
    vault.forget()
    assert vault.keyed_index("sign-in", "mara@example.org") == found
    assert found != hashlib.sha256(b"mara@example.org").hexdigest()
    assert len(found) == 64
    assert vault.keyed_index("address", "mara@example.org") != found
    assert vault.keyed_index("sign-in", "mara@example.com") != found


@pytest.mark.django_db
def test_an_index_outlives_a_new_key_of_the_practice(fresh: None) -> None:
    found = vault.keyed_index("sign-in", "mara@example.org")
    vault.rotate_key(vault.PRACTICE)
    assert vault.keyed_index("sign-in", "mara@example.org") == found


@pytest.mark.django_db
def test_garbage_misses_and_does_not_fail(fresh: None) -> None:
    assert len(vault.keyed_index("sign-in", "\ud800\0")) == 64


def test_a_digest_is_the_same_for_text_and_its_bytes() -> None:
    digest = hashlib.sha256(b"\xc3\xa4").hexdigest()
    assert vault.digest("ä") == vault.digest("ä".encode()) == digest


def test_holders_are_named_by_their_ids() -> None:
    one, two = uuid4(), uuid4()
    assert vault.holders.client(one) == f"client:{one}"
    assert vault.holders.case(one) == f"case:{one}"
    assert vault.holders.author(one, two) == f"author:{one}:{two}"
    assert vault.holders.staff(one) == f"staff:{one}"
    with pytest.raises(TypeError):
        vault.holders.client(str(one))  # type: ignore[arg-type]  # wrong on purpose, or from JSON


def test_keys_and_nothing_else_live_in_the_keys_database() -> None:
    router, key, leaf = KeysRouter(), Key(), Leaf()
    asked: list[type[Model]] = [Key, Leaf]
    assert [router.db_for_read(model) for model in asked] == ["keys", None]
    assert [router.db_for_write(model) for model in asked] == ["keys", None]
    assert router.allow_relation(key, leaf) is False
    assert router.allow_relation(leaf, leaf) is None
    assert router.allow_relation(key, key) is None
    cells = [("keys", "vault"), ("keys", "clients"), ("owner", "vault"), ("owner", "clients")]
    assert [router.allow_migrate(*cell) for cell in cells] == [True, False, False, True]
