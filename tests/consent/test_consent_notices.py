"""Mara sees how what she tells is used, once for each wording; links die with nothing online."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

import clients.actions
from clients.domain import Card, Channel, Template
from consent import actions, queries
from consent.models import NoticeSeen
from counselling.accounts.models import Practice
from counselling.db import as_actor
from counselling.errors import Invalid
from tests.consent import steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.req("RT-09", "CC-18")
def test_the_notice_waits_in_her_space_until_she_has_seen_this_wording(world: World) -> None:
    mara = Client()
    sign_in_browserless(mara, world.mara_portal)
    assert "/space/privacy" in mara.get("/space").content.decode().partition("To read")[2]
    page = mara.get("/space/privacy").content.decode()
    shown = re.search(r'name="notice" value="([0-9a-f]{64})"', page)
    assert shown
    assert mara.post("/space/privacy", {"notice": "0" * 64}).status_code == 302
    assert mara.post("/space/privacy", {"notice": shown[1]}).status_code == 302
    assert mara.post("/space/privacy", {"notice": shown[1]}).status_code == 302
    assert "To read" not in mara.get("/space").content.decode()
    assert "You said on" in mara.get("/space/privacy").content.decode()
    with as_actor(world.dana):
        ((edition, language, _),) = queries.notices_seen(world.mara)
    assert (edition, language) == (1, "en")
    dana = Client()
    sign_in_browserless(dana, world.dana)
    assert "edition 1 in English: seen" in dana.get(f"/clients/{world.mara}").content.decode()
    assert "not seen online yet" in dana.get(f"/clients/{world.ben}").content.decode()
    Practice.objects.update(name="The house at the corner")  # another wording is another notice
    assert "To read" in mara.get("/space").content.decode()


@pytest.mark.req("RT-09")
def test_nobody_says_for_her_that_she_has_seen_it(world: World) -> None:
    with as_actor(world.mara_portal):
        notice = queries.privacy_notice("en")
        with pytest.raises(Invalid):
            actions.acknowledge_notice(
                actor=world.mara_portal, language="en", shown_sha256="0" * 64
            )
    for actor in (world.dana, world.ben_portal):
        with as_actor(actor), pytest.raises(DatabaseError), transaction.atomic():
            NoticeSeen.objects.create(
                client_id=world.mara, edition=1, language="en", sha256=notice.sha256,
                at=notice_time(world),
            )  # fmt: skip
    with as_actor(world.ben_portal):
        assert not NoticeSeen.objects.filter(client_id=world.mara).exists()


def notice_time(world: World) -> Any:
    from counselling import db

    return db.now()


@pytest.mark.req("RT-09")
def test_that_it_was_seen_never_changes(world: World, root: psycopg.Connection[Any]) -> None:
    mara = world.mara_portal
    with as_actor(mara):
        notice = queries.privacy_notice("en")
        actions.acknowledge_notice(actor=mara, language="en", shown_sha256=notice.sha256)
    for sql in ("UPDATE consent_noticeseen SET edition = 2", "DELETE FROM consent_noticeseen"):
        with pytest.raises(psycopg.Error, match="never changes"):
            root.execute(sql)


@pytest.mark.req("CL-07")
def test_staff_write_nothing_online_and_links_die_but_the_form_stays_asked(world: World) -> None:
    request = steps.ask(world, client=world.mara)
    token = steps.token_of(steps.send(world, request))
    assert Client().get(f"/r/{token}").status_code == 200
    with as_actor(world.fred):
        card = Card(channel=Channel.NONE)
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=card)
    assert Client().get(f"/r/{token}").status_code == 404
    with as_actor(world.dana):
        assert queries.request_row(request).is_out
        letters = [
            one.state.value
            for one in clients.queries.messages_of(world.mara)
            if one.template is Template.DOCUMENT
        ]
    assert set(letters) == {"dropped"}
