"""Keys live in the `keys` database and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

LABEL = "vault"
KEYS = "keys"


class KeysRouter:
    """Send the vault's table to `keys`, keep every other table out of it."""

    def db_for_read(self, model: type[Model], **_: Any) -> str | None:
        """Read keys from `keys`."""
        return KEYS if model._meta.app_label == LABEL else None

    def db_for_write(self, model: type[Model], **_: Any) -> str | None:
        """Write keys to `keys`."""
        return KEYS if model._meta.app_label == LABEL else None

    def allow_relation(self, first: Model, second: Model, **_: Any) -> bool | None:
        """Refuse a relation that would reach from one database into the other."""
        labels = {first._meta.app_label, second._meta.app_label}
        return False if LABEL in labels and len(labels) > 1 else None

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        """Migrate the vault on `keys` only, and only the vault there."""
        return (db == KEYS) == (app_label == LABEL)
