"""Everything a person can type is typed with harm in mind: into every field of every form.

The forms are found by walking the matrix, so whatever page comes later is in here by itself. A form
that is found and cannot be filled in, and an address whose form is not found, fail with a sentence.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import pytest

from tests.web import payloads, stage
from tests.web.matrix import ROWS
from tests.web.offered import Field, Offered
from tests.web.payloads import KEPT, LINES, MARK, NUL, UNSEEN, WRONG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from tests.web.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("battery")]

# forms that a person fills in with a secret, which a parser of pages does not know
SECRET: Final = {
    "accounts:sign-in", "accounts:recovery", "accounts:factor", "accounts:enrolment",
    "accounts:invitation", "accounts:step-up", "accounts:password", "accounts:authenticator",
    "accounts:wake", "consent:link", "consent:share", "accounts:link", "accounts:second",
}  # fmt: skip
# buttons of a form that lead elsewhere and take nothing along
AWAY: Final = {"later", "question", "decline"}
# forms that are heard and say no, each with what it says no to
SAYS_NO: Final = {
    "consent:verify": "a file is asked about, or the hash of one",
    "clients:member-new": "a case of one person takes no second",
    "consent:sign-signature": "a name that is not the client's is asked about once more",
    "consent:own-signature": "a name that is not the client's is asked about once more",
    "consent:witness": "a name that is not the witness's own",
    "clients:own-shut-out": "who cares for the client is asked about once more",
    "accounts:sitting": "a sitting of one's own that is this one",
}
# fields that take some words only, each with which
NOT_ANY_WORDS: Final = {
    "crisis_line": "a number to call",
    "reach": "where a recipient gets their mail",
    "quote": "words of the note that is returned",
    "references": "references of files",
}
# what a client would see, shown to staff: whatever is typed is thrown away unread
PREVIEWS: Final = {"consent:form-preview", "consent:form-version-preview"}
LONG: Final = bool(os.environ.get("SOAK"))
TYPED: Final = KEPT | UNSEEN | LINES


@pytest.fixture
def staged(db: None, settings: Any) -> Stage:
    return stage.ready(settings)


@contextlib.contextmanager
def heard() -> Iterator[payloads.Log]:
    """Listen to everything that is logged."""
    log = payloads.Log()
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for one in loggers:
        one.addHandler(log)
    try:
        yield log
    finally:
        for one in loggers:
            one.removeHandler(log)


def taking() -> Iterator[Offered]:
    """Give every form by a button that takes what is in it; the first, unless there is time."""
    seen = set()
    for form in stage.posted(again=LONG):
        act = form.fields.get("act", Field("", "")).value
        if act not in AWAY and (LONG or (form.row, *sorted(form.fields)) not in seen):
            seen.add((form.row, *sorted(form.fields)))
            yield form


def with_news() -> Iterator[tuple[Offered, list[Field]]]:
    """Give these forms, each with the fields that no form like it had: all, if there is time.

    One address offers one form in several shapes, whose fields of one name are read alike.
    """
    seen: set[tuple[str, str, str]] = set()
    for form in taking():
        act = form.fields.get("act", Field("", "")).value
        keys = {name: (form.row, act, name) for name in form.fields}
        yield form, [one for one in form.fields.values() if LONG or keys[one.name] not in seen]
        seen.update(keys.values())


class Battery:
    """Sends forms, and keeps what was wrong with the answers and with what the log was told."""

    def __init__(self, staged: Stage) -> None:
        """Begin with nothing wrong."""
        self.stage = staged
        self.wrong: set[str] = set()
        self.sent = 0
        # which addresses took what was typed and left an event
        self.logged: set[str] = set()

    def post(self, form: Offered, said: Any, sort: str, **options: Any) -> HttpResponse:
        """Send one form, and look at the answer."""
        began = time.monotonic()
        with payloads.logged() as events:
            response = self.stage.post(form, said, **options)
        self.sent += 1
        if events and response.status_code < 400 and b"aria-invalid" not in response.content:
            self.logged.add(form.row)
        if MARK in "".join(events).lower():
            self.wrong.add(f"{form.cell}, {sort}: the log quotes what was typed")
        for one in payloads.harm(response, time.monotonic() - began):
            self.wrong.add(f"{form.cell}, {sort}: {one}")
        return response

    def passed(self) -> None:
        """Fail with everything that was wrong."""
        assert not self.wrong, "\n" + "\n".join(sorted(self.wrong))


def test_every_address_that_takes_a_form_offers_it_somewhere(staged: Stage) -> None:
    taking = {row.partition("+")[0] for row, method in ROWS if method == "POST"}
    unseen = taking - {form.row for form in stage.offered()}
    assert not unseen, (
        f"No page of the matrix shows the form of {sorted(unseen)}: give tests/web/scene.py what "
        "the page needs, or name the page and who sees it in MORE of tests/web/stage.py."
    )


def test_every_form_is_heard_when_it_is_filled_in_as_it_should_be(staged: Stage) -> None:
    """What is wrong in the other tests is then wrong because of what was sent there."""
    deaf = []
    for form in stage.posted():
        if form.row not in SECRET | set(SAYS_NO):
            answer = staged.post(form, form.filled())
            if answer.status_code >= 400 or b"aria-invalid" in answer.content:
                deaf.append(f"{form.cell}: {answer.status_code}")
    assert not deaf, (
        "\n".join(deaf) + "\nis not taken as the battery fills it in: say what fits in FITTING of "
        "tests/web/offered.py, or why it says no in SAYS_NO."
    )


# -- what may be typed -----------------------------------------------------------------------------


def cut(field: Field, value: str) -> str:
    return value[: field.longest] if field.longest else value


def packed(field: Field, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give a field's values: as many payloads in each as fit into it; one each, if there is time.

    A formula is one only where it begins, and a payload that is cut is tried alone.
    """
    longest = 0 if LONG else field.longest or 2000
    values: list[tuple[list[str], str]] = []
    for sort, payload in typed.items():
        together = f"{values[-1][1]} {payload}" if values else ""
        if values and len(together) <= longest and not payload.startswith("="):
            values[-1] = [*values[-1][0], sort], together
        else:
            values.append(([sort], cut(field, payload)))
    return [(", ".join(sorts), value) for sorts, value in values]


def rounds(free: list[Field], typed: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give each field each payload once: all fields at a time, each another one's next."""
    values = [packed(one, typed) for one in free]
    for turn in range(max(map(len, values))):
        # beside what is tried at one field, another's may be refused: none is tried only there
        chosen = [each[(turn + at) % len(each)] for at, each in enumerate(values)]
        sorts = " | ".join(dict.fromkeys(sort for sort, _ in chosen))
        yield sorts, {one.name: value for one, (_, value) in zip(free, chosen, strict=True)}


def plain(free: list[Field]) -> dict[str, str]:
    """Give a word that is nowhere else to each field that takes any words."""
    words = {"text", "textarea", "search"}
    return {
        one.name: cut(one, f"{MARK} words")
        for one in free
        if one.kind in words and one.name.rpartition("-")[2] not in NOT_ANY_WORDS
    }


@pytest.mark.req("WH-04", "AT-07", "AT-09")
def test_whatever_is_typed_stays_words(staged: Stage) -> None:
    battery, rows = Battery(staged), set[str]()
    with heard() as log:
        for form, fields in with_news():
            free = [one for one in fields if one.is_free]
            rows |= {form.row} if free else set()
            if free:
                # harm is refused at a field that asks for an address: plain words are taken
                battery.post(form, form.filled(**plain(free)), "words")
            for sort, said in rounds(free, TYPED) if free else ():
                battery.post(form, form.filled(**said), sort)
                for name, value in said.items() if LONG else ():
                    battery.post(form, form.filled(**{name: value}), f"{sort} in {name}")
    battery.passed()
    assert battery.sent > 200
    untaken = rows - battery.logged - SECRET - set(SAYS_NO) - PREVIEWS
    assert not untaken, "\n".join(sorted(untaken))
    assert not log.faults(), "\n".join(sorted(log.faults())[:10])
    assert any("accounts:practice" in line for line in log.lines), "nothing was logged"


# -- what is wrong ---------------------------------------------------------------------------------


def sort_of(field: Field) -> str:
    if field.kind in {"date", "time", "number", "hidden"}:
        return field.kind
    return "choice" if field.options else "free"


def wrongs(field: Field, turn: int) -> Iterator[tuple[str, Any]]:
    """Give what a field of this kind is to refuse, or to take for what it is."""
    sorts = WRONG if LONG else {sort_of(field)}
    values = [*itertools.chain(*(WRONG[sort] for sort in sorts))]
    # one of them at each field, another at the next one of its kind
    for value in values if LONG else [values[turn % len(values)]]:
        yield repr(value[:40]), {field.name: value}
    odd = [
        ("NUL", {field.name: NUL}),
        ("twice", {field.name: [field.fitting() or MARK, MARK]}),
        ("as a list", {field.name: None, f"{field.name}[]": MARK, f"{field.name}[a][b]": MARK}),
        ("left away", {field.name: None}),
    ]
    # what is odd for every field alike goes round, if there is no time for all of it
    yield from odd if LONG else odd[turn % 4 :: 4]


def test_what_is_wrong_is_refused_in_words_whatever_it_is(staged: Stage) -> None:
    battery, turns = Battery(staged), defaultdict[str, Iterator[int]](itertools.count)
    with heard() as log:
        for form, fields in with_news():
            for field in fields:
                turn = next(turns[sort_of(field)])
                for sort, said in wrongs(field, turn):
                    sent = form.filled(**form.choosing(field.name), **said)
                    answer = battery.post(form, sent, f"{sort} in {field.name}")
                    if answer.status_code == 302 and said.get(field.name) in WRONG["date"]:
                        battery.wrong.add(f"{form.cell}: {field.name} took {sort}")
    battery.passed()
    assert battery.sent > 250
    assert not log.faults(), "\n".join(sorted(log.faults())[:10])


def test_a_nul_is_refused_at_its_field_and_what_else_was_typed_stays(staged: Stage) -> None:
    lost, took = [], []
    for form in (one for one in taking() if one.row not in PREVIEWS):
        free = [one for one in form.fields.values() if one.is_free and one.kind != "password"]
        for one in free:
            rest = {other.name: cut(other, payloads.unlike_any()) for other in free}
            answer = staged.post(
                form, form.filled(**rest | form.choosing(one.name) | {one.name: NUL})
            )
            body = answer.content.decode()
            if answer.status_code == 302 or "Null characters are not allowed" not in body:
                took.append(f"{form.cell}: {one.name} {answer.status_code}")
            lost += [
                f"{form.cell}: {name} is lost when {one.name} is refused"
                for name, value in rest.items()
                if name != one.name and value not in body
            ]
    assert not took, "\n".join(took)
    assert not lost, "\n".join(lost)


def test_bytes_that_are_no_text_never_pass_for_a_name(staged: Stage) -> None:
    battery = Battery(staged)
    for form in taking():
        for field in form.fields.values() if LONG else _lines(form):
            for broken in payloads.BROKEN if LONG else payloads.BROKEN[:1]:
                said = form.filled(**{field.name: None})
                body = urlencode(said, doseq=True).encode() + b"&%s=%s" % (
                    quote(field.name).encode(), broken,
                )  # fmt: skip
                options = {"content_type": "application/x-www-form-urlencoded"}
                answer = battery.post(form, body, f"{broken!r} in {field.name}", **options)
                kept = answer.status_code == 302 and form.row not in PREVIEWS
                if kept and field in _lines(form):
                    battery.wrong.add(f"{form.cell}: {field.name} took what is no text")
    battery.passed()


def _lines(form: Offered) -> list[Field]:
    return [one for one in form.fields.values() if one.kind in {"text", "email", "tel"}]
