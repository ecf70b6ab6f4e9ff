"""A mother who signs in for her child asks for every address there is: hers are three."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import pytest

from tests.people import sign_in_browserless
from tests.web import browsing
from tests.web.guarded import FATHER, FATHERS_STREET, MOTHERS_STREET, REASON, YOUNG
from tests.web.matrix import ROWS
from tests.web.scene import RECORD, Scene
from tests.world import NAMES

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web")]

# her own sign-in, and what is open to anybody
OPEN: Final = {
    "home", "healthz", "readyz", "quick-exit", "consent:guarded", "consent:guarded-withdrawal",
    "consent:privacy", "consent:share", "consent:share-finished",
}  # fmt: skip


def _is_open(one: browsing.Answer) -> bool:
    name = one.row.partition("+")[0]
    stranger = ROWS[one.row, one.method]["othr"]
    anybody = ROWS[one.row, one.method]["none"] == stranger == one.word
    return name in OPEN or name.startswith("accounts:") or anybody


@pytest.mark.req("AC-13", "AC-01")
def test_every_other_address_is_refused_or_not_there_and_no_page_says_too_much(db: None) -> None:
    scene = Scene.build()
    scene.sitting = uuid4()
    mother = browsing.browser()
    sign_in_browserless(mother, scene.guardian_portal)
    asked = [
        browsing.ask(mother, row, method, "guardian", browsing.path_of(row, scene))
        for row, method in ROWS
        if not browsing.path_of(row, scene).startswith("/r/")
    ]
    wrong = [
        f"{one.cell}: {one.word}"
        for one in asked
        if one.word not in {"403", "404", "405"} and not _is_open(one)
    ]
    assert not wrong, "\n" + "\n".join(wrong)
    words = [FATHER, FATHERS_STREET, MOTHERS_STREET, REASON, RECORD, *NAMES["ana"], *NAMES["ben"]]
    assert [(word, one.cell) for one in asked for word in words if word.encode() in one.body] == []
    home = next(one for one in asked if one.row == "consent:guarded")
    assert YOUNG.encode() in home.body
