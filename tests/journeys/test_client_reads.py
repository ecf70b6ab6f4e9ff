"""A note is opened to its client at signing, read by keyboard on a phone, and found not right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import one
from tests.journeys.steps import signs_in
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = pytest.mark.django_db
PHONE = {"viewport": {"width": 320, "height": 720}}


@pytest.mark.req("RT-04", "AX-01", "AX-02", "AX-12")
def test_mara_reads_what_dana_wrote_and_says_it_is_not_right(
    at_a_browser: Callable[..., Person], world: World
) -> None:
    session = hold_session(world.dana, world.mara_case)
    dana, mara = at_a_browser(), at_a_browser(**PHONE)
    signs_in(dana, world.dana)
    dana.goes_to(f"/sessions/{session}/draft")
    dana.page.get_by_label("Record").fill("She slept five hours.")
    dana.page.get_by_label("no new concern").check()
    dana.clicks("Sign …")
    assert dana.page.locator("input[name=readers]:checked").count() == 0
    dana.page.locator("input[name=readers]").check()
    dana.clicks("Sign")
    dana.sees("may read this note")

    signs_in(mara, world.mara_portal)
    mara.follows("Notes you may read")
    mara.follows("Read")
    mara.sees("She slept five hours.")
    mara.follows("This is not right")
    mara.page.get_by_label("What is not right").fill("Five hours.")
    mara.page.get_by_label("What should it say instead").fill("Seven hours.")
    mara.clicks("Send")
    mara.sees("An answer is due by")
    assert one("SELECT count(*) FROM audit_event WHERE kind = 'reading.read'") == 2

    dana.goes_to("/today")
    dana.sees("not right")
    dana.page.get_by_role("link", name="Mara").last.press("Enter")
    dana.sees("Seven hours.")
    dana.follows("Refuse")
    dana.page.get_by_label("The note is accurate").check()
    dana.page.get_by_label("Why, in words").fill("We counted together.")
    dana.page.keyboard.press("Tab")
    dana.clicks("Refuse")
    dana.sees("We counted together.")

    mara.page.reload()
    mara.follows("Write a statement")
    mara.page.get_by_label("Your statement").fill("I know how I slept.")
    mara.clicks("Put it beside the note")
    dana.goes_to("/amendments")
    dana.follows("Open")
    dana.sees("I know how I slept.")
