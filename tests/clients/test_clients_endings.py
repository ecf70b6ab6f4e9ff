"""What the database refuses with a sentence is told, and nothing is half done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from clients import actions, queries
from clients.actions.cases import all_or_told
from clients.domain.cases import CaseState
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid
from tests.people import sign_in_browserless
from tests.raw import superuser
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-11")]


def test_what_the_database_refuses_with_a_sentence_is_told_in_its_words() -> None:
    refusal = "DO $$ BEGIN RAISE EXCEPTION 'Not yet.' USING ERRCODE = 'restrict_violation'; END $$"
    with as_actor(SERVICE), pytest.raises(Invalid, match="Not yet"), all_or_told():
        connection.cursor().execute(refusal)


def test_what_the_database_refuses_without_a_sentence_is_told_to_nobody() -> None:
    with as_actor(SERVICE), pytest.raises(IntegrityError), all_or_told():
        raise IntegrityError


def _words(answer: HttpResponse, address: str) -> str:
    """Give a page without what names its address."""
    return " ".join(answer.content.decode().replace(address.rpartition("/")[2], "").split())


@pytest.mark.parametrize("how", ["given to Sam", "ended", "closed"])
def test_an_old_cookie_opens_nothing_the_moment_somebody_left_a_case(
    world: World, client: Client, how: str
) -> None:
    note = signed_note(world.dana, world.mara_case, "She told of the lake.")
    sign_in_browserless(client, world.dana)
    pages = {
        reverse("client", args=[world.mara]): reverse("client", args=[world.dana.id]),
        reverse("clients:case", args=[world.mara_case]): reverse(
            "clients:case", args=[world.dana.id]
        ),
        reverse("records:note", args=[note]): reverse("records:note", args=[world.dana.id]),
    }
    assert [client.get(one).status_code for one in pages] == [200, 200, 200]
    _leave(world, how)
    for page, never in pages.items():
        hidden, none = client.get(page), client.get(never)
        assert hidden.status_code == none.status_code == 404, page
        assert _words(hidden, page) == _words(none, never)
    with superuser() as root:
        said = {kind for (kind,) in root.execute("SELECT kind FROM audit_event")}
    assert said >= {
        "given to Sam": {"assignment.ended", "assignment.accepted"},
        "ended": {"assignment.ended"},
        "closed": {"case.changed"},
    }[how] | {"refused"}


def _leave(world: World, how: str) -> None:
    """Let Fred take the case from Dana, and Sam go on with it, or close it."""
    with as_actor(world.fred):
        (row,) = [one for one in queries.case_row(world.mara_case).assignments if not one.until]
        if how == "closed":
            actions.change_case_state(
                actor=world.fred, case_id=world.mara_case, state=CaseState.CLOSED
            )
            return
        actions.end_assignment(actor=world.fred, assignment_id=row.id)
        if how == "ended":
            return
        offer = actions.offer_assignment(
            actor=world.fred, case_id=world.mara_case, person_id=world.sam.id
        )
    with as_actor(world.sam):
        actions.accept_assignment(actor=world.sam, assignment_id=offer)
