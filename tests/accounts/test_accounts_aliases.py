"""Staff at approved risk: clients read role and code, as two people decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from counselling.accounts import actions, queries
from counselling.accounts.models import RiskAlias
from counselling.db import as_actor
from counselling.errors import Refused
from tests.people import fresh, sign_in_browserless
from tests.world import World

if TYPE_CHECKING:
    from counselling.access import Actor

PAGES: Final = (
    "space", "care", "accesses", "clients:own-shut-out", "records:own-notes", "consent:shared",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    """Build the practice of the tests."""
    return World.build()


def _ask(actor: Actor, world: World) -> None:
    with as_actor(actor):
        actions.ask_alias(actor=fresh(actor), person_id=world.dana.id, reason="Stalked.")


def _agree(actor: Actor, world: World) -> None:
    with as_actor(actor):
        actions.agree_alias(actor=fresh(actor), person_id=world.dana.id)


def _read(world: World) -> str:
    return queries.names_for_clients([world.dana.id])[world.dana.id]


def test_two_people_decide_and_clients_read_a_code(world: World) -> None:
    """Nothing holds before another agrees; it ends, and comes again by the same code."""
    name = _read(world)
    _ask(world.ada, world)
    assert _read(world) == name
    _agree(world.priya, world)
    said = _read(world)
    assert said.startswith("Counsellor ")
    assert name not in said
    with translation.override("de"):
        assert not _read(world).startswith("Counsellor ")
    with as_actor(world.dana):
        actions.end_alias(actor=fresh(world.dana), person_id=world.dana.id)
    assert _read(world) == name
    _ask(world.dana, world)
    _agree(world.priya, world)
    assert _read(world) == said


def test_nobody_agrees_alone(world: World) -> None:
    """Who asked does not agree, whoever it is about does not, and no other role does."""
    _ask(world.ada, world)
    for one in (world.ada, world.dana, world.vera):
        with pytest.raises(Refused):
            _agree(one, world)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskAlias.objects.update(agreed_by=world.ada.id, agreed_at=queries.clock())


def test_no_page_of_a_client_says_the_name(world: World) -> None:
    """The client's whole space is walked with a name that must not appear, page by page."""
    name = _read(world)
    mara = Client()
    sign_in_browserless(mara, world.mara_portal)
    assert name in mara.get(reverse("care")).content.decode()
    _ask(world.ada, world)
    _agree(world.priya, world)
    pages = [reverse(one) for one in PAGES]
    for page in pages:
        found = mara.get(page)
        assert found.status_code == HTTPStatus.OK, page
        assert name not in found.content.decode(), page
    for page in (reverse("care"), reverse("clients:own-shut-out")):
        assert _read(world) in mara.get(page).content.decode(), page
