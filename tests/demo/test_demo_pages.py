"""The demo's sign-in list and outbox, as a newcomer meets them."""

from __future__ import annotations

import email.message
import importlib
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import NoReverseMatch, reverse, set_urlconf

from counselling.accounts import actions, domain, queries
from counselling.db import as_actor
from counselling.local.people import CLIENTS, PEOPLE, TEAM
from tests.people import administrator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

    from counselling.local.people import Person


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Run as the demo does; gives the folder of what would have been sent."""
    # first, since it looks at DEMO when it is read for the first time
    importlib.import_module("counselling.urls")
    settings.DEMO = True
    settings.OUTBOX = tmp_path / "outbox"
    settings.ROOT_URLCONF = "tests.demo.demo_urls"
    yield tmp_path / "outbox"
    # a request leaves the addresses it used behind, in its thread
    set_urlconf(None)


def of_the_team(person: Person) -> None:
    by = administrator()
    with as_actor(by):
        actions.create_staff(
            actor=by, name=person.name, email=person.email, roles=person.roles,
            title=person.title, password=person.password, secret=person.secret,
        )  # fmt: skip


def post(folder: Path, name: str, date: str, body: str) -> None:
    message = email.message.EmailMessage()
    message["To"], message["Subject"], message["Date"] = "mara@example.org", "A message", date
    message.set_content(body)
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(message.as_bytes() + b"\n" + b"-" * 79 + b"\n")


def test_everybody_has_an_address_of_their_own_and_staff_an_authenticator() -> None:
    assert len({one.email for one in PEOPLE}) == len(PEOPLE) == 13
    assert len({one.secret for one in TEAM}) == len(TEAM) == 8
    assert all(len(bytes.fromhex(one.secret)) == 20 for one in TEAM)
    assert not any(one.secret for one in CLIENTS)


@pytest.mark.django_db
def test_the_sign_in_page_lists_everybody(client: Client, demo: Path) -> None:
    page = client.get("/sign-in").content.decode()
    for person in PEOPLE:
        assert person.name in page
        assert f'value="{person.key}"' in page


@pytest.mark.django_db
def test_one_click_takes_both_steps(client: Client, demo: Path, root: Any) -> None:
    of_the_team(TEAM[0])
    answer = client.post("/demo/people", {"person": TEAM[0].key})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "sitting" in client.session
    kinds = {row[0] for row in root.execute("SELECT kind FROM audit_event")}
    assert {domain.PASSWORD_RIGHT.code, domain.SIGNED_IN.code} <= kinds
    # and once more at once: each code is good once, so the next one is given
    client.post("/sign-out")
    assert "sitting" not in client.session
    client.post("/demo/people", {"person": TEAM[0].key})
    assert "sitting" in client.session


@pytest.mark.django_db
def test_the_code_is_shown_to_who_signs_in_by_hand(client: Client, demo: Path) -> None:
    dana = TEAM[0]
    of_the_team(dana)
    client.post("/sign-in", {"email": dana.email, "password": dana.password})
    account = next(one.id for one in queries.staff() if one.name == dana.name)
    assert queries.next_code(account, dana.secret) in client.get("/sign-in/code").content.decode()


@pytest.mark.django_db
def test_nobody_is_signed_in_as_somebody_unknown(client: Client, demo: Path) -> None:
    assert client.post("/demo/people", {"person": "nobody"}).status_code == 404
    assert client.get("/demo/people").status_code == 405
    # known, but nobody planted them
    assert client.post("/demo/people", {"person": "dana"}).headers["Location"] == "/sign-in"
    assert "sitting" not in client.session


@pytest.mark.django_db
def test_the_outbox_shows_the_newest_first_with_its_link(client: Client, demo: Path) -> None:
    assert "Nothing yet." in client.get("/demo/outbox").content.decode()
    post(demo, "a.log", "Mon, 02 Nov 2026 09:00:00 +0000", "Hello <old>,\n\nhttp://127.0.0.1/r/old")
    post(demo, "b.log", "Tue, 03 Nov 2026 09:00:00 +0000", "Hello,\n\nhttp://127.0.0.1/r/new")
    page = client.get("/demo/outbox").content.decode()
    assert page.index("/r/new") < page.index("/r/old")
    assert '<a href="http://127.0.0.1/r/new"' in page
    assert "<old>" not in page


def test_without_demo_mode_there_is_no_such_page() -> None:
    for name in ("demo-people", "demo-outbox"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
