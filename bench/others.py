"""P2: sealing and opening a note against two packages that encrypt fields of Django."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import tink
from django.db import connection
from django.test import override_settings
from encrypted_fields.fields import EncryptedTextField as FernetField
from tink import aead, cleartext_keyset_handle
from tink_fields.fields import EncryptedTextField as TinkField

from bench import acts, texts
from bench.measuring import LEAST_ROUNDS, Figure, speed
from bench.sealing import CASE, places
from counselling import vault
from counselling.vault.plain import encoded
from counselling.vault.sealed import Kind, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT: Final = 200
ROUNDS: Final = 2 * LEAST_ROUNDS + 1
TARGETS: Final = (
    ("tink", "django-tink-fields", 1.4),
    ("fernet", "django-fernet-encrypted-fields", 8),
)


def figures() -> Iterator[Figure]:
    """Measure both directions against both; neither binds a value to its row, ours does."""
    with _configured():
        fields = {"tink": TinkField(), "fernet": FernetField()}
        for name, package, target in TARGETS:
            sealing, opening = _sealing(fields[name]), _opening(fields[name])
            for verb, ratio in (("seal", sealing), ("open", opening)):
                what = f"{'sealing' if verb == 'seal' else 'opening'} a 4 KB note"
                yield Figure(f"P2.{name}.{verb}", what, package, ratio, "x speed", target, "higher")


@contextlib.contextmanager
def _configured() -> Iterator[None]:
    """Give both packages a key of their own, for this measurement alone."""
    aead.register()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keyset.json"
        handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        with path.open("w") as file:
            cleartext_keyset_handle.write(tink.JsonKeysetWriter(file), handle)
        keyset = {"default": {"path": str(path), "cleartext": True}}
        with override_settings(TINK_FIELDS_CONFIG=keyset, SALT_KEY=os.urandom(16).hex()):
            yield


def _sealing(field: Any) -> float:
    written = texts.notes(COUNT)
    rows, fresh, kind = places(COUNT), list(written), Kind.TEXT

    def ours() -> None:
        for place, text in zip(rows, fresh, strict=True):
            seal(kind, place, encoded(kind, text, "text"))

    def theirs() -> None:
        for text in fresh:
            field.get_db_prep_save(text, connection)

    def renew() -> None:
        fresh[:] = texts.fresh(written)

    return speed(ours, theirs, rounds=ROUNDS, before=renew)


def _opening(field: Any) -> float:
    written, kind = texts.notes(COUNT), Kind.TEXT
    pairs = zip(places(COUNT), written, strict=True)
    sealed = [seal(kind, place, encoded(kind, text, "text")) for place, text in pairs]
    stored = [_plain(field.get_db_prep_save(text, connection)) for text in written]
    with acts.granted(CASE) as grant:

        def ours() -> list[str]:
            return [vault.open_text(one, grant) for one in sealed]

        def theirs() -> list[str]:
            return [field.from_db_value(one, None, connection) for one in stored]

        assert ours() == theirs() == written
        return speed(ours, theirs, rounds=ROUNDS)


def _plain(stored: Any) -> Any:
    """Give what the database would give back: psycopg wraps bytes on their way in only."""
    return stored if isinstance(stored, str) else bytes(getattr(stored, "obj", stored))
