"""A client's year on one page, on paper and as a PDF: whole, in order, under one event."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

import records.actions
from counselling.db import as_actor
from counselling.errors import NotThere, Refused, StepUpNeeded
from records.actions import Typed
from records.domain import SHARED_EXISTS, AddendumKind, Outlet, Risk
from tests.people import fresh, sign_in_browserless
from tests.records.writing import hold_session, signed_note
from tests.web.browsing import browser
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

pytestmark = pytest.mark.django_db
YEAR = timezone.localtime().year


@pytest.fixture
def world(db: None) -> World:
    return World.build()


@pytest.fixture
def notes(world: World) -> list[UUID]:
    """Sign two notes, the later session first, and correct one."""
    later = signed_note(world.dana, world.mara_case, "Written second.", alone="Mine.", hours_ago=2)
    first = signed_note(world.dana, world.mara_case, "Written first.", hours_ago=5)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana,
            note_id=first,
            kind=AddendumKind.ENTERED_IN_ERROR,
            text="It was about somebody else.",
        )
    return [first, later]


def opened(world: World, outlet: Outlet = Outlet.SCREEN, who: str = "dana") -> Any:
    actor = fresh(getattr(world, who))
    with as_actor(actor):
        return records.actions.open_year(
            actor=actor, client_id=world.mara, year=YEAR, outlet=outlet
        )


def told(root: psycopg.Connection[Any], kind: str) -> list[tuple[Any, ...]]:
    return root.execute(
        "SELECT client, payload::json -> 'rows' FROM audit_event WHERE kind = %s", [kind]
    ).fetchall()


@pytest.mark.req("EN-11")
def test_a_year_is_read_in_order_with_what_stands_under_each(
    world: World, notes: list[UUID], root: psycopg.Connection[Any]
) -> None:
    page = opened(world)
    assert [one.page.id for one in page.notes] == notes
    assert [one.text for one in page.notes[0].page.addenda] == ["It was about somebody else."]
    assert all(one.page.process_part is None for one in page.notes)
    ((client, rows),) = told(root, "notes.read")
    assert client == world.mara
    assert len(rows) == 3


def test_a_year_is_asked_for_in_as_many_questions_however_long_it_is(
    world: World, notes: list[UUID], django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            opened(world)
        counts.append(len(asked))
        for _ in range(4):
            signed_note(world.dana, world.mara_case, "One more.")
    assert counts[0] == counts[1]


@pytest.mark.parametrize("who", ["sam", "tess", "priya", "ada", "mara_portal"])
def test_who_may_not_read_the_notes_gets_no_year(world: World, notes: list[UUID], who: str) -> None:
    with pytest.raises((NotThere, Refused)):
        opened(world, who=who)


def test_a_supervisor_reads_it_and_never_the_part_for_its_author(
    world: World, notes: list[UUID]
) -> None:
    assert len(opened(world, who="vera").notes) == 2


@pytest.mark.parametrize("year", [-1, 1899, 2201, 99999])
def test_a_year_that_is_none_is_not_there(world: World, year: int) -> None:
    with as_actor(world.dana), pytest.raises(NotThere):
        records.actions.open_year(actor=world.dana, client_id=world.mara, year=year)


@pytest.mark.req("AC-05")
def test_on_paper_the_shared_part_of_a_couple_stays_where_not_everybody_agreed(
    world: World, root: psycopg.Connection[Any]
) -> None:
    session = hold_session(world.dana, world.couple_case)
    typed = Typed(
        "What both said.",
        "",
        risk=Risk.NO_NEW_CONCERN,
        parts={world.ana: "Hers.", world.ben: "His."},
    )
    with as_actor(world.dana):
        version, *_ = records.actions.save_draft(
            actor=world.dana, session_id=session, version=0, typed=typed
        )
        note = records.actions.sign_draft(actor=world.dana, session_id=session, version=version)
    dana = fresh(world.dana)
    for outlet in Outlet:
        with as_actor(dana):
            (one,) = records.actions.open_year(
                actor=dana, client_id=world.ana, year=YEAR, outlet=outlet
            ).notes
        assert [part.text for part in one.page.parts] == ["Hers."]
        on_screen = outlet is Outlet.SCREEN
        assert one.page.record_part == ("What both said." if on_screen else "")
        assert one.told == ("" if on_screen else SHARED_EXISTS)
        assert one.page.risk == (Risk.NO_NEW_CONCERN if on_screen else "")
    with as_actor(dana), pytest.raises(Refused):
        records.actions.open_paper(actor=dana, note_id=note, outlet=Outlet.PRINT)


# -- on the page, on paper, as a file --------------------------------------------------------------


@pytest.mark.req("EN-10", "EN-11")
def test_the_page_and_the_print_say_everything_and_their_titles_nothing(
    world: World, notes: list[UUID], root: psycopg.Connection[Any]
) -> None:
    dana = browser()
    sign_in_browserless(dana, world.dana)
    for path in (
        f"/clients/{world.mara}/notes",
        f"/clients/{world.mara}/notes/print?year={YEAR}",
    ):
        page = dana.get(path).content.decode()
        assert page.index("Written first.") < page.index("It was about somebody else.")
        assert page.index("It was about somebody else.") < page.index("Written second.")
        assert "in-error" in page
        assert "Mine." not in page
        assert "Mara" not in re.findall("<title>(.*?)</title>", page)[0]
    assert len(told(root, "notes.printed")) == 1


@pytest.mark.req("EN-10")
def test_a_pdf_asks_for_a_factor_and_names_nobody_outside_its_pages(
    world: World, notes: list[UUID], root: psycopg.Connection[Any]
) -> None:
    dana = browser()
    sign_in_browserless(dana, world.dana)
    path = f"/clients/{world.mara}/notes/copy?year={YEAR}"
    root.execute("UPDATE accounts_signedinsession SET step_up_at = now() - interval '6 minutes'")
    for ask in (dana.get, dana.post):
        assert ask(path)["Location"].startswith("/step-up")
    with pytest.raises(StepUpNeeded), as_actor(world.dana):
        records.actions.open_year(
            actor=world.dana, client_id=world.mara, year=YEAR, outlet=Outlet.EXPORT
        )
    root.execute("UPDATE accounts_signedinsession SET step_up_at = now()")
    assert "Make a PDF?" in dana.get(path).content.decode()
    answer = dana.post(path)
    assert answer["Content-Type"] == "application/pdf"
    day = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    assert answer["Content-Disposition"] == f'attachment; filename="notes-{day}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    raw = answer.content
    assert b"Session notes" in raw
    for word in (b"Mara", b"Dana", b"Written"):
        assert word not in raw
    assert len(told(root, "notes.exported")) == 1


def test_one_note_is_printed_and_taken_out_in_the_same_way(
    world: World, notes: list[UUID], root: psycopg.Connection[Any]
) -> None:
    dana = browser()
    sign_in_browserless(dana, world.dana)
    page = dana.get(f"/notes/{notes[0]}/print").content.decode()
    assert "It was about somebody else." in page
    assert "Written second." not in page
    assert dana.post(f"/notes/{notes[0]}/copy")["Content-Type"] == "application/pdf"
    assert dana.get("/notes/unfinished").status_code == 403
