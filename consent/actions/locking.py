"""Give what was shared as a file with a password; the password is kept nowhere (DS-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import clients.queries
from consent.access import handing_over
from consent.actions.documents import open_document
from consent.domain import events
from consent.domain.passwords import is_password
from consent.models import Disclosure, LockedFile
from consent.pdf import lock
from counselling import db, vault
from counselling.access import require
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def lock_disclosure(*, actor: Actor, disclosure_id: UUID, password: str) -> tuple[bytes, str]:
    """Give the sealed copy under a password, and a file name that says nothing.

    The sealed file that is kept stays as it is; this one is made, handed out and forgotten, but
    for its hash: so whoever has it can ask whether it is ours without opening it. Raises
    what open_document raises, so the permission is asked again; Invalid for a password that was
    not made here, NotThere where something else than a file was chosen.
    """
    require(actor, handing_over(actor, prepared_by_other=True))
    found = Disclosure.objects.filter(pk=disclosure_id, channel="file").first()
    if found is None:
        raise NotThere("consent_disclosure", disclosure_id)
    if not is_password(password):
        raise Invalid("Begin again: the password is made here.")
    sealed, name = open_document(actor=actor, document_id=found.document_id)
    locked = lock(sealed, password)
    LockedFile.objects.create(
        disclosure=found, client_id=found.client_id, sha256=vault.digest(locked), at=db.now()
    )
    audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_LOCKED,
        client=found.client_id,
        case=found.case_id,
        about=("consent_disclosure", disclosure_id),
        relation=clients.queries.relation(actor, found.case_id),
        detail={"file": vault.digest(locked)},
    )
    return locked, name
