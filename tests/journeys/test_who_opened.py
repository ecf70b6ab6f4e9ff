"""Journey 7: a client sees who opened the file, asks about it, and is answered by somebody else."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from tests.clients import openings
from tests.clients.openings import ANSWER, WORDS
from tests.journeys.conftest import one
from tests.journeys.steps import signs_in
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.req("AT-16")
def test_who_opened_it_is_asked_about_and_somebody_else_answers(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    hold_session(world.dana, world.mara_case)
    openings.opens(world.dana, world.mara)
    mara = at_a_browser(viewport={"width": 320, "height": 640})
    signs_in(mara, world.mara_portal)

    # one click from home, in words, with the reason
    mara.follows("See who, when and why")
    mara.sees("because of your session that day")

    # nothing is chosen for her
    assert mara.page.get_by_role("radio", checked=True).count() == 0
    mara.page.get_by_label("When somebody opens it who never").check()
    mara.clicks("Save")
    mara.sees("never why")

    mara.opens(mara.page.get_by_role("link", name=re.compile("Ask about this")).first)
    mara.page.get_by_label("What do you want to know?").fill(WORDS)
    mara.clicks("Send")
    mara.sees("answer by")

    # Priya reads and answers; Dana, whom it is about, hears nothing
    priya = at_a_browser()
    signs_in(priya, world.priya)
    priya.goes_to("/today")
    priya.opens(priya.page.locator("a[href^='/accesses/questions/']").first)
    priya.sees(WORDS)
    priya.page.get_by_label("Your answer").fill(ANSWER)
    priya.clicks("Send the answer")
    priya.sees("Answered")

    mara.page.reload()
    mara.sees(ANSWER)
    kinds = "SELECT count(*) FROM audit_event WHERE kind = %s"
    for kind in ("opening.asked", "opening.answered", "openings.wished"):
        assert one(kinds, kind) == 1

    # what stands under her list is in the log, and a state that never was is not
    call_command("seal_log", once=True)
    mara.goes_to("/space/accesses")
    root, last = mara.page.locator("code.code").all_inner_texts()
    stands = re.search(r"State of the log: (\d+) entries", mara.page.content())
    assert stands is not None
    size = stands[1]
    said = io.StringIO()
    call_command("check_shown", size, root, last, stdout=said)
    assert "in that state" in said.getvalue()
    with pytest.raises(CommandError, match="never stood like this"):
        call_command("check_shown", size, last, root)
