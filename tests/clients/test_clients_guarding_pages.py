"""The pages about who decides: staff's, the client's and a guardian's own."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from clients import actions, queries
from clients.domain.capacity import Decides
from counselling.accounts import queries as people
from counselling.db import as_actor
from tests.clients import guarding
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.clients.guarding import Young
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db
MOTHER = {
    "name": "Quillaria Oxenholme", "relationship": "mother", "authority": "parental authority",
    "email": "quillaria@mailbox.example", "address": "Moorweg 11", "channel": "email",
}  # fmt: skip


def browser_of(actor: Actor) -> Client:
    browser = Client()
    sign_in_browserless(browser, actor)
    return browser


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return " ".join(html.unescape(answer.content.decode()).split())


@pytest.fixture
def ben(world: World) -> Young:
    return guarding.young(world)


@pytest.mark.req("CC-22")
def test_from_a_birth_date_to_a_decision(world: World) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    dana, ben = browser_of(world.dana), f"/clients/{world.ben}"
    assert "15 years old, and nobody has decided." in text(dana.get(ben))
    assert "nothing can be asked of them" in text(dana.get(f"{ben}/deciding"))
    asked = text(dana.get(f"{ben}/decisions/new"))
    assert "Their age alone would say: the client and their guardians" in asked
    assert "No guardian is written down." in asked
    added = dana.post(f"{ben}/guardians/new", MOTHER)
    assert added.headers["Location"] == f"{ben}/deciding"
    said = {"decides": "together", "basis": "age", "why": "Clear about it.", "guardian_0": "signs"}
    wrong = text(dana.post(f"{ben}/decisions/new", said | {"why": " "}))
    assert "Why" in wrong
    recorded = dana.post(f"{ben}/decisions/new", said)
    assert recorded.headers["Location"] == f"{ben}/deciding"
    shown = text(dana.get(f"{ben}/deciding"))
    assert "The client and their guardians, all of them." in shown
    assert "With them: Quillaria Oxenholme." in shown
    assert "Clear about it." in shown
    assert "The client and their guardians, all of them." in text(dana.get(ben))


def test_leaving_a_guardian_out_needs_a_reason_and_shows_it(ben: Young, world: World) -> None:
    dana, page = browser_of(world.dana), f"/clients/{ben.client}"
    said = {"decides": "guardian", "basis": "age", "why": "Fled.", "guardian_0": "signs"}
    assert "This field is required." in text(dana.post(f"{page}/decisions/new", said))
    dana.post(f"{page}/decisions/new", said | {"guardian_1": "unsafe"})
    shown = text(dana.get(f"{page}/deciding"))
    assert "Darbrook Oxenholme is left out: asking them would not be safe." in shown
    assert shown.index("Fled.") < shown.index("Clear about what it means.")


def test_the_front_desk_reads_no_reason(ben: Young, world: World) -> None:
    page = f"/clients/{ben.client}/deciding"
    shown = text(browser_of(world.fred).get(page))
    assert "Moorweg 11" in shown
    assert "Clear about what it means." not in shown
    assert "Record who decides" not in shown
    assert "Clear about what it means." in text(browser_of(world.priya).get(page))


def test_a_guardian_is_corrected_and_ended(ben: Young, world: World) -> None:
    dana = browser_of(world.dana)
    assert "Fennstrasse 90" in text(dana.get(f"/guardians/{ben.dad}"))
    dana.post(f"/guardians/{ben.dad}", MOTHER | {"name": "Darbrook O.", "address": "Neuer Weg 2"})
    assert "Neuer Weg 2" in text(dana.get(f"/clients/{ben.client}/deciding"))
    dana.post(f"/guardians/{ben.dad}/end")
    assert "No longer: Darbrook O., mother" in text(dana.get(f"/clients/{ben.client}/deciding"))
    assert dana.post(f"/guardians/{ben.dad}/end", follow=True).status_code == 200
    last = dana.post(f"/guardians/{ben.mum}/end", follow=True)
    assert "not a guardian any more" not in text(last)


@pytest.mark.req("CL-07")
def test_the_link_goes_to_the_guardian_by_their_own_card(world: World, jobs: Jobs) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum)
    given = text(
        browser_of(world.dana).post(f"/guardians/{mum}/sign-in", {"email": MOTHER["email"]})
    )
    jobs.run()
    assert "on its way" in given
    assert [one.to for one in mail.outbox] == [["quillaria@mailbox.example"]]
    pin = next(word for word in given.replace("<", " ").replace(">", " ").split() if _is_pin(word))
    path = next(word for word in mail.outbox[0].body.split() if "/invitations/" in word)
    answer = Client().post(
        path[path.index("/invitations/") :], {"pin": pin, "password": "violet hammer quarry noon"}
    )
    assert answer.headers["Location"] == "/sign-in"


def test_the_agreed_word_is_a_guardians_second_secret(world: World) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum)
    dana, page = browser_of(world.dana), f"/guardians/{mum}/sign-in"
    weak = text(dana.post(page, {"email": "own@mailbox.example", "word": "mother"}))
    assert "Link and PIN" not in weak
    with as_actor(world.dana):
        assert queries.guardian_row(mum).account is None
    given = text(dana.post(page, {"email": "own@mailbox.example", "word": "velvet anchor"}))
    assert "Link and PIN" in given
    with as_actor(world.dana):
        account = queries.guardian_row(mum).account
    assert account is not None
    assert people.has_word(account)


def _is_pin(word: str) -> bool:
    return len(word) == 6 and word.isdigit()


@pytest.mark.req("CL-07")
def test_a_letter_to_who_decides_no_more_never_leaves(world: World, jobs: Jobs) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    mum = guarding.guardian(world.dana, world.ben)
    dad = guarding.guardian(world.dana, world.ben, guarding.DAD)
    guarding.decide(world.dana, world.ben, mum, dad)
    browser_of(world.dana).post(f"/guardians/{dad}/sign-in", {"email": "dad@mailbox.example"})
    with as_actor(world.dana):
        actions.end_guardian(actor=world.dana, guardian_id=dad)
    jobs.run()
    assert mail.outbox == []


def test_ben_reads_who_signs_with_him(ben: Young, world: World) -> None:
    shown = text(browser_of(world.ben_portal).get("/space/care"))
    assert "You sign what we ask you. These people sign it too:" in shown
    assert "Quillaria Oxenholme" in shown
    assert "Moorweg" not in shown
    assert "Clear about what it means." not in shown
    assert "Who decides with you" not in text(browser_of(world.mara_portal).get("/space/care"))


@pytest.mark.req("AC-13")
def test_a_guardians_home_says_for_whom_and_until_when(ben: Young, world: World) -> None:
    mum = browser_of(ben.mum_portal)
    assert mum.get("/").headers["Location"].endswith("/on-behalf")
    shown = text(mum.get("/on-behalf"))
    assert "For Benjabur O." in shown
    with as_actor(world.dana):
        row = queries.decision_in_force(ben.client)
    assert row is not None
    assert row.until is not None
    assert f"{timezone.localtime(row.until):%Y}" in shown
    for word in ("Moorweg", "Fennstrasse", "Darbrook", "Clear about"):
        assert word not in shown
    guarding.decide(world.dana, ben.client, decides=Decides.ALONE, guardians=())
    assert "You sign for nobody at present." in text(mum.get("/on-behalf"))


@pytest.mark.req("AC-13")
def test_dana_is_reminded_before_majority(world: World) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(17, days=330))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum)
    assert "ask the client anew" in text(browser_of(world.dana).get("/today"))


@pytest.mark.req("AT-16")
def test_ben_sees_what_a_guardian_looked_at_and_that_one_was_invited(
    ben: Young, world: World
) -> None:
    browser_of(ben.mum_portal).get("/on-behalf")
    shown = text(browser_of(world.ben_portal).get("/space/accesses"))
    plain = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    assert "Somebody who decides with you looked at your permissions" in plain
    assert "recorded who decides for you" in shown
    assert "gave somebody who decides for you a sign-in" in shown
    assert "Quillaria" not in shown
