"""Somebody new is taken in, their case offered and accepted, in a browser; on a phone, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.steps import signs_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = pytest.mark.django_db
PHONE = {"viewport": {"width": 320, "height": 720}}
DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.mark.req("AX-01", "AX-06", "AX-12", "AX-14")
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_somebody_is_taken_in_and_cared_for(
    at_a_browser: Callable[..., Person], world: World, screen: dict[str, Any]
) -> None:
    fred = at_a_browser(**screen)
    signs_in(fred, world.fred)
    fred.goes_to("/clients")
    fred.follows("Take somebody in")
    fred.clicks("Take in")
    assert fred.page.evaluate("document.activeElement.hasAttribute('data-summary')")
    fred.page.get_by_label("First name").fill("Quill")
    fred.page.get_by_label("Family name").fill("Thornhaugh")
    fred.page.get_by_label("E-mail", exact=False).first.fill("quill@mailbox.example")
    fred.page.get_by_label("Yes, by e-mail").check()
    fred.clicks("Take in")
    fred.sees("Nobody yet")
    case = re.search(r"/cases/([0-9a-f-]+)$", fred.page.url)
    assert case
    fred.follows("Offer to somebody")
    fred.page.get_by_label("Offer it to").select_option(str(world.sam.id))
    fred.clicks("Offer")
    fred.sees("waits for an answer")
    fred.goes_to("/clients?reference=7KQ-2HM")
    fred.sees("Nothing with this reference")
    fred.goes_to(f"/clients/{world.mara}/contact-card")
    fred.goes_to(f"/clients/{world.mara}/identity")
    fred.goes_to(f"/clients/{world.tom}/portal")
    fred.clicks("Give the sign-in")
    fred.goes_to(f"/cases/{world.couple_case}/members/new")
    fred.goes_to(f"/clients/{world.mara}/cases/new")

    sam = at_a_browser(**screen)
    signs_in(sam, world.sam)
    sam.goes_to("/clients")
    sam.sees("Quill T.")
    sam.goes_to(f"/cases/{case[1]}")
    sam.clicks("Accept")
    sam.sees("Case accepted by")
    sam.follows("Change")
    sam.page.get_by_label("closed").check()
    sam.clicks("Change")
    assert sam.page.get_by_text("Quill T.").count() == 0
    sam.goes_to(f"/cases/{case[1]}")
    sam.sees("not available")
