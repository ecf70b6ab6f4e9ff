"""What is not finished keeps a case and its people: why is told, and nothing is half done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from django.test import Client

from clients import queries
from clients.actions.cases import all_or_told
from clients.domain import CaseState
from counselling.access import SERVICE
from counselling.db import as_actor
from tests.people import sign_in_browserless
from tests.records import writing

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from counselling.access import Actor
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-11")]
WHY = "A note of this case is not signed yet"


@pytest.fixture(autouse=True)
def draft(world: World) -> None:
    """Have Dana begin a note of Mara's and not sign it."""
    session = writing.hold_session(world.dana, world.mara_case)
    writing.type_draft(world.dana, session, "She slept well.")


def browser_of(actor: Actor) -> Client:
    browser = Client()
    sign_in_browserless(browser, actor)
    return browser


def assignment(world: World) -> UUID:
    with as_actor(world.fred):
        return queries.case_row(world.mara_case).assignments[0].id


def written(owner: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Give what says that something was done."""
    return owner.execute(
        "SELECT kind FROM audit_event WHERE kind IN ('case.changed', 'assignment.ended') "
        "UNION ALL SELECT after FROM clients_casechange WHERE after = 'closed'"
    ).fetchall()


@pytest.mark.parametrize("who", ["dana", "fred"])
def test_an_assignment_with_an_unsigned_note_stays_and_says_why(
    world: World, owner: psycopg.Connection[Any], who: str
) -> None:
    browser = browser_of(getattr(world, who))
    answer = browser.post(f"/assignments/{assignment(world)}/end", follow=True)
    assert answer.redirect_chain == [(f"/cases/{world.mara_case}", 302)]
    assert WHY in answer.content.decode()
    assert written(owner) == []
    with as_actor(world.dana):
        assert queries.assigned(world.mara_case) == [world.dana.id]


@pytest.mark.parametrize("who", ["dana", "fred"])
def test_a_case_with_an_unsigned_note_does_not_close_and_says_why(
    world: World, owner: psycopg.Connection[Any], who: str
) -> None:
    answer = browser_of(getattr(world, who)).post(
        f"/cases/{world.mara_case}/state", {"state": "closed"}
    )
    assert answer.status_code == 200
    assert WHY in answer.content.decode()
    assert written(owner) == []
    with as_actor(world.dana):
        assert queries.case_row(world.mara_case).state is CaseState.OPEN


def test_what_the_database_refuses_without_a_sentence_is_told_to_nobody() -> None:
    with as_actor(SERVICE), pytest.raises(IntegrityError), all_or_told():
        raise IntegrityError
