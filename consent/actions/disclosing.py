"""Let something leave, through the gate: the database decides at that instant whether it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, connection, transaction

import audit.actions
import clients.queries
from consent.actions._reading import reading, record_made
from consent.actions.permissions import permissions_under
from consent.actions.signing import SEAL
from consent.domain import events
from consent.domain.answers import CATEGORY_WORDS, LEVEL_WORDS
from consent.domain.documents import (
    DisclosureDocument,
    Letterhead,
    Pack,
    to_json,
)
from consent.domain.documents import Permission as PermissionShown
from consent.domain.packs import content_sha256
from consent.domain.states import DocumentState
from consent.models import Disclosure, DisclosureItem, Document, Request
from consent.queries import ConsentRow, consent_row, records_visible
from counselling import db, jobs, languages, vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from counselling.access import Actor

CHANNELS: Final = {"paper": "handed over on paper"}
# what the gate's triggers raise; their words are for people
REFUSED_BY_GATE: Final = "23001"


def disclose(
    *,
    actor: Actor,
    client_id: UUID,
    case_id: UUID,
    consent_id: UUID,
    pack: Pack,
    note_ids: Collection[UUID],
    categories: Collection[str],
    channel: str = "paper",
    also: Collection[UUID] = (),
) -> UUID:
    """Hand over exactly `pack` under one consent; the gate refuses what it does not cover.

    `also` are the consents of the others whom it is about: they must hold at that instant, too.
    `records` composes the pack; here it is decided, at this instant, whether it may leave
    (CL-05, DS-01). A refusal is a sentence and leaves its own event.
    """
    require(actor, Permission.DISCLOSE)
    if not pack.sections or not categories or channel not in CHANNELS:
        raise Invalid("Choose what is shared.")
    consent = consent_row(consent_id)
    if consent.recipient is None or consent.client != client_id:
        raise NotThere("consent_consent", consent_id)
    if not records_visible(case_id):
        raise NotThere("clients_case", case_id)
    _hold(consent, also, categories)
    disclosure_id = db.uuid7(db.given_clock())
    hashed = content_sha256(pack)
    grant = audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_MADE,
        client=client_id,
        case=case_id,
        about=("consent_disclosure", disclosure_id),
        rows=[consent_id, *also, *note_ids],
        relation=clients.queries.relation(actor, case_id),
        purpose=consent.purpose,
        detail={"channel": channel, "content": hashed, "notes": len(note_ids)},
    )
    document = _document(actor, consent, case_id, pack, grant, sorted(categories), channel)
    made = Disclosure(
        id=disclosure_id,
        client_id=client_id,
        case_id=case_id,
        consent_id=consent_id,
        also=sorted(also),
        recipient_id=consent.recipient,
        purpose=consent.purpose,
        categories=sorted(categories),
        channel=channel,
        level=sorted(categories)[0],
        by=actor.id,
        at=db.now(),
        content_sha256=hashed,
        told_at=db.now(),
        document=document,
    )
    _through_the_gate(made)
    record_made(actor, document)
    for note in dict.fromkeys(note_ids):
        DisclosureItem.objects.create(
            disclosure=made, client_id=client_id, case_id=case_id, note_id=note
        )
    jobs.enqueue(SEAL, document.pk, client_id)
    return made.pk


def _hold(consent: ConsentRow, also: Collection[UUID], categories: Collection[str]) -> None:
    """Refuse unless everybody else's word holds; until the act is over nobody takes it back."""
    if not also:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consent_all_hold(%s, %s, %s)",
            [list(also), consent.purpose, list(map(str, categories))],
        )
        (holds,) = cursor.fetchone()
    if not holds:
        raise Refused(
            "no-permission",
            "Somebody else whom this is about no longer agrees. Nothing was handed over.",
            client=consent.client,
        )


def _through_the_gate(made: Disclosure) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", "") != REFUSED_BY_GATE:
            raise
        reason = getattr(getattr(cause, "diag", None), "message_primary", "")
        raise Refused("no-permission", reason, client=made.client_id, case=made.case_id) from None


def _document(
    actor: Actor,
    consent: ConsentRow,
    case: UUID,
    pack: Pack,
    grant: vault.Grant,
    categories: list[str],
    channel: str,
) -> Document:
    at, practice = db.now(), accounts.practice()
    read = reading(Request.objects.get(pk=consent.request), grant)
    (permission,) = permissions_under([consent], grant)
    last = consent.last_day
    document = Document(
        client_id=consent.client,
        case_id=case,
        kind="disclosure",
        state=DocumentState.RENDERING,
        made_at=at,
        due_at=at,
    )
    with languages.speaking(read.form.language):
        document.source = to_json(
            DisclosureDocument(
                reference=str(document.pk),
                language=read.form.language,
                zone=settings.TIME_ZONE,
                practice=Letterhead(practice.name, practice.address, practice.phone),
                client=read.values["client"],
                recipient=permission.recipient,
                purpose=permission.purpose,
                categories=tuple(CATEGORY_WORDS.get(one, one) for one in categories),
                level=LEVEL_WORDS.get(categories[0], categories[0]),
                channel=CHANNELS[channel],
                shared_by=accounts.person(actor.id).name,
                shared_at=at,
                permission=PermissionShown(
                    str(consent.id),
                    permission.sentence,
                    consent.since,
                    None if last is None else last.astimezone(ZoneInfo(settings.TIME_ZONE)).date(),
                ),
                pack=pack,
            )
        )
    document.save(force_insert=True)
    return document
