"""Clients have a host name of their own, and the same way out and the same help on every page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.core import mail
from django.urls import resolve

from clients import actions
from clients.domain import Template
from counselling.db import as_actor
from counselling.doors import is_there
from tests.people import sign_in_browserless
from tests.web import browsing
from tests.web.matrix import ROWS
from tests.world import World

if TYPE_CHECKING:
    from django.test import Client

    from tests.conftest import Jobs
    from tests.web.browsing import Tour

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web")]

OWN: Final = "quiet.example"
# pages without the frame of clients: the way out itself, files, and what a recipient reads
BARE: Final = {"quick-exit", "clients:own-offline", "consent:share", "consent:share-finished"}


@pytest.fixture
def own_host(settings: Any) -> None:
    settings.PORTAL_HOST = OWN
    settings.PORTAL_URL = f"https://{OWN}"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, OWN]


def client_pages(tour: Tour) -> list[Any]:
    """Give every page that a client, or who opened a link, is shown."""
    return [
        one
        for one in tour.answers
        if one.persona in {"clnt", "link"} and one.status == 200 and one.is_page
    ]


def test_what_clients_are_shown_is_behind_their_door_and_what_staff_are_shown_is_not() -> None:
    """A new page of clients has to lie under /space, or be named in counselling/doors.py."""
    wrong = []
    for (row, _), cells in ROWS.items():
        path = browsing_path(row)
        if {cells["clnt"], cells["link"], cells["none"]} & {"200", "204", "->"}:
            wrong += [f"{row} is not on the clients' host"] * (not is_there(path, for_clients=True))
        if {cells["ownr"], cells["desk"], cells["admn"], cells["priv"]} & {"200"}:
            wrong += [f"{row} is not on the staff's host"] * (not is_there(path, for_clients=False))
    assert not wrong, "\n" + "\n".join(wrong)


def browsing_path(row: str) -> str:
    """Give the address of a row with any ids in it."""
    pattern = str(browsing.patterns()[row.partition("+")[0]].pattern)
    return "/" + re.sub(r"<[^>]*>", "01a203f9-7032-70a5-8f05-077e273553a4", pattern)


@pytest.mark.usefixtures("own_host")
def test_on_the_clients_host_no_page_of_staff_is_there_and_the_other_way_round(db: None) -> None:
    world = World.build()
    mara, dana = browsing.browser(), browsing.browser()
    sign_in_browserless(mara, world.mara_portal)
    sign_in_browserless(dana, world.dana)
    nowhere = nowhere_on(dana, OWN)
    for path in ("/today", "/clients", "/trail", "/staff", f"/clients/{world.mara}"):
        assert resolve(path)
        found = dana.get(path, headers={"host": OWN})
        assert (found.status_code, found.content) == (404, nowhere), path
        assert browsing.browser().get(path, headers={"host": OWN}).status_code == 404
        for spelt in (OWN.upper(), f"{OWN}.", f"{OWN}:443"):
            assert dana.get(path, headers={"host": spelt}).status_code in {400, 404}, spelt
    assert mara.get("/space").status_code == 404
    assert mara.get("/space", headers={"host": OWN}).status_code == 200
    assert mara.get("/").headers["Location"] == f"https://{OWN}/space"
    assert browsing.browser().get("/sign-in", headers={"host": OWN}).status_code == 200


def nowhere_on(browser: Client, host: str) -> bytes:
    found: bytes = browser.get("/there-is-no-such-page", headers={"host": host}).content
    return found


@pytest.mark.usefixtures("own_host")
def test_links_in_letters_lead_to_the_clients_host(db: None, jobs: Jobs) -> None:
    world = World.build()
    mail.outbox.clear()
    with as_actor(world.fred):
        actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT, link="/r/x"
        )
    jobs.run()
    assert f"https://{OWN}/r/x" in mail.outbox[-1].body


def test_every_page_of_clients_has_the_way_out_and_the_crisis_line_in_the_same_place(
    db: None,
) -> None:
    tour, missing = browsing.tour(), []
    for one in client_pages(tour):
        body = one.body.decode()
        if one.row in BARE:
            continue
        header = body.partition("<main")[0]
        if "data-quick-exit" not in header:
            missing.append(f"{one.cell}: no way out in its header")
        if "quick_exit.js" not in body:
            missing.append(f"{one.cell}: Escape does nothing")
    assert not missing, "\n" + "\n".join(missing)
    assert len({one.row for one in client_pages(tour)}) > 25


def test_the_crisis_line_stands_at_the_foot_of_every_client_page(db: None) -> None:
    world = World.build()
    from counselling.accounts.models import Practice

    Practice.objects.update(crisis_line="0800 111 0 111")
    mara = browsing.browser()
    sign_in_browserless(mara, world.mara_portal)
    for path in (
        "/space", "/space/card", "/space/privacy", "/space/permissions", "/space/documents",
        "/space/requests", "/space/notes", "/space/plan", "/space/disclosures", "/space/care",
        "/space/accesses", "/account", "/account/password", "/space/card/nothing-online",
    ):  # fmt: skip
        foot = mara.get(path).content.decode().partition("</main>")[2]
        assert "0800 111 0 111" in foot, path
    for path in ("/sign-in", "/sign-in/link", "/sign-in/forgotten", "/sign-in/link/sent"):
        foot = browsing.browser().get(path).content.decode().partition("</main>")[2]
        assert "0800 111 0 111" in foot, path


@pytest.mark.req("AX-13", "AX-14")
def test_an_error_page_of_clients_has_the_crisis_line_too_and_staff_s_has_not(db: None) -> None:
    world = World.build()
    from counselling.accounts.models import Practice

    Practice.objects.update(crisis_line="0800 111 0 111")
    mara, dana = browsing.browser(), browsing.browser()
    sign_in_browserless(mara, world.mara_portal)
    sign_in_browserless(dana, world.dana)
    for path in ("/space/nowhere", f"/clients/{world.ben}", f"/space/documents/{world.ben}"):
        shown = mara.get(path).content.decode()
        assert "0800 111 0 111" in shown.partition("</main>")[2], path
    assert "0800 111 0 111" not in dana.get("/space/nowhere").content.decode()


def test_no_title_of_a_client_page_says_what_kind_of_practice_it_is(db: None) -> None:
    said = {
        one.row: found[1]
        for one in client_pages(browsing.tour())
        if (found := re.search(r"<title>(.*?)</title>", one.body.decode(), re.S))
        and re.search(r"counsel|therap|clinic|mental|psych", found[1], re.I)
    }
    assert said == {}
