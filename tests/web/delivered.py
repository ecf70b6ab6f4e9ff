"""Something of Ana's that went to her doctor through a link, which he opened, and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import consent.actions
import consent.queries
from consent import pdf
from consent.domain.delivery import LetterState
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, Verified
from consent.models import Disclosure, RecipientLetter
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.consent import delivering, steps

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

DOCTORS_MAIL = "praxis@ysoldestern.example"
FORMER = RecipientShown("Dr Vormals", "GP", "", "")
NAME = "Anathorpe Windlestraw"


def sent_by_link(world: World, case: UUID) -> dict[str, UUID | str]:
    """Leave a link that goes out, with its token and its word."""
    return linked(world.dana, world.ana, case)


def linked(by: Actor, client: UUID, case: UUID) -> dict[str, UUID | str]:
    """Send a link under the one permission there is."""
    with as_actor(by):
        (row,) = consent.queries.live_consents(client, sharing=True)
        assert row.recipient is not None
        to = consent.actions.add_address(
            actor=by, recipient_id=row.recipient, kind=AddressKind.EMAIL, value=DOCTORS_MAIL
        )
    with as_actor(by):
        address = consent.actions.verify_address(actor=by, address_id=to, how=Verified.LETTERHEAD)
    disclosure = _went(by, client, case, channel="link", address_id=address)
    with as_actor(by):
        secret = consent.actions.deliver(actor=by, disclosure_id=disclosure, address_id=address)
        letter = RecipientLetter.objects.get(link=secret.link).pk
    with as_actor(SERVICE, client=client):
        ready = consent.actions.claim_letter(actor=SERVICE, letter_id=letter)
        assert ready is not None
    with as_actor(SERVICE, client=client):
        consent.actions.settle_letter(actor=SERVICE, letter_id=letter, state=LetterState.SENT)
    return {
        "link": secret.link,
        "share_token": delivering.token_in(ready.body),
        "share_secret": secret.secret,
        "linked_disclosure": disclosure,
    }


def _went(by: Actor, client: UUID, case: UUID, **how: Any) -> UUID:
    with as_actor(by):
        (row,) = consent.queries.live_consents(client, sharing=True)
        return consent.actions.disclose(
            actor=by, client_id=client, case_id=case, consent_id=row.id, pack=steps.PACK,
            note_ids=[], categories=["session_notes"], **how,
        )  # fmt: skip


def given_as_file(world: World, case: UUID) -> dict[str, UUID]:
    """Leave something that goes as a file with a password, sealed as it would be."""
    disclosure = _went(world.dana, world.ana, case, channel="file")
    with as_actor(world.dana):
        document = Disclosure.objects.get(pk=disclosure).document_id
    with as_actor(SERVICE, client=world.ana):
        claimed = consent.actions.claim_document(actor=SERVICE, document_id=document)
    assert claimed is not None
    sealed = pdf.seal(pdf.render(claimed.source))
    with as_actor(SERVICE, client=world.ana):
        consent.actions.keep_document(actor=SERVICE, document_id=document, pdf=sealed)
    return {"locked_disclosure": disclosure}


def ended(world: World, case: UUID) -> dict[str, UUID]:
    """Leave something that went on paper under a permission Ana has stopped since."""
    dana, ana = world.dana, world.ana
    with as_actor(dana):
        before = {one.id for one in consent.queries.live_consents(ana, sharing=True)}
    asked = steps.ask(world, client=ana, new_recipient=FORMER)
    actor = steps.open_by_link(steps.send(world, asked), ana)
    steps.sign(asked, actor, steps.read_through(asked, actor, steps.YES), name=NAME)
    with as_actor(dana):
        found = consent.queries.live_consents(ana, sharing=True)
        (row,) = (one for one in found if one.id not in before)
        disclosure = consent.actions.disclose(
            actor=dana, client_id=ana, case_id=case, consent_id=row.id, pack=steps.PACK,
            note_ids=[], categories=["session_notes"],
        )  # fmt: skip
    with as_actor(dana):
        consent.actions.withdraw(actor=dana, consent_id=row.id, how="phone")
    return {"ended_disclosure": disclosure}
