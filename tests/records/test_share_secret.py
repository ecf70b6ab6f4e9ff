"""The second secret of a link that the machine sent: told once, and not where it opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import consent.actions
from consent.domain.recipients import AddressKind
from counselling.db import as_actor
from records import actions
from records.domain.shares import Channel, Resume
from records.models import Share
from tests.consent import delivering
from tests.records import sharing
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-07")]


@pytest.fixture
def world() -> World:
    return World.build()


@pytest.fixture
def went(world: World) -> tuple[UUID, UUID]:
    """Mara agreed, and the machine sent what Dana had prepared; gives share and disclosure."""
    made = sharing.begun(world)
    to = delivering.address(world, made.recipient, AddressKind.EMAIL, delivering.EMAIL)
    way = actions.Way(channel=Channel.LINK, address=to, told_by="in_person")
    sharing.resume(world, made.share, Resume.SEND, way=way)
    sharing.agree(world, made.recipient)
    assert sharing.machine(made.share, world.mara)
    disclosure = sharing.row(world, made.share).disclosure
    assert disclosure is not None
    return made.share, disclosure


def told(world: World, share: UUID) -> str:
    with as_actor(world.dana):
        return actions.read_secret(actor=world.dana, share_id=share)


def test_it_waits_until_it_is_looked_at_and_opens_the_link(
    world: World, went: tuple[UUID, UUID]
) -> None:
    share, _ = went
    with as_actor(world.dana):
        assert Share.objects.get(pk=share).secret is not None
    assert len(told(world, share)) == 8
    with as_actor(world.dana):
        assert Share.objects.get(pk=share).secret is None


def test_the_word_of_a_link_that_was_taken_back_or_sent_again_is_not_told(
    world: World, went: tuple[UUID, UUID]
) -> None:
    share, disclosure = went
    with as_actor(world.dana):
        address = Share.objects.get(pk=share).address_id
        assert address is not None
        consent.actions.deliver(actor=world.dana, disclosure_id=disclosure, address_id=address)
    assert told(world, share) == ""
