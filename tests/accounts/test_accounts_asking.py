"""Who asks is found in one question, and only with the proof that the browser's session carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from counselling.access import Role
from tests import people

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Actor:
    return people.administrator()


@pytest.fixture
def desk(ada: Actor) -> Client:
    desk = Client()
    people.sign_in_browserless(desk, ada)
    return desk


def is_in(desk: Client) -> bool:
    """Say whether a browser is signed in."""
    return desk.get("/account").status_code == 200


def test_session_and_sitting_are_two_questions_before_the_act_begins(desk: Client) -> None:
    desk.get("/account")
    with CaptureQueriesContext(connection) as asked:
        assert is_in(desk)
    asked_before = [one["sql"] for one in asked.captured_queries]
    begun = next(place for place, sql in enumerate(asked_before) if "set_config" in sql)
    assert [sql for sql in asked_before[:begun] if sql.lstrip().startswith("SELECT")] == [
        sql for sql in asked_before[:begun] if sql != "BEGIN"
    ]
    assert sum("accounts_signedinsession" in sql for sql in asked_before[:begun]) == 1
    assert begun <= 3


@pytest.mark.req("AU-14")
@pytest.mark.parametrize("proof", ["", "of another password"])
def test_a_sitting_without_the_proof_of_its_password_is_nobodys(desk: Client, proof: str) -> None:
    session = desk.session
    session[HASH_SESSION_KEY] = proof
    session.save()
    assert not is_in(desk)


@pytest.mark.req("AU-14")
def test_a_sitting_of_one_person_is_nobodys_in_the_session_of_another(
    ada: Actor, desk: Client
) -> None:
    dana = people.make_person(Role.ADMINISTRATOR, name="Dana Roth")
    hers = Client()
    people.sign_in_browserless(hers, dana)
    session = hers.session
    assert session[SESSION_KEY] == str(dana.id)
    session["sitting"] = desk.session["sitting"]
    session.save()
    assert not is_in(hers)
    assert is_in(desk)
