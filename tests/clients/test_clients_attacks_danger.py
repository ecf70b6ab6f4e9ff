"""Attacks in raw SQL on emergencies and cover, as an injected query would: silence and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from clients import actions, queries
from clients.domain.emergency import Decision
from counselling.access import Role
from counselling.db import as_actor
from tests.clients.danger import begin_emergency, handed_over, hours_pass
from tests.clients.raw import App, acting, column
from tests.people import sign_in_browserless
from tests.web.browsing import browser
from tests.world import World, assign, staff

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.django_db, pytest.mark.req("AU-16")]


@pytest.mark.parametrize("what", ["alerted_at", "letter_at", "escalated_at"])
def test_whose_hour_it_is_does_not_silence_what_is_told_of_it(
    application: App, world: World, what: str
) -> None:
    access = begin_emergency(world.sam, world.mara)
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.IntegrityError):
        application.execute(
            f"UPDATE clients_emergencyaccess SET {what} = now() WHERE id = %s", [access]
        )


def said(app: App, world: World, access: UUID, kind: str, by: UUID, at: str = "now()") -> None:
    app.execute(
        "INSERT INTO clients_emergencydecision (id, access_id, client_id, kind, by_id, at) "
        f"VALUES (gen_random_uuid(), %s, %s, %s, %s, {at})",
        [access, world.mara, kind, by],
    )


@pytest.mark.parametrize(
    ("who", "kind", "at"),
    [
        # to suspend somebody at once, to be never asked again, to take a judgement back beforehand
        ("priya", "asked", "now() - interval '4 days'"),
        ("sam", "answered", "now() + interval '10 years'"),
        ("sam", "answered", "now()"),
        ("priya", "restored", "now()"),
    ],
)
def test_nothing_is_said_of_an_hour_out_of_its_time(
    application: App, world: World, who: str, kind: str, at: str
) -> None:
    access = begin_emergency(world.sam, world.mara)
    by = getattr(world, who).id
    with acting(application, by), pytest.raises(psycopg.errors.IntegrityError):
        said(application, world, access, kind, by, at)


def test_a_judgement_that_was_refused_is_no_trace_for_the_client(
    application: App, world: World
) -> None:
    both = staff(world.ada, "kit", "Kit Young", "both", {Role.COUNSELLOR, Role.SUPERVISOR})
    assign(world.fred, world.mara_case, both)
    access = begin_emergency(world.sam, world.mara)
    page = browser()
    sign_in_browserless(page, both)
    answer = page.post(f"/emergencies/{access}", {"act": "justified", "words": "Mine."})
    assert answer.status_code == 403
    with acting(application, world.mara_portal.id):
        kinds = column(application, "SELECT kind FROM audit_event WHERE client = %s", world.mara)
    assert "refused" not in kinds


def test_the_index_of_the_log_names_no_event_that_the_client_is_not_told_of(
    application: App, world: World
) -> None:
    asked = (
        "SELECT id FROM audit_events_about(%s, now() - interval '1 day', now() + interval '1 day')"
    )
    with acting(application, world.mara_portal.id):
        before = column(application, asked, world.mara)
    access = begin_emergency(world.sam, world.mara)
    with acting(application, world.mara_portal.id):
        assert column(application, asked, world.mara) == before
        assert column(application, asked, world.jon) == set()
    hours_pass(access, 24)
    with acting(application, world.mara_portal.id):
        assert len(column(application, asked, world.mara)) > len(before)


def test_who_is_asked_a_second_time_is_told_so(world: World) -> None:
    other = staff(world.ada, "una", "Una Orr", "privacy officer", {Role.PRIVACY_OFFICER})
    access = begin_emergency(world.sam, world.mara)
    for reviewer in (world.priya, other):
        with as_actor(reviewer):
            actions.decide_emergency(
                actor=reviewer, access_id=access, said=Decision.ASKED, words="Why?"
            )
        with as_actor(world.sam):
            assert [one.id for one in queries.asked_of(world.sam)] == [access]
            actions.answer_emergency(actor=world.sam, access_id=access, words="Her sister rang.")
        with as_actor(world.sam):
            assert queries.asked_of(world.sam) == []


@pytest.mark.req("AC-11")
def test_who_stands_in_does_not_lock_the_owner_out_of_ending_it(
    application: App, world: World
) -> None:
    made = handed_over(world)
    with acting(application, world.sam.id), pytest.raises(psycopg.errors.IntegrityError):
        application.execute("UPDATE clients_cover SET ended_at = until WHERE id = %s", [made])
    with as_actor(world.dana):
        actions.end_cover(actor=world.dana, cover_id=made)
