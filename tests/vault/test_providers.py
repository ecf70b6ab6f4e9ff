"""Key-encryption keys: where they come from, what they wrap, and how they refuse."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from counselling import vault
from counselling.vault import providers
from counselling.vault.apps import keys_are_there
from counselling.vault.envelope import SealBroken
from counselling.vault.providers import KeysRefused, Wrapper, new_key

if TYPE_CHECKING:
    import pathlib

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_what_is_wrapped_unwraps_for_its_holder_and_version() -> None:
    kek = Wrapper([OLD])
    wrapped = kek.wrap(NEW, "client:x", 1)
    assert len(wrapped) == 60
    assert kek.unwrap(wrapped, kek.id, "client:x", 1) == NEW
    for holder, version in (("client:y", 1), ("client:x", 2)):
        with pytest.raises(SealBroken):
            kek.unwrap(wrapped, kek.id, holder, version)


def test_a_predecessor_unwraps_and_the_current_key_wraps() -> None:
    old, both = Wrapper([OLD]), Wrapper([NEW, OLD])
    wrapped = both.rewrap(old.wrap(OLD, "practice", 1), old.id, "practice", 1)
    assert both.id == Wrapper([NEW]).id
    assert both.ids == {old.id, both.id}
    assert Wrapper([NEW]).unwrap(wrapped, both.id, "practice", 1) == OLD


def test_an_unknown_wrapping_key_is_asked_for_by_id() -> None:
    old = Wrapper([OLD])
    with pytest.raises(KeysRefused, match=old.id):
        Wrapper([NEW]).unwrap(old.wrap(OLD, "practice", 1), old.id, "practice", 1)


def test_a_key_from_the_environment_works(settings: Any) -> None:
    settings.KEK_PROVIDER, settings.KEK = "environment", new_key()
    vault.canary()


def test_a_key_from_a_file_works_with_and_without_padding(
    settings: Any, tmp_path: pathlib.Path
) -> None:
    settings.KEK_PROVIDER, settings.KEK_FILE = "file", tmp_path / "kek"
    padded = base64.urlsafe_b64encode(NEW).decode()
    settings.KEK_FILE.write_text(f"{padded}\n{new_key()}\n")
    vault.canary()
    assert providers.wrapper().id == Wrapper([NEW]).id


@pytest.mark.req("EN-06")
@pytest.mark.parametrize(
    "value", ["", "short", "x" * 43 + "!", base64.urlsafe_b64encode(bytes(31)).decode(), "ä" * 43]
)
def test_a_key_that_is_none_is_refused_with_the_remedy(settings: Any, value: str) -> None:
    settings.KEK_PROVIDER, settings.KEK = "environment", value
    with pytest.raises(KeysRefused, match="32 random bytes in base64url"):
        vault.canary()


@pytest.mark.req("EN-06")
def test_a_missing_key_file_is_named(settings: Any, tmp_path: pathlib.Path) -> None:
    settings.KEK_PROVIDER, settings.KEK_FILE = "file", tmp_path / "nowhere"
    with pytest.raises(KeysRefused, match=r"nowhere cannot be read .No such file"):
        vault.canary()


def test_an_unknown_provider_is_named(settings: Any) -> None:
    settings.KEK_PROVIDER = "SECRET_KEY"
    with pytest.raises(KeysRefused, match="must be file or environment"):
        vault.canary()


def test_a_canary_that_comes_back_changed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wrapper, "unwrap", lambda *_: bytes(32))
    monkeypatch.setattr(providers, "wrapper", lambda: Wrapper([OLD]))
    with pytest.raises(KeysRefused, match="does not give back"):
        vault.canary()


def test_a_wrapper_shows_no_key() -> None:
    kek = Wrapper([OLD])
    assert OLD.hex() not in repr(kek)
    assert not any(value == OLD for value in vars(kek).values())


@pytest.mark.req("EN-06")
def test_the_check_refuses_with_the_reason(settings: Any, tmp_path: pathlib.Path) -> None:
    assert keys_are_there() == []
    settings.KEK_FILE = tmp_path / "nowhere"
    assert [message.id for message in keys_are_there()] == ["vault.C001"]


@pytest.mark.req("EN-06")
@pytest.mark.slow
def test_a_command_without_a_key_ends_with_one_sentence(tmp_path: pathlib.Path) -> None:
    environment = {**os.environ, "KEK_FILE_PATH": str(tmp_path / "kek")}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "vault.C001" in ended.stderr
    assert "without it nothing sealed can be opened" in ended.stderr
