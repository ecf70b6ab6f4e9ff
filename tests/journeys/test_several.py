"""Dana leads a group: who came, a part for one of them, and no name in what goes with everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clients.domain import CaseKind
from tests.journeys import steps
from tests.journeys.conftest import one, until
from tests.records.writing import hold_session
from tests.world import assign, case_of, take_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KEPT_PART = "SELECT count(*) FROM records_draft_part"
KEPT = "[localStorage.length, sessionStorage.length]"


@pytest.mark.req("AC-05", "EN-14")
def test_dana_writes_about_a_group_and_is_told_of_a_name_while_she_types(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given a group of two that met an hour ago
    tom = take_in(world.fred, "tom", kind=CaseKind.GROUP)
    case = case_of(world.fred, tom)
    take_in(world.fred, "jon", case_id=case)
    assign(world.fred, case, world.dana)
    session = hold_session(world.dana, case)
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    page = dana.page
    dana.goes_to(f"/sessions/{session}/draft")

    # when she names somebody in the shared part, the page says so at once, and not for a pronoun
    shared = page.get_by_label("Shared part, without names")
    notice = page.get_by_text("This part names")
    shared.fill("He had much to say.")
    assert not notice.is_visible()
    shared.press_sequentially(" tomasquith's turn.")
    notice.wait_for(timeout=20_000)
    assert page.locator("[data-found]").inner_text() == "tomasquith"
    assert page.evaluate(KEPT) == [0, 0]

    # then she writes it where it belongs, says who stayed away, and all of it is kept
    shared.fill("One of them had much to say.")
    notice.wait_for(state="hidden", timeout=20_000)
    page.get_by_label("Jonquarry A.", exact=True).select_option("Did not come")
    page.locator("summary", has_text="Own part about Tomasquith").click()
    page.get_by_label("About Tomasquith").fill("Spoke of his move.")
    page.get_by_label("For me alone").click()
    until(lambda: one(KEPT_PART) == 1)
    page.reload()
    assert page.get_by_label("About Tomasquith").input_value() == "Spoke of his move."

    # and signed, the note holds what is about everybody and what is about one apart
    page.get_by_label("no new concern").check()
    dana.clicks("Sign …")
    dana.sees("About Tomasquith")
    dana.clicks("Sign")
    dana.sees("Jonquarry A. (did not come)")
    dana.follows("Tomasquith")
    dana.follows("note signed")
    dana.sees("As the record of Tomasquith")
    dana.was_left_alone()
