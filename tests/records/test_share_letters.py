"""A letter, and what went: what is kept back beside the first, every reason beside the second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consent.domain.recipients import AddressKind
from consent.domain.restrictions import What, Wish
from counselling.db import as_actor
from records import actions
from records.domain.shares import Channel, Level, Resume
from tests.consent import delivering
from tests.consent.acts_recipients import agreed
from tests.records import sharing
from tests.records.test_shares_pages import browser_of
from tests.records.writing import hold_session, signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg
    from django.test import Client

pytestmark = pytest.mark.django_db
SAID = "The evening in March stays between us."
KEPT_OUT = "SELECT count(*) FROM audit_event WHERE kind = 'share.keeps-out'"


@pytest.fixture
def world() -> World:
    return World.build()


def letter(world: World, dana: Client, recipient: UUID) -> str:
    share = sharing.begin(world, recipient)
    path = f"/shares/{share}"
    assert dana.post(path, {"level": "summary"}).headers["Location"] == f"{path}/letter"
    return f"{path}/letter"


@pytest.mark.req("CL-06")
def test_a_letter_is_looked_at_once_somebody_says_that_what_is_kept_back_is_not_in_it(
    world: World, root: psycopg.Connection[Any]
) -> None:
    recipient = sharing.somebody(world)
    session = hold_session(world.dana, world.mara_case)
    signed_note(world.dana, world.mara_case, sharing.WORDS)
    agreed(world, Wish(what=What.SESSION, session=session, recipient=recipient, words=SAID))
    dana = browser_of(world.dana)
    path = letter(world, dana, recipient)
    assert SAID in dana.get(path).content.decode()
    typed = {"letter": "She sleeps.", "version": "1", "tab": "t", "act": "look"}
    refused = dana.post(path, typed)
    assert refused.status_code == 422
    assert "She sleeps." in refused.content.decode()
    assert root.execute(KEPT_OUT).fetchone() == (0,)
    assert dana.post(path, typed | {"left_out": "on"}).status_code == 302
    assert root.execute(KEPT_OUT).fetchone() == (1,)


def test_where_nothing_is_kept_back_nothing_is_asked(world: World) -> None:
    dana = browser_of(world.dana)
    path = letter(world, dana, sharing.somebody(world))
    assert "left_out" not in dana.get(path).content.decode()
    typed = {"letter": "She sleeps.", "version": "1", "tab": "t", "act": "look"}
    assert dana.post(path, typed).status_code == 302


@pytest.mark.req("DS-01", "DS-04")
def test_what_went_says_why_so_much_and_why_nobody_waited(
    world: World, root: psycopg.Connection[Any]
) -> None:
    recipient = sharing.somebody(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    delivering.address(world, recipient, AddressKind.EMAIL, delivering.EMAIL)
    share = sharing.begin(world, recipient)
    much, at_once = "All of October is asked for.", "She cannot be reached."
    sharing.choose(world, share, Level.NOTES, note, why_so_much=much, show_first=True)
    with as_actor(world.dana):
        actions.send_without_waiting(actor=world.dana, share_id=share, why=at_once)
    sharing.resume(world, share, Resume.SEND, way=actions.Way(channel=Channel.PAPER))
    sharing.agree(world, recipient)
    assert sharing.machine(share, world.mara)
    went = sharing.row(world, share).disclosure
    dana = browser_of(world.dana)
    page = dana.get(f"/disclosures/{went}").content.decode()
    assert much in page
    assert "1 note" in page
    path = f"/disclosures/{went}/prepared"
    assert path in page
    assert at_once in dana.get(path).content.decode()
    for kind in ("disclosure.why-read", "share.prepared-read"):
        read = f"SELECT count(*) FROM audit_event WHERE kind = '{kind}'"
        assert root.execute(read).fetchone() == (1,)
    line = dana.get(f"/clients/{world.mara}").content.decode()
    assert f'href="/disclosures/{went}">shared 1 note on paper with <bdi>' in line
    assert "What leaves" in line
    assert "<bdi>" not in browser_of(world.fred).get(f"/clients/{world.mara}").content.decode()
