"""Words are found in notes and people by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.steps import signs_in
from tests.records.writing import signed_note
from tests.world import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.req("AC-09", "AX-01", "AX-12")
def test_a_word_is_found_in_notes_and_a_person_by_two_letters(
    at_a_browser: Callable[..., Person], world: World
) -> None:
    note = signed_note(world.dana, world.mara_case, "Im Café: **slept** well.", alone="Ask again.")
    signed_note(world.sam, world.jon_case, "A cafe that Dana knows nothing of.")
    dana = at_a_browser(viewport={"width": 320, "height": 720})
    signs_in(dana, world.dana)
    dana.goes_to("/today")
    dana.follows("Search")
    dana.clicks("Search")
    dana.sees("Type a word, or choose days.")
    dana.page.get_by_label("Words").fill('cafe "ask again"')
    dana.page.keyboard.press("Enter")
    dana.sees("That is all: 1 of 1.")
    assert dana.page.locator("mark").all_inner_texts() == ["Café", "Ask again"]
    assert "cafe" not in dana.page.url
    dana.opens(dana.page.locator(".hits a"))
    assert dana.page.url.endswith(f"/notes/{note}")

    dana.goes_to("/clients")
    dana.page.get_by_label("Name or reference").fill(NAMES["mara"][0][:2])
    dana.clicks("Find")
    dana.sees(f"{NAMES['mara'][0]} {NAMES['mara'][1][0]}.")
    assert "?" not in dana.page.url
    dana.page.get_by_label("Name or reference").fill(NAMES["jon"][0])
    dana.clicks("Find")
    dana.sees("Nobody of this name")
