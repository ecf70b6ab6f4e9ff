"""Steps that stories share: sign in, ask, sign, write, share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import clients.actions
from clients.domain import Card
from counselling.db import as_actor
from tests import people
from tests.journeys.conftest import one

if TYPE_CHECKING:
    import pathlib
    from uuid import UUID

    from counselling.access import Actor
    from tests.journeys.conftest import Person


def signs_in(person: Person, actor: Actor) -> None:
    """Sign in by password and, where there is one, by the authenticator."""
    person.goes_to("/sign-in")
    person.page.get_by_label("E-mail").fill(people.email_of(actor.id))
    person.page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    person.clicks("Sign in")
    if "/sign-in/code" in person.page.url:
        person.page.get_by_label("Code").first.fill(people.code_now(actor.id))
        person.clicks("Go on")
    people.proves(actor.id)


def writes_and_signs(person: Person, session: UUID, text: str, alone: str = "") -> str:
    """Write the note of a session and sign it; gives the note's address."""
    person.goes_to(f"/sessions/{session}/draft")
    person.page.get_by_label("Record").fill(text)
    person.page.get_by_label("For me alone").fill(alone)
    person.page.get_by_label("no new concern").check()
    person.clicks("Sign …")
    person.clicks("Sign")
    return person.page.url


def is_handed_letters(desk: Actor, client: UUID) -> None:
    """Forget how the client wants to be reached: then the link is shown, to be handed over."""
    with as_actor(desk):
        clients.actions.set_card(actor=desk, client_id=client, card=Card())


def asks_to_share(person: Person, client: UUID, doctor: str) -> tuple[str, str]:
    """Ask a client whether notes may go to a doctor; gives the link and the PIN to tell."""
    person.goes_to(f"/clients/{client}/requests/new?form=share-with-named-recipient")
    person.page.get_by_label("Name").fill(doctor)
    person.page.get_by_label("What they are").fill("GP")
    person.page.get_by_label("medication").check()
    person.clicks("Send")
    pin = re.sub(r"\D", "", person.page.get_by_label("PIN").inner_text())
    link = next(text for text in person.page.locator("code").all_inner_texts() if "/r/" in text)
    return link, pin


def opens(person: Person, link: str, pin: str) -> None:
    """Open a link with the PIN, and agree once to sign online."""
    person.goes_to(link[link.index("/r/") :])
    person.page.get_by_label("PIN").fill(pin)
    person.clicks("Open")
    if person.page.get_by_role("button", name="I can read this and sign online").count():
        person.clicks("I can read this and sign online")


def says_yes_to_everything(person: Person) -> None:
    """Answer each clause with Yes, after seeing that none was chosen beforehand."""
    assert person.page.locator("input[type=radio]:checked").count() == 0
    for box in person.page.get_by_label("Yes", exact=True).all():
        box.check()


def signs(person: Person, name: str) -> None:
    """Read page two and sign on page three."""
    person.clicks("The whole text")
    person.clicks("I have read it. Go on")
    person.page.get_by_label("Your name").fill(name)
    person.clicks("Sign")


def picks_to_stop(person: Person, label: str) -> None:
    """Press Stop on the card of one permission: the first of the two clicks."""
    card = person.page.locator("section", has=person.page.get_by_role("heading", name=label))
    with person.page.expect_navigation(timeout=15_000):
        card.get_by_role("link", name="Stop").click()
    person.looks()


def downloads(person: Person, link: str, folder: pathlib.Path) -> pathlib.Path:
    """Download a file by a link's name."""
    with person.page.expect_download() as waiting:
        person.page.get_by_role("link", name=link).first.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def sealed_documents() -> int:
    """Count the documents that are sealed."""
    found = one("SELECT count(*) FROM consent_document WHERE state = 'sealed'")
    assert isinstance(found, int)
    return found
