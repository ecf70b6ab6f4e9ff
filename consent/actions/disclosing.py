"""Let something leave, through the gate: the database decides at that instant whether it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

import audit.actions
import clients.queries
from consent.access import handing_over
from consent.actions._gated import all_written, written
from consent.actions._reading import record_made
from consent.actions.grounds import ground_of, newest_wording, shown_ground, told_when
from consent.actions.restrictions import record_overrides
from consent.actions.showing import CHANNELS, Going, source_of
from consent.actions.signing import SEAL
from consent.domain import events
from consent.domain.documents import REDISCLOSURE, Pack, to_json
from consent.domain.packs import content_sha256
from consent.domain.states import DocumentState
from consent.models import Disclosure, DisclosureItem, Document
from consent.queries import records_visible
from counselling import db, jobs, languages, vault
from counselling.access import ActorKind, require
from counselling.errors import Invalid, NotThere, Refused

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection
    from uuid import UUID

    from consent.actions.grounds import Ground
    from consent.models import RecipientWording
    from counselling.access import Actor


def disclose(  # noqa: PLR0913  one argument for each thing an accounting asks for, by its name
    *,
    actor: Actor,
    client_id: UUID,
    case_id: UUID,
    pack: Pack,
    note_ids: Collection[UUID],
    categories: Collection[str],
    consent_id: UUID | None = None,
    basis_id: UUID | None = None,
    also: Collection[UUID] = (),
    recipient_id: UUID | None = None,
    level: str = "",
    session_ids: Collection[UUID] = (),
    channel: str = "paper",
    address_id: UUID | None = None,
    told_at: datetime.datetime | None = None,
    later_by: UUID | None = None,
    why_so_much: str = "",
    language: str = "",
    by: UUID | None = None,
    prepared_by: UUID | None = None,
) -> UUID:
    """Let exactly `pack` leave on one ground; the gate refuses what that does not cover.

    The ground is a consent, and then `also` are those of the others whom it is about, or a legal
    basis. `records` composes the pack; here it is decided, at this instant, whether it may leave
    (CL-05, DS-01). A refusal is a sentence and leaves its own event. The machine acts for `by`,
    who had decided it; a second person lets go what `prepared_by` somebody else.
    """
    require(actor, handing_over(actor, prepared_by_other=prepared_by not in {None, by or actor.id}))
    person = _on_behalf(actor, by)
    _require_something(pack, categories, channel, address_id, basis_id)
    ground = ground_of(
        client_id, consent_id=consent_id, basis_id=basis_id, recipient_id=recipient_id
    )
    if not records_visible(case_id):
        raise NotThere("clients_case", case_id)
    _hold(ground, also, categories)
    wording = newest_wording(ground.recipient)
    if ground.basis is not None and told_at is None:
        told_at, later_by = told_when(ground.basis)
    made = Disclosure(
        id=db.uuid7(db.given_clock()),
        client_id=client_id,
        case_id=case_id,
        consent_id=consent_id,
        basis_id=basis_id,
        also=sorted(also),
        recipient_id=ground.recipient,
        wording=wording,
        address_id=address_id,
        purpose=ground.purpose,
        categories=sorted(categories),
        sessions=sorted(session_ids) or None,
        channel=channel,
        level=level or sorted(categories)[0],
        by=person,
        at=db.now(),
        content_sha256=content_sha256(pack),
        why_so_much=why_so_much.strip() or None,
        told_at=told_at or db.now(),
        later_by=later_by,
    )
    grant = _record(actor, made, note_ids, prepared_by)
    made.document = _document(made, ground, wording, pack, grant, language)
    written(made, "no-permission", case_id)
    record_made(actor, made.document)
    _record_why(actor, made)
    items = [
        DisclosureItem(disclosure=made, client_id=client_id, case_id=case_id, note_id=note)
        for note in dict.fromkeys(note_ids)
    ]
    all_written(items, "kept-back", case_id)
    record_overrides(actor, made)
    jobs.enqueue(SEAL, made.document.pk, client_id)
    return made.pk


def _on_behalf(actor: Actor, by: UUID | None) -> UUID:
    """Give who lets it leave: who acts, or the person for whom the machine does."""
    if actor.kind is not ActorKind.SERVICE:
        return actor.id
    if by is None:
        raise Invalid("Nothing leaves without a person who decided it.")
    return by


def _require_something(
    pack: Pack,
    categories: Collection[str],
    channel: str,
    address: UUID | None,
    basis: UUID | None,
) -> None:
    if not pack.sections or not categories or channel not in CHANNELS:
        raise Invalid("Choose what is shared.")
    if channel == "link" and address is None:
        raise Invalid("Choose the address the link goes to.")
    if basis is not None and pack.redisclosure == REDISCLOSURE:
        raise ValueError("a pack on a legal basis does not say that the client permitted it")


def _hold(ground: Ground, also: Collection[UUID], categories: Collection[str]) -> None:
    """Refuse unless everybody else's word holds; until the act is over nobody takes it back.

    The gate asks the same of each of them as it leaves. It is asked here first, since the gate
    speaks of "the client": who shares is to read that it was somebody else who stopped; and since
    only here a word is refused of somebody whom who acts may not see.
    """
    if not also:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consent_all_hold(%s, %s, %s)",
            [list(also), ground.purpose, list(map(str, categories))],
        )
        (holds,) = cursor.fetchone()
    if not holds or ground.consent is None:
        raise Refused(
            "no-permission",
            "Somebody else whom this is about no longer agrees. Nothing was handed over.",
            client=None if ground.consent is None else ground.consent.client,
        )


def _record(
    actor: Actor, made: Disclosure, notes: Collection[UUID], prepared_by: UUID | None
) -> vault.Grant:
    ground = [one for one in (made.consent_id, made.basis_id) if one is not None]
    detail: dict[str, str | int] = {
        "channel": made.channel,
        "content": made.content_sha256,
        "notes": len(notes),
    }
    if actor.kind is ActorKind.SERVICE:
        detail["for"] = str(made.by)
    if prepared_by is not None:
        detail["prepared"] = str(prepared_by)
    return audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_MADE,
        client=made.client_id,
        case=made.case_id,
        about=("consent_disclosure", made.pk),
        rows=[*ground, *made.also, *notes],
        relation=clients.queries.relation(actor, made.case_id),
        purpose=made.purpose,
        detail=detail,
    )


def _record_why(actor: Actor, made: Disclosure) -> None:
    """Record that a reason was given for as much as this, by its hash: it is clinical (DS-04)."""
    if made.why_so_much is None:
        return
    stored = vault.fingerprint(made, "why_so_much")
    audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_EXPLAINED,
        client=made.client_id,
        case=made.case_id,
        about=("consent_disclosure", made.pk),
        reason="more-than-least",
        reason_hash=stored,
        sealed={"why_so_much": stored},
    )


def _document(
    made: Disclosure,
    ground: Ground,
    wording: RecipientWording | None,
    pack: Pack,
    grant: vault.Grant,
    language: str,
) -> Document:
    document = Document(
        client_id=made.client_id,
        case_id=made.case_id,
        kind="disclosure",
        state=DocumentState.RENDERING,
        made_at=made.at,
        due_at=made.at,
    )
    going = Going(
        str(document.pk), made.categories, made.level, made.channel, made.by, made.at, pack
    )
    shown = shown_ground(ground, wording, grant, language)
    with languages.speaking(shown.language):
        document.source = to_json(source_of(going, shown))
    document.save(force_insert=True)
    return document
