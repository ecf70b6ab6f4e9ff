"""A mother who signs in for her child asks for every address there is: hers are three."""

from __future__ import annotations

from typing import Final

import pytest

from tests.people import sign_in_browserless
from tests.web import browsing
from tests.web.guarded import FATHER, FATHERS_STREET, MOTHERS_STREET, REASON, YOUNG
from tests.web.matrix import ROWS
from tests.web.scene import RECORD
from tests.world import NAMES

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web")]

# her own sign-in, and what is open to anybody
OPEN: Final = {"home", "healthz", "readyz", "quick-exit", "consent:link", "consent:guarded"}


@pytest.fixture
def asked(db: None) -> list[browsing.Answer]:
    tour = browsing.tour()
    mother = browsing.browser()
    sign_in_browserless(mother, tour.scene.guardian_portal)
    return [
        browsing.ask(mother, row, method, "guardian", browsing.path_of(row, tour.scene))
        for row, method in ROWS
    ]


def _is_open(one: browsing.Answer) -> bool:
    name = one.row.partition("+")[0]
    stranger = ROWS[one.row, one.method]["othr"]
    anybody = ROWS[one.row, one.method]["none"] == stranger == one.word
    return name in OPEN or name.startswith("accounts:") or anybody


@pytest.mark.req("AC-13", "AC-01")
def test_every_other_address_is_refused_or_not_there(asked: list[browsing.Answer]) -> None:
    wrong = [
        f"{one.cell}: {one.word}"
        for one in asked
        if one.word not in {"403", "404", "405"} and not _is_open(one)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.req("AC-13")
def test_no_page_of_hers_holds_a_word_that_is_not_for_her(asked: list[browsing.Answer]) -> None:
    words = [FATHER, FATHERS_STREET, MOTHERS_STREET, REASON, RECORD, *NAMES["ana"], *NAMES["ben"]]
    met = [(word, one.cell) for one in asked for word in words if word.encode() in one.body]
    assert met == []
    home = next(one for one in asked if one.row == "consent:guarded")
    assert YOUNG.encode() in home.body
