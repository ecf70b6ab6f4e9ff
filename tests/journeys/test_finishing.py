"""A counsellor leaves a case with a note unsigned, finishes it, and reads another's year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import clients.queries
from counselling.db import as_actor
from tests.journeys import steps
from tests.journeys.conftest import one
from tests.records.writing import hold_session, signed_note, type_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.req("AC-11", "EN-10", "EN-11", "EN-16")
def test_who_leaves_a_case_finishes_its_note_and_nothing_else(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given a signed note of Mara's and one that Dana has begun
    signed_note(world.dana, world.mara_case, "The first one.", hours_ago=50)
    session = hold_session(world.dana, world.mara_case, hours_ago=30)
    type_draft(world.dana, session, "The last one.")
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)

    # when she reads the year, prints it and takes it out, nothing outside its pages names Mara
    dana.goes_to(f"/clients/{world.mara}")
    dana.follows("Read the notes of a year")
    dana.sees("The first one.")
    dana.follows("Print")
    dana.sees("The first one.")
    assert "Mara" not in dana.page.title()
    dana.page.go_back()
    dana.follows("PDF")
    with dana.page.expect_download() as download:
        dana.page.get_by_role("button", name="Make the PDF").click()
    assert download.value.suggested_filename.startswith("notes-")

    # when she ends the assignment, what is unsigned is listed, and it ends all the same
    with as_actor(world.dana):
        row = clients.queries.case_row(world.mara_case).assignments[0]
    dana.goes_to(f"/assignments/{row.id}/end")
    dana.sees("You have 1 unsigned note here")
    dana.clicks("End it")

    # then Mara is gone for her, and the one note waits on Today, by its reference
    dana.goes_to("/today")
    dana.sees("left unsigned")
    assert not dana.page.get_by_text("Mara").count()
    dana.page.locator("a[href$='/draft']").first.click()
    dana.sees("You no longer care for case")

    # and with the keyboard alone she signs it
    dana.page.get_by_label("Record").press("Control+Enter")
    dana.sees("Sign this note?")
    dana.page.keyboard.press("Control+Enter")
    dana.sees("which you no longer see")
    assert one("SELECT count(*) FROM records_note") == 2
    assert one("SELECT count(*) FROM records_draft") == 0
