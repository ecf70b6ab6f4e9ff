"""The front desk and the administrator get no word of what is shared, why, or what is kept back.

Every answer of every address that either may ask, page or file, is one of the matrix.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from tests.web import browsing, lawful
from tests.web.accounted import HOLDING, OFFICIAL, STACHEL
from tests.web.kept import CALLED, ENDED, NUMBER, REFUSED, WISHED
from tests.web.prepared import LETTER
from tests.web.reading import NAMED, NOT_TOLD
from tests.web.scene import ADDED, ALONE, RECIPIENT, RECORD

if TYPE_CHECKING:
    from tests.web.browsing import Answer, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web"), pytest.mark.req("AC-03")]

# a note, a letter, a recipient, a legal basis and why it is told later, a wish and what was said
# to it, a subpoena, a hold, an official, who learns of a correction
WORDS: Final = (
    RECORD, ADDED, ALONE, LETTER, RECIPIENT, CALLED, NUMBER, lawful.ASKED, lawful.SEEN, lawful.WHY,
    WISHED, REFUSED, ENDED, STACHEL, HOLDING, OFFICIAL, NAMED, NOT_TOLD,
)  # fmt: skip
# what is certainly on a page of who cares for the client: else this test sees nothing
SHOWN: Final = {
    RECORD, ALONE, LETTER, RECIPIENT, CALLED, lawful.ASKED, WISHED, REFUSED, ENDED, STACHEL,
    HOLDING, OFFICIAL, NAMED, NOT_TOLD,
}  # fmt: skip
# addresses of what was shared, on what ground, and what was asked for by law
OF_SHARING: Final = (
    "consent:accounting", "consent:given-file", "consent:suspension", "consent:disclosure",
    "consent:recipient", "consent:subpoena", "consent:hold", "records:share", "records:basis",
    "records:restriction", "records:telling",
    "records:amendment",
)  # fmt: skip


@pytest.fixture
def tour(db: None) -> Tour:
    return browsing.tour()


def text_of(one: Answer) -> str:
    """Give what an answer says, whatever kind of file it is."""
    if not one.body.startswith(b"%PDF-1") or b"%%EOF" not in one.body:
        return one.body.decode("utf-8", "replace")
    read = subprocess.run(["pdftotext", "-", "-"], input=one.body, capture_output=True, check=False)
    return read.stdout.decode() + one.body.decode("latin-1")


@pytest.mark.parametrize("persona", ["desk", "admn"])
def test_no_page_and_no_file_holds_a_word_of_what_is_shared(tour: Tour, persona: str) -> None:
    answers = [one for one in tour.answers if one.persona == persona]
    leaks = [
        f"{one.cell} shows {word}"
        for one in answers
        for word in WORDS
        if word in text_of(one) or word in one.location
    ]
    assert not leaks, "\n" + "\n".join(leaks)
    assert sum(one.status == 200 for one in answers) > 10
    met = {
        word
        for one in tour.answers
        for word in SHOWN
        if one.persona == "ownr" and word.encode() in one.body
    }
    assert met == SHOWN, SHOWN - met


@pytest.mark.parametrize("persona", ["desk", "admn"])
def test_every_address_of_sharing_is_shut(tour: Tour, persona: str) -> None:
    asked = [
        one
        for one in (*tour.answers, *tour.unlisted)
        if one.persona == persona and one.row.startswith(OF_SHARING) and one.row != "consent:share"
    ]
    assert len({one.row for one in asked}) > 15
    assert {one.status for one in asked if one.row.startswith("records:")} <= {403, 404, 405}
