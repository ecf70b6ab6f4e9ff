"""What is looked at is what goes: every letter of it, in German too, and however much it is."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from typing import TYPE_CHECKING
from unittest import mock

import pytest

import consent.actions
from consent import pdf
from consent.domain.packs import NOT_YET, content_sha256
from consent.models import Disclosure
from counselling.access import SERVICE
from counselling.accounts import queries as accounts
from counselling.db import as_actor, uuid7
from counselling.errors import Refused
from records import actions
from records.actions import share_looking
from records.domain import Attendance, Modality, Risk, Structure
from records.domain.as_read import _ODD, _odd_in
from records.domain.shares import Channel, Level
from records.models import Note, Session
from tests.consent import steps
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from consent.domain.documents import DisclosureDocument

HOUR = datetime.timedelta(hours=1)
FILE = actions.Way(channel=Channel.FILE)
MEGABYTE = 1024 * 1024


@pytest.fixture
def world() -> World:
    return World.build()


def agreed(world: World, *notes: UUID, language: str = "en", why: str = "") -> UUID:
    """Mara allowed her notes to go to her GP, and Dana chose some."""
    with mock.patch.object(steps, "form", functools.partial(steps.form, language=language)):
        share = sharing.begin(world, steps.shared_permission(world).recipient)
    sharing.choose(world, share, Level.NOTES, *notes, why_so_much=why)
    return share


def gone(world: World, disclosure: UUID) -> DisclosureDocument:
    """Give what the worker lays out, seals and hands on."""
    with as_actor(world.dana):
        document = Disclosure.objects.get(pk=disclosure).document_id
    with as_actor(SERVICE, client=world.mara):
        claimed = consent.actions.claim_document(actor=SERVICE, document_id=document)
    assert claimed is not None
    source: DisclosureDocument = claimed.source
    return source


def long_notes(world: World, count: int, letters: int) -> list[UUID]:
    """Plant notes in one statement, as row security lets their author."""
    with as_actor(world.dana) as at:
        sessions = [
            Session(
                id=uuid7(), case_id=world.mara_case, person_id=world.dana.id,
                starts_at=at - HOUR * 3 * number, ends_at=at - HOUR * (3 * number - 1),
                modality=Modality.VIDEO, attendance=Attendance.ATTENDED,
            )
            for number in range(1, count + 1)
        ]  # fmt: skip
        Session.objects.bulk_create(sessions)
        text = ("So she said: it is “quiet” für uns. " * (letters // 36 + 1))[:letters]
        notes = [
            Note(
                id=uuid7(), session_id=one.pk, case_id=world.mara_case, author_id=world.dana.id,
                structure=Structure.FREE, risk=Risk.NO_NEW_CONCERN, record_part=text,
                written_at=at, signed_at=at,
            )
            for one in sessions
        ]  # fmt: skip
        Note.objects.bulk_create(notes)
    return [one.pk for one in notes]


@pytest.mark.req("DS-01")
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_goes_is_what_was_looked_at_but_for_what_nobody_knew(
    world: World, language: str
) -> None:
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    share = agreed(world, note, language=language)
    looked = sharing.look(world, share)
    before = looked.previewed.source
    after = gone(world, sharing.send(world, share, looked.sha256, way=FILE).disclosure)
    assert before.reference == NOT_YET != after.reference
    assert before.channel != after.channel
    same = {"reference": "", "channel": "", "shared_at": before.shared_at}
    assert dataclasses.replace(after, **same) == dataclasses.replace(before, **same)
    assert after.language == language
    title = {"en": "Session notes", "de": "Sitzungsnotizen"}[language]
    assert after.pack.title == title
    assert sharing.WORDS in pdf.shared_page(after)


@pytest.mark.req("DS-01")
@pytest.mark.django_db
def test_a_preview_says_what_is_written_only_when_it_goes(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    page = sharing.look(world, agreed(world, note)).previewed.page
    assert "How it is handed over, and when, is written here when it goes." in page
    assert "Not shared yet." in page
    assert "on paper" not in page


@pytest.mark.req("DS-01", "SU-01")
@pytest.mark.django_db
def test_by_whose_hand_a_trainees_goes_is_not_known_yet(world: World) -> None:
    share = sharing.of_tess(world)
    assert "whoever sends it is named here" in sharing.look(world, share, world.tess).previewed.page
    assert world_name(world) in sharing.look(world, share, world.vera).previewed.page


def world_name(world: World) -> str:
    with as_actor(world.vera):
        return accounts.person(world.vera.id).name


@pytest.mark.req("DS-05")
@pytest.mark.django_db
def test_the_file_of_a_preview_is_marked_and_so_much_has_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    share = agreed(world, note)
    with as_actor(world.dana):
        made = actions.preview_file(actor=world.dana, share_id=share)
    assert made.startswith(b"%PDF")
    monkeypatch.setattr(share_looking, "MOST_IN_A_FILE", 0)
    with as_actor(world.dana), pytest.raises(Refused):
        actions.preview_file(actor=world.dana, share_id=share)


@pytest.mark.req("DS-01")
@pytest.mark.django_db
def test_more_than_a_megabyte_goes_whole(world: World) -> None:
    notes = long_notes(world, 30, 40_000)
    share = agreed(world, *notes, why="The court asked for all of it.")
    looked = sharing.look(world, share)
    after = gone(world, sharing.send(world, share, looked.sha256).disclosure)
    assert sum(len(one.text.encode()) for one in after.pack.sections) > MEGABYTE
    assert content_sha256(after.pack) == looked.sha256
    assert len(after.pack.sections) == len(notes)


@pytest.mark.parametrize(
    "text", ["a **bold** w*or*d &amp; ~~x~~y", "& &amp", "Ro\u200bsa`s` *", "a*b*c~~d~~e`f`g", ""]
)
def test_what_reads_otherwise_than_written_is_found_as_by_one_pattern(text: str) -> None:
    assert [one.span() for one in _odd_in(text)] == [one.span() for one in _ODD.finditer(text)]
