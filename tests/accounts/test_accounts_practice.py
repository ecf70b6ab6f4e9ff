"""The practice in its own words, written by the administrator and read by clients everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from django.test import Client

from counselling.access import Role, StepUpNeeded
from counselling.accounts import actions, queries
from counselling.accounts.domain import Practice
from counselling.accounts.models import SignedInSession
from counselling.db import as_actor
from counselling.errors import Invalid
from tests import people

if TYPE_CHECKING:
    from tests.accounts.conftest import Told

pytestmark = pytest.mark.django_db
SAID: Final = {
    "name": "Linden Counselling", "address": "Lindenhof 4", "phone": "+49 30 901820",
    "crisis_line": "0800 111 0 111", "complaints_contact": "The chamber, 030 1234",
}  # fmt: skip


@pytest.fixture
def ada() -> Client:
    browser = Client()
    people.sign_in_browserless(browser, people.administrator())
    return browser


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_administrator_describes_the_practice(ada: Client, told: Told) -> None:
    assert 'href="/practice"' in text(ada.get("/staff"))
    assert "The practice" in text(ada.get("/practice"))
    answer = ada.post("/practice", SAID)
    assert answer.headers["Location"] == "/staff"
    assert queries.practice() == Practice(**SAID)
    assert "Lindenhof 4" in text(ada.get("/practice"))
    assert "0800 111 0 111" in text(Client().get("/sign-in"))
    (event,) = (one for one in told() if one["kind"] == "accounts.practice.described")
    assert event["detail"] == {"changed": "address,complaints_contact,crisis_line,name,phone"}


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"crisis_line": "call Bob"}, {"phone": "1" * 41}]
)
def test_what_clients_could_not_use_is_not_taken(ada: Client, change: dict[str, str]) -> None:
    before = queries.practice()
    answer = ada.post("/practice", SAID | change)
    assert answer.status_code == 200
    assert "data-summary" in text(answer)
    assert queries.practice() == before


@pytest.mark.req("AU-09")
def test_it_asks_who_one_is_again(ada: Client) -> None:
    SignedInSession.objects.update(step_up_at=None)
    for answer in (ada.get("/practice"), ada.post("/practice", SAID)):
        assert answer.headers["Location"] == "/step-up?next=%2Fpractice"
    stale = queries.actor_of_person(people.administrator().id)
    with as_actor(stale), pytest.raises(StepUpNeeded):
        actions.describe_practice(actor=stale, practice=Practice("Elsewhere"))
    known = people.administrator()
    with as_actor(known), pytest.raises(Invalid):
        actions.describe_practice(actor=known, practice=Practice(" "))


@pytest.mark.req("AC-10")
def test_nobody_else_describes_the_practice() -> None:
    for role in (Role.COUNSELLOR, Role.FRONT_DESK, Role.PRIVACY_OFFICER):
        browser = Client()
        people.sign_in_browserless(browser, people.make_person(role))
        assert browser.get("/practice").status_code == 403
        assert "/practice" not in text(browser.get("/staff"))
