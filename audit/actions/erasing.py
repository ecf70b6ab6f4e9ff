"""Destroy a key once the event that names its holder is committed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction

from audit import domain
from counselling import vault
from counselling.access import Permission, require

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
from audit.actions.recording import record


def destroy_key(*, actor: Actor, holder: str, client: UUID | None = None) -> None:
    """Destroy a holder's key, once the event that names the holder is committed (EN-08).

    In this order, since the event is what destroys the key again after older keys are restored.
    Whoever erases decides before; this is the last step. The event is vouched for: whoever can
    only write events, such as injected SQL, must not have keys destroyed by the next backup.
    """
    require(actor, Permission.RUN_JOB)
    mark = vault.vouch(domain.KEY_DESTROYED.code, hashlib.sha256(holder.encode()).digest())
    detail = {"holder": holder, "mark": mark}
    record(actor=actor, kind=domain.KEY_DESTROYED, client=client, detail=detail)
    transaction.on_commit(lambda: vault.destroy_key(holder))
