"""Everybody asks for every address: who gets a page, who is refused, for whom nothing is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import pytest

from tests.web import browsing
from tests.web.danger import LEFT, WHY
from tests.web.decided import WONDERED
from tests.web.guarded import FATHER, FATHERS_STREET, MOTHER, MOTHERS_STREET, REASON, YOUNG
from tests.web.kept_out import SEALED, SHUT, WHY_SEALED
from tests.web.matrix import ABOUT, PERSONAS, ROWS
from tests.web.opened import PUZZLED
from tests.web.reading import NOT_RIGHT, OPENED
from tests.web.safety import FEARED, PLANNED
from tests.web.scene import ADDED, ALONE, ASKED, NOTED, PDF, RECIPIENT, RECORD, SAID, TRAINED
from tests.web.several import OF_ANA, OF_BEN, OF_BOTH
from tests.world import NAMES

if TYPE_CHECKING:
    from tests.web.browsing import Answer, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web")]

# what needs no sign-in: signs of life, the way in, the way out, and links that carry a secret
PUBLIC: Final = {
    "healthz": "says up or down to whoever runs the machine",
    "readyz": "says up or down to whoever runs the machine",
    "quick-exit": "shows a neutral page, whoever is in a hurry",
    "language": "sets in which language pages are shown, and shows nothing",
    "accounts:sign-in": "the way in",
    "accounts:recovery": "the way in without an authenticator",
    "accounts:invitation": "carries 32 random bytes",
    "accounts:link-new": "the way in without a password",
    "accounts:link-sent": "says the same to everybody",
    "accounts:link": "carries 32 random bytes, and asks the agreed word",
    "accounts:link+reset": "carries 32 random bytes, and asks the agreed word",
    "accounts:forgotten": "the way in without the password",
    "consent:device": "asks for a device back that was handed over, and shows nothing of anybody",
    "consent:link": "carries 32 random bytes, and asks a PIN",
    "consent:share": "carries 32 random bytes, and asks a word that is told another way",
    "consent:share-finished": "says that a link is closed, and nothing of which",
    "consent:verify": "says one word of a file that whoever asks has",
}
# words that are nowhere else, and whoever may ever meet them on a page
MAY_MEET: Final = {
    RECORD: {"ownr", "supv"},
    ADDED: {"ownr", "supv"},
    ALONE: {"ownr"},
    PLANNED: {"ownr", "supv", "clnt"},
    OF_BOTH: {"ownr", "supv"},
    OF_ANA: {"ownr", "supv"},
    OF_BEN: {"ownr", "supv"},
    OPENED: {"ownr", "supv", "clnt"},
    NOT_RIGHT: {"ownr", "supv", "priv", "clnt"},
    FEARED: {"ownr", "supv"},
    WHY: {"coll", "supv", "priv", "outs"},
    WONDERED: {"ownr", "supv", "priv", "outs"},
    LEFT: {"ownr", "coll", "supv", "priv"},
    TRAINED: {"trai", "supv"},
    SAID: {"trai", "supv"},
    NOTED: {"trai", "supv"},
    # who asked reads their own question beside the answer
    ASKED: {"ownr", "supv", "priv", "clnt"},
    PUZZLED: {"supv", "priv", "clnt", "outs"},
    RECIPIENT: {"ownr", "supv", "priv", "clnt", "rcpt"},
    SHUT: {"ownr", "priv", "clnt"},
    SEALED: {"ownr"},
    WHY_SEALED: {"ownr"},
    YOUNG: {"ownr", "supv", "priv", "desk"},
    **{
        word: {"ownr", "supv", "priv", "desk"}
        for word in (MOTHER, MOTHERS_STREET, FATHER, FATHERS_STREET)
    },
    REASON: {"ownr", "supv", "priv"},
    PDF.decode().split()[1]: {"ownr", "supv", "priv", "clnt"},
    NAMES["ana"][0]: {"ownr", "supv", "priv", "desk", "clnt", "link", "rcpt"},
    NAMES["ana"][1]: {"ownr", "supv", "priv", "desk", "clnt", "link", "rcpt"},
    NAMES["ben"][0]: {"ownr", "supv", "priv", "desk", "part"},
    NAMES["mara"][0]: {"ownr", "supv", "priv", "desk", "othr"},
    NAMES["jon"][0]: {"coll", "priv", "desk"},
    NAMES["tom"][0]: {"trai", "ownr", "supv", "priv", "desk"},
}


# a 404 of these hides no row about a client
NOTHING_HIDDEN: Final = {
    "accounts:person": "a button nobody drew",
    "accounts:sitting": "somebody's own sitting",
    "consent:own-copy": "a copy that is not made yet",
    "consent:sign-copy": "a copy that is not made yet",
}
# Sam's hour with Ana's file, and what those two pages alone may show him of it
IN_DANGER: Final = {("records:emergency", "coll"), ("records:emergency-note", "coll")}
MAY_MEET_IN_DANGER: Final = {RECORD, ADDED, PLANNED, FEARED, *NAMES["ana"]}


@pytest.fixture
def tour(db: None) -> Tour:
    return browsing.tour()


def test_every_address_is_listed_and_every_listed_address_is_there() -> None:
    listed = {name.partition("+")[0] for name, _ in ROWS}
    assert listed == set(browsing.patterns())
    assert set(ABOUT) <= {name for name, _ in ROWS}


def test_every_cell_says_something() -> None:
    assert [row for row, cells in ROWS.items() if set(cells) != set(PERSONAS)] == []


@pytest.mark.req("AC-01", "AC-02", "AC-04", "AC-05", "AC-08")
def test_everybody_gets_what_the_table_says(tour: Tour) -> None:
    wrong = [
        f"{one.cell}: {one.word}, not {expected}"
        for one in tour.answers
        if (expected := ROWS[one.row, one.method][one.persona]) != one.word
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.req("AC-01")
def test_nobody_gets_in_without_signing_in_but_where_it_says_why(tour: Tour) -> None:
    # the pages behind a signing link answer a stranger as they answer a dead link
    open_to_strangers = {
        one.row
        for one in tour.answers
        if one.persona == "none" and one.word != "in" and not _is_closed_link(one)
    }
    assert open_to_strangers == set(PUBLIC)


def _is_closed_link(one: Answer) -> bool:
    return one.row.startswith(("consent:sign-", "consent:share-")) and one.status == 404


@pytest.mark.req("WH-04")
def test_a_method_that_is_not_listed_is_refused(tour: Tour) -> None:
    assert {one.cell for one in tour.unlisted if one.status != 405} == set()
    assert len(tour.unlisted) > len(browsing.patterns())


@pytest.mark.req("AC-03", "AC-05", "AC-06", "AC-09", "AC-10", "EN-10")
def test_no_page_shows_anybody_a_word_that_is_not_for_them(tour: Tour) -> None:
    met: dict[str, set[str]] = {word: set() for word in MAY_MEET}
    leaks, in_danger = [], set()
    for one in tour.answers:
        for word, allowed in MAY_MEET.items():
            if word.encode() in one.body or word in one.location:
                if (one.row, one.persona) in IN_DANGER and word in MAY_MEET_IN_DANGER:
                    in_danger.add(word)
                    continue
                met[word].add(one.persona)
                if one.persona not in allowed:
                    leaks.append(f"{one.cell} shows {word}")
    assert not leaks, "\n" + "\n".join(leaks)
    assert met[RECORD] == {"ownr", "supv"}, "nobody met the note: this test sees nothing"
    assert met[ALONE] == {"ownr"}
    assert in_danger == MAY_MEET_IN_DANGER


@pytest.mark.req("AC-02")
def test_what_is_hidden_is_answered_word_for_word_like_what_is_none(tour: Tour) -> None:
    wrong = [
        f"{hidden.cell}: {hidden.word} and {none.word}"
        for hidden, none in tour.pairs
        if (hidden.status, _plain(hidden)) != (none.status, _plain(none))
    ]
    assert not wrong, "\n" + "\n".join(wrong)
    shown = {(one.persona, one.body) for one, _ in tour.pairs if one.status == 404}
    # one page to each, and one of two to everybody: with the way for an emergency, or without
    assert len(shown) == len({persona for persona, _ in shown})
    assert len({body for _, body in shown}) == 2


def _plain(one: Answer) -> bytes:
    # a refusal carries the id to quote, which is another each time; a 404 carries none
    return one.body if one.status == 404 else one.body.replace(one.request_id.encode(), b"")


@pytest.mark.req("AC-14")
def test_ids_in_addresses_are_random(tour: Tour) -> None:
    for name, pattern in browsing.patterns().items():
        kinds = {key: type(value).__name__ for key, value in pattern.pattern.converters.items()}
        for key, kind in kinds.items():
            assert kind == ("StringConverter" if key == "token" else "UUIDConverter"), (name, kinds)
    assert len(tour.scene.token) >= 43
    assert len(tour.scene.invitation) >= 43


@pytest.mark.req("AC-14")
def test_two_ids_made_one_after_the_other_share_no_tail(tour: Tour) -> None:
    session, noted = UUID(str(tour.scene.session)), UUID(str(tour.scene.noted_session))
    assert abs((session.int & (2**62 - 1)) - (noted.int & (2**62 - 1))) > 2**32


@pytest.mark.req("WH-04", "ES-13")
def test_looking_changes_nothing_but_that_one_looked(tour: Tour) -> None:
    looked = {
        "audit_event",
        "django_session",
        "accounts_signedinsession",
        "clients_linkactor",
        # how often somebody asked, as keyed hash
        "accounts_throttle",
    }
    # the key of a new authenticator has to be there before it can be shown
    looked_at_key = {
        "accounts:authenticator": {"accounts_totpdevice"},
        # whoever reads there that a subpoena came has been told, and on which day is due by law
        "consent:shared": {"consent_subpoena_notice"},
        # that somebody is still there is written once a minute: a slow machine sees it
        "consent:share-read": {"consent_share_opening"},
        # what is new is counted from the last look
        "accesses": {"clients_lastlook"},
    }
    wrong = [
        f"{one.cell} wrote {sorted(more)}"
        for one in tour.answers
        if one.method == "GET"
        and (more := one.written - looked - looked_at_key.get(one.row, set()))
    ]
    assert not wrong, "\n" + "\n".join(wrong)
    assert tour.of("consent:own-decline", "POST", "clnt").written >= {"consent_request"}


@pytest.mark.req("AT-01", "AC-04")
def test_every_page_that_shows_something_of_a_client_left_an_event(tour: Tour) -> None:
    silent = [
        one.cell
        for one in tour.answers
        if one.status == 200
        and any(word.encode() in one.body for word in MAY_MEET)
        and "audit_event" not in one.written
    ]
    assert not silent, silent


@pytest.mark.req("AT-01")
def test_every_refusal_and_every_look_at_what_is_hidden_left_an_event(tour: Tour) -> None:
    silent = [
        one.cell
        for one in tour.answers
        if one.row not in NOTHING_HIDDEN
        # nobody is known behind these: a recipient is one on the pages of their link alone
        and one.persona not in {"none", "link", "rcpt"}
        and one.status in {403, 404}
        and "audit_event" not in one.written
    ]
    assert not silent, "\n" + "\n".join(silent)
