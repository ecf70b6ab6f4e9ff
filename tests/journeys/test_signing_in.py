"""The first day of a colleague: invited, enrolled, signed in by keyboard alone, and found again."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
from django.core import mail

from counselling.accounts import queries
from tests.journeys.steps import signs_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = pytest.mark.django_db
CHOSEN = "violet hammer quarry noon"


@pytest.mark.req("AU-02", "AU-13", "AX-02", "AX-09")
def test_a_colleague_is_invited_enrols_and_signs_in(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    ada = at_a_browser()
    signs_in(ada, world.ada)
    ada.goes_to("/staff/new")
    ada.page.get_by_label("Name").fill("Lea Fox")
    ada.page.get_by_label("E-mail").fill("lea@practice.example")
    ada.clicks("Send the invitation")
    ada.page.get_by_label("Counsellor").check()
    ada.clicks("Send the invitation")
    assert ada.heading() == "Lea Fox"
    ada.follows("All staff")
    ada.sees("Lea Fox")

    lea = at_a_browser(viewport={"width": 320, "height": 700})
    lea.goes_to(re.search(r"(/invitations/\S+)", mail.outbox[-1].body)[1])
    lea.page.get_by_label("A password of your own").fill("password")
    lea.clicks("Set this password")
    lea.sees("easily guessed")
    lea.page.get_by_label("A password of your own").fill(CHOSEN)
    lea.clicks("Set this password")
    enters(lea, CHOSEN)
    key = lea.page.locator(".hash").inner_text()
    lea.page.get_by_label("Code").fill(queries.code_at(base16(key), queries.clock()))
    lea.clicks("Confirm")
    codes = lea.page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    with lea.page.expect_download() as download:
        lea.page.get_by_role("button", name="Download as a file").click()
    assert download.value.path().read_text().split() == codes
    lea.follows("I have kept them")
    lea.goes_to("/account")
    lea.clicks("Sign out")
    lea.page.go_back()
    assert lea.page.get_by_text("Where you are signed in").count() == 0

    # the code of a moment ago is used up; a recovery code is pasted instead
    enters(lea, CHOSEN)
    lea.page.get_by_label("Code").focus()
    lea.page.keyboard.insert_text(codes[0])
    with lea.page.expect_navigation():
        lea.page.keyboard.press("Enter")
    lea.goes_to("/account")
    lea.sees("9 recovery codes left")


def base16(key: str) -> str:
    """Give a key typed from a page as the tests keep keys."""
    return base64.b32decode(key.strip()).hex()


def enters(person: Person, password: str) -> None:
    """Give name and password by the keyboard alone, as a password manager would paste them."""
    person.goes_to("/sign-in")
    keys = person.page.keyboard
    person.page.get_by_label("E-mail").focus()
    keys.insert_text("lea@practice.example")
    keys.press("Tab")
    keys.insert_text(password)
    with person.page.expect_navigation():
        keys.press("Enter")
    person.looks()
