"""The pages of a share: whom, what, the letter, the preview, the client's own page before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from consent.domain.recipients import AddressKind
from counselling.db import as_actor
from records.domain.shares import ShareState
from records.queries.shares import shares_of
from tests import people
from tests.consent import basis_steps, delivering, steps
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from counselling.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World.build()


def browser_of(person: Actor) -> Client:
    client = Client()
    people.sign_in_browserless(client, person)
    return client


def begun(world: World, dana: Client, to: str) -> UUID:
    path = f"/clients/{world.mara}/disclosures/new"
    answer = dana.post(path, {"to": to, "case": str(world.mara_case), "purpose": "medication"})
    assert answer.status_code == 302, answer.content.decode()
    with as_actor(world.dana):
        return shares_of(world.mara)[0].id


def sha_in(page: str) -> str:
    found = re.search(r'name="previewed" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_a_note_goes_in_four_clicks_with_a_permission(world: World) -> None:
    shared = steps.shared_permission(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    dana = browser_of(world.dana)
    share = begun(world, dana, f"{shared.recipient}:medication")
    what = dana.get(f"/shares/{share}").content.decode()
    assert "checked" not in what
    path = f"/shares/{share}"
    assert dana.post(path, {"level": "summary"}).status_code == 422
    assert dana.post(path, {"level": "notes", "attendance-items": [str(note)]}).status_code == 422
    assert dana.post(path, {"level": "notes", "notes-items": [str(note)]}).status_code == 302
    page = dana.get(f"{path}/preview").content.decode()
    assert sharing.WORDS in page
    sent = dana.post(
        f"{path}/preview", {"act": "send", "channel": "paper", "previewed": sha_in(page)}
    )
    assert sent.status_code == 302
    assert "/disclosures/" in sent.headers["Location"]
    assert dana.get(f"{path}/preview").status_code == 302


def test_what_was_entered_below_another_choice_stays_while_one_is_refused(world: World) -> None:
    shared = steps.shared_permission(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    dana = browser_of(world.dana)
    share = begun(world, dana, f"{shared.recipient}:medication")
    said = {"notes-items": str(note), "notes-why_so_much": "The whole spring of it."}
    answer = dana.post(f"/shares/{share}", {"level": "attendance", **said})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The whole spring of it." in page
    assert re.search(rf'value="{note}"[^>]* checked', page)


def test_without_a_permission_it_is_asked_for_and_comes_back(world: World) -> None:
    recipient = sharing.somebody(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    dana = browser_of(world.dana)
    listed = dana.get(f"/clients/{world.mara}/disclosures/new").content.decode()
    assert "no permission" in listed
    share = begun(world, dana, f"{recipient}:")
    dana.post(f"/shares/{share}", {"level": "notes", "notes-items": [str(note)]})
    page = dana.get(f"/shares/{share}/preview").content.decode()
    answer = dana.post(
        f"/shares/{share}/preview",
        {"act": "resume", "how": "send", "channel": "paper", "previewed": sha_in(page)},
    )
    assert answer.status_code == 302
    ask = answer.headers["Location"]
    assert f"share={share}" in ask
    form = dana.get(ask).content.decode()
    assert re.search(rf'value="{recipient}"[^>]*checked', form)
    refused = dana.post(
        f"/shares/{share}/preview", {"act": "send", "channel": "paper", "previewed": sha_in(page)}
    )
    assert refused.status_code in {403, 409}
    sharing.agree(world, recipient)
    assert sharing.machine(share, world.mara)
    assert sharing.row(world, share).state is ShareState.SENT


def test_a_letter_is_written_shown_first_and_answered(
    world: World, root: psycopg.Connection[Any]
) -> None:
    recipient = sharing.somebody(world)
    dana, mara = browser_of(world.dana), browser_of(world.mara_portal)
    share = begun(world, dana, f"{recipient}:")
    answer = dana.post(f"/shares/{share}", {"level": "summary", "show_first": "on"})
    assert answer.headers["Location"] == f"/shares/{share}/letter"
    saved = dana.post(
        f"/shares/{share}/letter",
        {"letter": "She sleeps through.", "version": "1", "tab": "t"},
        headers={"Accept": "application/json"},
    )
    assert saved.json()["version"] == 2
    stale = dana.post(
        f"/shares/{share}/letter",
        {"letter": "Other.", "version": "1", "tab": "u"},
        headers={"Accept": "application/json"},
    )
    assert stale.status_code == 409
    page = dana.get(f"/shares/{share}/preview").content.decode()
    dana.post(f"/shares/{share}/preview", {"act": "show", "previewed": sha_in(page)})
    space = mara.get("/space").content.decode()
    (path,) = re.findall(r'href="(/space/shares/[^"]+)"', space)
    assert "She sleeps through." in mara.get(path).content.decode()
    assert mara.post(path, {"act": "not_right", "words": ""}).status_code == 422
    asked = {"act": "not_right", "words": "May the word sleep stay out?"}
    assert mara.post(path, asked).status_code == 302
    assert sharing.row(world, share).showing is not None
    assert asked["words"] in dana.get(f"/shares/{share}/preview").content.decode()
    read = "SELECT count(*) FROM audit_event WHERE kind = 'share.words-read'"
    assert root.execute(read).fetchone() == (1,)


def test_a_link_that_went_by_itself_gives_its_word_once_to_who_prepared_it(world: World) -> None:
    recipient = sharing.somebody(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    email = delivering.address(world, recipient, AddressKind.EMAIL, delivering.EMAIL)
    dana = browser_of(world.dana)
    share = begun(world, dana, f"{recipient}:")
    dana.post(f"/shares/{share}", {"level": "notes", "notes-items": [str(note)]})
    path = f"/shares/{share}/preview"
    said = {"act": "resume", "how": "send", "previewed": sha_in(dana.get(path).content.decode())}
    assert dana.post(path, said).status_code == 422
    way = {"channel": "link", "address": str(email), "told": "in_person:"}
    assert dana.post(path, said | way).status_code == 302
    sharing.agree(world, recipient)
    assert sharing.machine(share, world.mara)
    assert path in dana.get("/today").content.decode()
    assert f"/shares/{share}/secret" in dana.get(path).content.decode()
    word = re.search(
        r'<p class="pin"><code>(.+?)</code>', dana.post(f"/shares/{share}/secret").content.decode()
    )
    assert word is not None
    assert dana.post(f"/shares/{share}/secret").status_code == 404
    assert dana.get(path).status_code == 302


def test_what_a_supervisor_wrote_who_gave_it_back_is_read_by_the_trainee(world: World) -> None:
    share = sharing.of_tess(world)
    path = f"/shares/{share}/preview"
    words = "Leave the date out."
    back = browser_of(world.vera).post(path, {"act": "give back", "words": words})
    assert back.status_code == 302
    tess = browser_of(world.tess)
    page = tess.get(path).content.decode()
    assert words in page
    assert 'value="send"' not in page


def test_a_trainees_waits_on_their_supervisors_today(world: World) -> None:
    share = sharing.of_tess(world)
    vera = browser_of(world.vera)
    assert f"/shares/{share}/preview" in vera.get("/today").content.decode()
    page = vera.get(f"/shares/{share}/preview").content.decode()
    assert sharing.WORDS in page
    assert vera.post(f"/shares/{share}/preview", {"act": "give back", "words": "Shorter."}).url
    assert browser_of(world.tess).get(f"/shares/{share}/preview").status_code == 200


def test_taken_back_it_is_listed_no_more(world: World) -> None:
    made = sharing.begun(world)
    dana = browser_of(world.dana)
    assert f"/shares/{made.share}/preview" in dana.get(f"/clients/{world.mara}").content.decode()
    dana.post(f"/shares/{made.share}/end")
    assert f"/shares/{made.share}" not in dana.get(f"/clients/{world.mara}").content.decode()


def test_what_no_permission_covers_can_rest_on_the_law_as_it_was_prepared(world: World) -> None:
    made = sharing.begun(world)
    path = f"/shares/{made.share}/preview"
    dana = browser_of(world.dana)
    page = dana.get(path).content.decode()
    assert "Ask the client now" in page
    assert f"/clients/{world.mara}/bases/new" in page
    basis = str(basis_steps.state(world, recipient=made.recipient))
    assert basis in dana.get(path).content.decode()
    other = str(basis_steps.state(world))
    assert other not in dana.get(path).content.decode()
    assert dana.post(path, {"act": "rest", "basis": other}).status_code == 404
    assert dana.post(path, {"act": "rest", "basis": basis}).status_code == 302
    assert sharing.row(world, made.share).state is ShareState.SECOND_PERSON
