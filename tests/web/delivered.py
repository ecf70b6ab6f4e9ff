"""Something of Ana's that went to her doctor through a link, which the doctor opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
import consent.queries
from consent.domain.delivery import LetterState
from consent.domain.recipients import AddressKind, Verified
from consent.models import RecipientLetter
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import delivering, steps

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

DOCTORS_MAIL = "praxis@ysoldestern.example"


def sent_by_link(world: World, case: UUID) -> dict[str, UUID | str]:
    """Leave a link that goes out, with its token and its word."""
    dana = world.dana
    with as_actor(dana):
        (row,) = consent.queries.live_consents(world.ana, sharing=True)
        assert row.recipient is not None
        to = consent.actions.add_address(
            actor=dana, recipient_id=row.recipient, kind=AddressKind.EMAIL, value=DOCTORS_MAIL
        )
    with as_actor(dana):
        address = consent.actions.verify_address(actor=dana, address_id=to, how=Verified.LETTERHEAD)
        disclosure = consent.actions.disclose(
            actor=dana, client_id=world.ana, case_id=case, consent_id=row.id, pack=steps.PACK,
            note_ids=[], categories=["session_notes"], channel="link", address_id=address,
        )  # fmt: skip
    with as_actor(dana):
        secret = consent.actions.deliver(actor=dana, disclosure_id=disclosure, address_id=address)
        letter = RecipientLetter.objects.get(link=secret.link).pk
    with as_actor(SERVICE, client=world.ana):
        ready = consent.actions.claim_letter(actor=SERVICE, letter_id=letter)
        assert ready is not None
    with as_actor(SERVICE, client=world.ana):
        consent.actions.settle_letter(actor=SERVICE, letter_id=letter, state=LetterState.SENT)
    return {
        "link": secret.link,
        "share_token": delivering.token_in(ready.body),
        "share_secret": secret.secret,
        "linked_disclosure": disclosure,
    }
