"""What is handed over as a file with a password in these stories, one function for each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, pdf
from consent.models import Disclosure
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import steps

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

PASSWORD: Final = "lusab-babid-gutih-tugad-mizor"


def as_file(world: World, shared: steps.Shared | None = None) -> UUID:
    """Mara allowed it, Dana shares a note as a file, and it is sealed."""
    shared = shared or steps.shared_permission(world)
    disclosure = steps.disclose(world, shared, channel="file")
    with as_actor(world.dana):
        document = Disclosure.objects.get(pk=disclosure).document_id
    with as_actor(SERVICE, client=world.mara):
        claimed = actions.claim_document(actor=SERVICE, document_id=document)
    assert claimed is not None
    sealed = pdf.seal(pdf.render(claimed.source))
    with as_actor(SERVICE, client=world.mara):
        actions.keep_document(actor=SERVICE, document_id=document, pdf=sealed)
    return disclosure


def lock(actor: Actor, disclosure: UUID, password: str = PASSWORD) -> bytes:
    """Make the file that opens with the password."""
    with as_actor(actor):
        made, name = actions.lock_disclosure(
            actor=actor, disclosure_id=disclosure, password=password
        )
    assert name.startswith("document-")
    return made
