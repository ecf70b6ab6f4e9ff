"""The language somebody reads in: chosen, else their row's, else the browser's; staff English."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.utils.translation import gettext

from clients import actions, queries
from clients.domain import Template
from counselling import languages
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.speech import say, say_number
from tests.consent import steps as asking
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def page(client: Client, path: str) -> str:
    return client.get(path, headers=GERMAN).content.decode()


def test_a_german_browser_gets_a_german_page_and_a_french_one_english(client: Client) -> None:
    assert '<html lang="de">' in page(client, "/sign-in")
    french = client.get("/sign-in", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en">' in french


def test_staff_read_english_whatever_their_browser_says(client: Client, world: World) -> None:
    sign_in_browserless(client, world.dana)
    assert '<html lang="en">' in page(client, "/clients")
    client.post("/language", {"language": "de", "next": "/clients"})
    assert '<html lang="en">' in page(client, "/clients")


def test_a_client_reads_as_their_row_says_and_what_they_choose_is_kept(
    client: Client, world: World
) -> None:
    sign_in_browserless(client, world.mara_portal)
    assert '<html lang="en">' in page(client, "/space")
    answer = client.post("/language", {"language": "de", "next": "/space/notes"})
    assert answer.headers["Location"] == "/space/notes"
    assert '<html lang="de">' in client.get("/space").content.decode()
    with as_actor(world.fred):
        assert queries.client_row(world.mara).language == "de"


def test_the_switch_leads_nowhere_else_and_knows_its_languages(client: Client) -> None:
    for back in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", ""):
        answer = client.post("/language", {"language": "de", "next": back})
        assert answer.headers["Location"] == "/"
    assert client.post("/language", {"language": "tlh"}).status_code == 400


def test_letters_are_in_the_language_of_who_reads_them(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.choose_language(actor=world.mara_portal, language="de")
    with as_actor(world.fred):
        made = actions.queue_message(
            actor=world.fred, client_id=world.mara, template=Template.DOCUMENT, link="/r/x"
        )
    mail.outbox.clear()
    with as_actor(SERVICE, client=world.mara):
        actions.deliver_message(actor=SERVICE, message_id=made)
    (letter,) = mail.outbox
    assert letter.subject == "Sie haben eine Nachricht"
    assert "Es gibt ein Dokument für Sie zu lesen." in letter.body


def test_another_language_of_the_page_never_changes_the_text_that_is_signed(
    client: Client, world: World
) -> None:
    request = asking.ask(world, asking.AGREEMENT)
    asking.send(world, request)
    sign_in_browserless(client, world.mara_portal)
    client.post(f"/space/requests/{request}")
    client.post(f"/space/requests/{request}/online", {"act": "accept"})
    hashes = set()
    for language in ("en", "de"):
        client.post("/language", {"language": language})
        text = client.get(f"/space/requests/{request}/text").content.decode()
        assert f'<html lang="{language}">' in text
        assert '<article class="card reading large" lang="en">' in text
        hashes.add(text.partition('name="shown" value="')[2][:64])
    assert len(hashes) == 1
    assert all(hashes)


def test_what_a_rule_says_is_english_to_programs_and_spoken_to_people() -> None:
    said = say("You can come back until %(day)s.", day=say("Yes"))
    several = say_number("%(number)s minute", "%(number)s minutes", number=2)
    with languages.speaking("de"):
        assert said == "You can come back until Yes."
        assert str(said) == f"{said}" == "Sie können wiederkommen bis Ja."
        assert str(several) == "2 Minuten"
        assert gettext("Yes") == "Ja"
        assert languages.day_in_words(datetime.date(2026, 11, 3)) == "Dienstag, 3. November 2026"
    assert str(said) == "You can come back until Yes."
