"""A letter leaves only while somebody has said of it, as it stands, that what is kept back is not
in it: whatever the client asked since, and whichever way the words were saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from django.db import IntegrityError

from consent.domain.bases import BasisKind
from consent.domain.restrictions import What, Wish
from counselling.db import as_actor
from counselling.errors import Invalid
from records import actions
from records.actions import share_sending
from records.domain.shares import Back, Level, Resume, ShareState
from tests.consent import basis_steps
from tests.consent.acts_recipients import agreed
from tests.records import sharing
from tests.records.writing import hold_session
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-06")]
WORDS = "The evening in March was hard."
ALLOWED: Final = {"share-notes": False, "share-summary": True}


@pytest.fixture
def world() -> World:
    return World.build()


def keeps_back(world: World, recipient: UUID) -> None:
    session = hold_session(world.dana, world.mara_case)
    agreed(world, Wish(what=What.SESSION, session=session, recipient=recipient, words="Not this."))


def letter(world: World, recipient: UUID) -> UUID:
    share = sharing.begin(world, recipient)
    sharing.choose(world, share, Level.SUMMARY)
    saved(world, share)
    return share


def saved(world: World, share: UUID) -> int:
    """Save it while it is typed: nobody is asked anything."""
    with as_actor(world.dana):
        page = actions.open_letter(actor=world.dana, share_id=share)
        version, _ = actions.write_letter(
            actor=world.dana, share_id=share, version=page.version, text=WORDS
        )
    return version


def said(world: World, share: UUID) -> None:
    """Say on its page that what is kept back is not in it."""
    with as_actor(world.dana):
        page = actions.open_letter(actor=world.dana, share_id=share)
        actions.finish_letter(
            actor=world.dana, share_id=share, version=page.version, text=WORDS, left_out=True
        )


def refused(world: World, share: UUID) -> None:
    with pytest.raises(Invalid, match="kept back"):
        sharing.send(world, share)
    assert sharing.row(world, share).disclosure is None


def test_saved_while_typed_it_does_not_go_around_the_question(world: World) -> None:
    recipient = sharing.somebody(world)
    sharing.agree(world, recipient, ALLOWED)
    keeps_back(world, recipient)
    share = letter(world, recipient)
    refused(world, share)
    said(world, share)
    saved(world, share)
    refused(world, share)
    said(world, share)
    assert sharing.send(world, share).disclosure


def test_what_is_kept_back_after_it_was_written_is_asked_again(world: World) -> None:
    recipient = sharing.somebody(world)
    sharing.agree(world, recipient, ALLOWED)
    keeps_back(world, recipient)
    share = letter(world, recipient)
    said(world, share)
    keeps_back(world, recipient)
    refused(world, share)
    with pytest.raises(Invalid, match="kept back"):
        sharing.resume(world, share, Resume.SEND)


def test_the_machine_gives_it_back_instead_of_sending_it(world: World) -> None:
    recipient = sharing.somebody(world)
    share = letter(world, recipient)
    sharing.resume(world, share, Resume.SEND)
    keeps_back(world, recipient)
    sharing.agree(world, recipient, ALLOWED)
    assert not sharing.machine(share, world.mara)
    row = sharing.row(world, share)
    assert (row.state, row.back, row.disclosure) == (ShareState.BACK, Back.CHANGED, None)


@pytest.mark.parametrize("kind", [BasisKind.STATUTE, BasisKind.COURT_ORDER])
def test_an_act_is_no_way_around_it_and_a_courts_order_is(world: World, kind: BasisKind) -> None:
    recipient = sharing.somebody(world)
    keeps_back(world, recipient)
    basis = basis_steps.released(world, kind, recipient=recipient, categories=("summary",))
    share = sharing.begin(world, recipient, purpose="", basis_id=basis)
    sharing.choose(world, share, Level.SUMMARY)
    saved(world, share)
    if kind is BasisKind.STATUTE:
        refused(world, share)
        said(world, share)
    assert sharing.send(world, share).disclosure


def test_the_database_asks_it_whoever_writes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    recipient = sharing.somebody(world)
    sharing.agree(world, recipient, ALLOWED)
    keeps_back(world, recipient)
    share = letter(world, recipient)
    monkeypatch.setattr(share_sending, "require_left_out", lambda _: None)
    with pytest.raises(IntegrityError, match="kept back is not in this letter"):
        sharing.send(world, share)
