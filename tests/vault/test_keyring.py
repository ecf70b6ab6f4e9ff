"""The life of data keys: made, found by version, rotated, wrapped anew, destroyed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import IntegrityError, connections
from django.test.utils import CaptureQueriesContext

from counselling import vault
from counselling.vault import keyring, keystore, providers
from counselling.vault.envelope import SealBroken
from counselling.vault.models import Key
from counselling.vault.providers import KeysRefused, Wrapper, new_key

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder() -> str:
    vault.forget()
    return vault.holders.client(uuid4())


def stored(holder: str) -> list[Key]:
    return list(Key.objects.using("keys").filter(holder=holder).order_by("version"))


def test_the_first_sealing_makes_a_key_and_the_next_uses_it(holder: str) -> None:
    version, cipher = keyring.sealing(holder)
    assert (version, [str(key) for key in stored(holder)]) == (1, [f"{holder} 1"])
    assert keyring.sealing(holder) == (1, cipher)
    vault.ensure_key(holder)
    assert len(stored(holder)) == 1


def test_a_key_is_committed_where_the_act_cannot_undo_it(holder: str) -> None:
    vault.ensure_key(holder)
    url = connections["keys"].get_connection_params()
    with psycopg.connect(**{key: url[key] for key in ("dbname", "user", "host")}) as other:
        found = other.execute("SELECT wrapped_by FROM vault_key WHERE holder = %s", [holder])
        assert found.fetchall() == [(providers.wrapper().id,)]


def test_each_purpose_has_a_key_of_its_own(holder: str) -> None:
    _, values = keyring.sealing(holder, keyring.VALUES)
    _, files = keyring.sealing(holder, keyring.FILES)
    sealed = values.encrypt(bytes(12), b"text", None)
    assert files.encrypt(bytes(12), b"text", None) != sealed


def test_a_key_that_never_was_is_refused(holder: str) -> None:
    with pytest.raises(SealBroken, match="no key of this holder"):
        keyring.opening(holder, 1)
    vault.ensure_key(holder)
    with pytest.raises(SealBroken, match="no key of version 2"):
        keyring.opening(holder, 2)


def test_rotation_seals_anew_and_opens_the_old(holder: str) -> None:
    _, old = keyring.sealing(holder)
    nonce, text = bytes(12), b"text"
    sealed = old.encrypt(nonce, text, None)
    assert vault.rotate_key(holder) == 2
    version, new = keyring.sealing(holder)
    assert version == 2
    assert new.encrypt(nonce, text, None) != sealed
    assert keyring.opening(holder, 1).decrypt(nonce, sealed, None) == text


def test_a_version_made_by_another_process_is_found(holder: str) -> None:
    keyring.sealing(holder)
    keystore.add_version(holder)
    assert keyring.sealing(holder)[0] == 1
    keyring.opening(holder, 2)
    assert keyring.sealing(holder)[0] == 2


def test_a_holder_without_a_key_can_begin_with_rotation(holder: str) -> None:
    assert vault.rotate_key(holder) == 1


@pytest.mark.req("EN-08")
def test_a_destroyed_key_is_gone_for_good(holder: str) -> None:
    keyring.sealing(holder)
    vault.rotate_key(holder)
    vault.destroy_key(holder)
    assert [(key.wrapped, key.destroyed_at is None) for key in stored(holder)] == [
        (None, False),
        (None, False),
    ]
    for attempt in (
        lambda: keyring.opening(holder, 1),
        lambda: keyring.sealing(holder),
        lambda: vault.ensure_key(holder),
        lambda: vault.rotate_key(holder),
    ):
        with pytest.raises(vault.KeyDestroyed):
            attempt()
    vault.destroy_key(holder)


def test_destroying_before_the_first_key_prevents_it(holder: str) -> None:
    vault.destroy_key(holder)
    with pytest.raises(vault.KeyDestroyed):
        keyring.sealing(holder)


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE vault_key SET wrapped = '\\x00', destroyed_at = NULL WHERE holder = %s", "stays"),
        ("DELETE FROM vault_key WHERE holder = %s", "never deleted"),
    ],
)
def test_even_sql_does_not_bring_a_key_back(holder: str, attack: str, said: str) -> None:
    vault.destroy_key(holder)
    with connections["keys"].cursor() as cursor, pytest.raises(IntegrityError, match=said):
        cursor.execute(attack, [holder])


def test_even_sql_gives_a_key_to_no_other_holder(holder: str) -> None:
    vault.ensure_key(holder)
    with connections["keys"].cursor() as cursor, pytest.raises(IntegrityError, match="one holder"):
        cursor.execute("UPDATE vault_key SET holder = 'client:me' WHERE holder = %s", [holder])


@pytest.fixture
def swapped(holder: str) -> Iterator[str]:
    """Put another holder's wrapped key where this holder's was; give the other holder."""
    other = vault.holders.client(uuid4())
    vault.ensure_key(holder)
    vault.ensure_key(other)
    own = stored(holder)[0].wrapped
    write = "UPDATE vault_key SET wrapped = %s WHERE holder = %s"
    with connections["keys"].cursor() as cursor:
        cursor.execute(write, [stored(other)[0].wrapped, holder])
    yield other
    with connections["keys"].cursor() as cursor:
        cursor.execute(write, [own, holder])


def test_a_wrapped_key_moved_to_another_holder_does_not_unwrap(holder: str, swapped: str) -> None:
    with pytest.raises(SealBroken, match="does not unwrap"):
        keyring.opening(holder, 1)
    # company that does not unwrap stops nobody else
    keyring.opening(swapped, 1, company=[holder])


def test_a_page_of_clients_fetches_its_keys_with_one_query(holder: str) -> None:
    company = [vault.holders.client(uuid4()) for _ in range(20)]
    for one in company:
        vault.ensure_key(one)
    destroyed = vault.holders.client(uuid4())
    vault.destroy_key(destroyed)
    with CaptureQueriesContext(connections["keys"]) as queries:
        for one in company:
            keyring.opening(one, 1, company=[*company, destroyed])
    assert len(queries) == 1


@pytest.fixture
def renewed(settings: Any, tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Put a new key-encryption key before the old one; the other tests get theirs back."""
    old = settings.KEK_FILE.read_text()
    settings.KEK_FILE = tmp_path / "kek"
    settings.KEK_FILE.write_text(new_key() + "\n" + old)
    yield settings.KEK_FILE
    new = settings.KEK_FILE.read_text()
    settings.KEK_FILE = tmp_path / "back"
    settings.KEK_FILE.write_text(old + new)
    vault.rewrap_keys()


def _data_key(holder: str) -> dict[int, bytes]:
    return keyring._unwrapped(holder, keystore.versions([holder])[holder])


@pytest.mark.req("EN-07")
def test_rewrapping_changes_no_data_key_and_can_be_killed_and_run_again(
    holder: str, renewed: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [vault.holders.client(uuid4()) for _ in range(5)]
    providers._wrapper.cache_clear()
    with monkeypatch.context() as before:
        before.setattr(keystore, "wrapper", lambda: _older(renewed))
        for one in many:
            vault.ensure_key(one)
    vault.destroy_key(many[0])
    keys = {one: _data_key(one) for one in many[1:]}
    monkeypatch.setattr(keystore, "BATCH", 2)
    assert keystore._rewrap_batch(UUID(int=0))  # and here it was killed
    assert vault.rewrap_keys() >= 2
    assert vault.rewrap_keys() == 0
    _keep_first_line(renewed)
    assert vault.unknown_wrappings() == []
    assert {one: _data_key(one) for one in many[1:]} == keys


def _older(file: pathlib.Path) -> Wrapper:
    return Wrapper(providers._parsed(file.read_text().split()[1], "file"))


def _keep_first_line(file: pathlib.Path) -> None:
    file.write_text(file.read_text().splitlines()[0] + "\n")
    providers._wrapper.cache_clear()


def test_a_damaged_key_is_named_after_all_others_are_wrapped(
    holder: str, swapped: str, renewed: pathlib.Path
) -> None:
    with pytest.raises(SealBroken, match=f"1 do not unwrap: {holder} 1 first"):
        vault.rewrap_keys()
    assert stored(swapped)[0].wrapped_by == providers.wrapper().id


def test_a_process_with_the_wrong_key_says_which_it_lacks(
    settings: Any, tmp_path: pathlib.Path, holder: str
) -> None:
    keyring.sealing(holder)
    lacking = providers.wrapper().id
    vault.forget()
    settings.KEK_FILE = tmp_path / "kek"
    settings.KEK_FILE.write_text(new_key())
    assert lacking in vault.unknown_wrappings()
    with pytest.raises(KeysRefused, match=lacking):
        keyring.sealing(holder)


def test_two_who_need_a_first_key_at_once_get_the_same(holder: str) -> None:
    found: list[int] = []

    def need() -> None:
        keystore.ensure(holder)
        found.append(len(keystore.versions([holder])[holder]))
        connections["keys"].close()

    threads = [threading.Thread(target=need) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1, 1]


def test_the_cache_holds_ciphers_and_no_key_bytes(holder: str) -> None:
    keyring.sealing(holder)
    ring = keyring._rings.get(holder, keyring.VALUES)
    assert ring is not None
    assert {type(cipher).__name__ for cipher in ring.ciphers.values()} == {"AESGCM"}


def test_a_wrapper_is_the_only_way_to_a_data_key(holder: str) -> None:
    vault.ensure_key(holder)
    kept = stored(holder)[0]
    assert kept.wrapped is not None
    assert len(kept.wrapped) == 60
    with pytest.raises(SealBroken):
        Wrapper([bytes(32)]).unwrap(kept.wrapped, Wrapper([bytes(32)]).id, holder, 1)
