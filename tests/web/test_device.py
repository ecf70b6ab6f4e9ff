"""A device in a client's hands: every address of the product is asked from it, and none opens."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import pytest
from django.urls import reverse

from tests.people import sign_in_browserless
from tests.web import browsing
from tests.web.matrix import ROWS
from tests.web.room import handed_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.browsing import Answer, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web")]

# the way to give it back, the one factor of who works here, the language of the page
OPENS: Final = {"consent:device", "accounts:wake", "language"}
# the one form it was handed over for
FORM: Final = {"consent:sign-room", "consent:sign-back"}


@pytest.fixture
def tour(db: None) -> Tour:
    return browsing.tour()


def _from_the_device(tour: Tour) -> Iterator[Answer]:
    device = browsing.browser()
    sign_in_browserless(device, tour.scene.world.dana)
    handed_over(device, tour.scene.draft_request)
    logging.disable(logging.WARNING)
    try:
        for row, method in ROWS:
            path = browsing.path_of(row, tour.scene)
            yield browsing.ask(device, row, method, "handed", path)
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.req("AC-01", "ES-13")
def test_no_address_opens_on_a_device_that_was_handed_over_but_its_one_form(tour: Tour) -> None:
    answers = list(_from_the_device(tour))
    opened = {one.cell for one in answers if one.status != 403} - {
        one.cell for one in answers if one.row.partition("+")[0] in OPENS | FORM
    }
    assert opened == set()
    theirs = {one.row for one in answers if one.row in FORM and one.status in {200, 302}}
    assert theirs == FORM, "not even its own form opens: this test sees nothing"
    shown = {one.body for one in answers if one.status == 403 and one.row not in OPENS | FORM}
    assert len({body.replace(b"\n", b"") for body in shown}) == 1, "they are not told alike"
    back = reverse("consent:device").encode()
    assert all(back in body for body in shown)
