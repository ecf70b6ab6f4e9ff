"""Whatever went, by whichever way: the client sees the line and opens exactly what went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

import consent.actions
import consent.queries
import records.actions
from consent.domain.recipients import AddressKind
from counselling.access import SERVICE
from counselling.db import as_actor
from records.domain.shares import Channel, Level
from tests.consent import delivering
from tests.people import sign_in_browserless
from tests.records import releasing, sharing
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-01", "RT-05")]


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def letter(world: World, recipient: UUID) -> UUID:
    share = sharing.begin(world, recipient)
    sharing.choose(world, share, Level.SUMMARY)
    with as_actor(world.dana):
        records.actions.write_letter(actor=world.dana, share_id=share, version=1, text="She slept.")
    return share


def attendance(world: World, recipient: UUID, note: UUID) -> UUID:
    with as_actor(world.dana):
        session = records.actions.open_note(actor=world.dana, note_id=note).session
    share = sharing.begin(world, recipient)
    sharing.choose(world, share, Level.ATTENDANCE, session)
    return share


def notes(world: World, recipient: UUID, note: UUID) -> UUID:
    share = sharing.begin(world, recipient)
    sharing.choose(world, share, Level.NOTES, note)
    return share


def sealed(world: World, disclosure: UUID) -> bytes:
    """Keep some bytes as the PDF of what went, as the worker would."""
    with as_actor(world.dana):
        document = consent.queries.disclosure_row(disclosure).document
    assert document is not None
    with as_actor(SERVICE, client=world.mara):
        consent.actions.claim_document(actor=SERVICE, document_id=document.id)
        pdf = b"%PDF-1.7 " + disclosure.bytes
        consent.actions.keep_document(actor=SERVICE, document_id=document.id, pdf=pdf)
    return pdf


def test_the_client_opens_exactly_what_went_by_every_way(world: World) -> None:
    note, another = (signed_note(world.dana, world.mara_case, sharing.WORDS) for _ in range(2))
    both = {"share-notes": True, "share-summary": True, "share-attendance": True}
    to = sharing.somebody(world)
    sharing.agree(world, to, both)
    email = delivering.address(world, to, AddressKind.EMAIL, delivering.EMAIL)
    link = records.actions.Way(channel=Channel.LINK, address=email, told_by="in_person")
    went = [
        sharing.send(world, letter(world, to)),
        sharing.send(world, attendance(world, to, note)),
        sharing.send(world, notes(world, to, note), way=link),
        sharing.send(
            world, notes(world, to, another), way=records.actions.Way(channel=Channel.FILE)
        ),
    ]
    locked = releasing.locked(world).share
    releasing.let_go(world, locked, world.vera)
    went.append(sharing.send(world, locked, sharing.row(world, locked).pack_sha256))
    kept = {one.disclosure: sealed(world, one.disclosure) for one in went}
    mara = Client()
    sign_in_browserless(mara, world.mara_portal)
    page = mara.get("/space/disclosures").content.decode()
    with as_actor(world.mara_portal):
        rows = consent.actions.read_disclosures(actor=world.mara_portal, client_id=world.mara)
    assert {one.row.id for one in rows} == set(kept)
    assert {one.row.channel for one in rows} == {"paper", "link", "file"}
    for one in rows:
        assert one.row.document is not None
        path = f"/space/documents/{one.row.document.id}/file"
        assert path in page
        assert mara.get(path).content == kept[one.row.id]
