"""Who opened my file: what the client sees, asks and is told; nobody answers about themselves."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection
from django.db.utils import DatabaseError

import audit.queries
from clients import actions, queries
from clients.domain.openings import TOLD, AskedState, Wish, answer_by
from counselling.access import SERVICE, Role
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.clients import openings
from tests.clients.acts_keeping_out import sealed, shut
from tests.clients.danger import begin_emergency, hours_pass
from tests.clients.openings import ANSWER, WORDS
from tests.clients.test_clients_portal import browser_of, templates_for, text
from tests.people import make_person
from tests.raw import superuser
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.req("AT-16")
def test_the_last_day_to_answer_is_the_fifth_working_day() -> None:
    friday = datetime.date(2026, 10, 30)
    assert answer_by(friday) == datetime.date(2026, 11, 6)
    assert answer_by(datetime.date(2026, 11, 1)) == datetime.date(2026, 11, 6)


@pytest.mark.req("AT-16")
def test_it_counts_what_was_opened_since_the_last_visit(world: World) -> None:
    openings.opens(world.dana, world.mara)
    mara = browser_of(world.mara_portal)
    assert "Opened" in text(mara.get("/space"))
    assert "since your last visit" not in text(mara.get("/space/accesses"))
    with superuser() as root:
        root.execute("UPDATE clients_lastlook SET at = now() - interval '31 minutes'")
    openings.opens(world.dana, world.mara)
    assert "since your last visit" in text(mara.get("/space"))
    page = text(mara.get("/space/accesses"))
    assert "since your last visit" in page
    # the same visit still, when the page is loaded again
    assert "since your last visit" in text(mara.get("/space/accesses"))


@pytest.mark.req("AT-16")
def test_a_session_that_day_is_the_reason(world: World) -> None:
    openings.opens(world.dana, world.mara)
    mara = browser_of(world.mara_portal)
    assert "because they care for you" in text(mara.get("/space/accesses"))
    hold_session(world.dana, world.mara_case)
    assert "because of your session that day" in text(mara.get("/space/accesses"))


def _shown_to(world: World, of: str) -> str:
    """Give what a page, a count, a print or a copy says of Mara's openings."""
    match of:
        case "page":
            return text(browser_of(world.mara_portal).get("/space/accesses"))
        case "count":
            return text(browser_of(world.mara_portal).get("/space"))
        case "print":
            return text(browser_of(world.priya).get(f"/clients/{world.mara}/accesses"))
        case _:
            with as_actor(world.priya):
                found, _mark = actions.print_openings(actor=world.priya, client_id=world.mara)
            return " ".join(one.who_label for one in found)


@pytest.mark.req("AT-16")
@pytest.mark.parametrize("of", ["page", "count", "print", "copy"])
def test_an_emergency_is_nowhere_before_its_client_is_told(world: World, of: str) -> None:
    before = _shown_to(world, of)
    access = begin_emergency(world.sam, world.mara)
    if of == "count":
        assert _count(_shown_to(world, of)) == _count(before)
    else:
        assert "Sam" not in _shown_to(world, of)
    hours_pass(access, 25)
    told = _shown_to(world, of)
    assert _count(told) > _count(before) if of == "count" else "Sam" in told


def _count(page: str) -> int:
    found = re.search(r"Opened (once|\d+)", page)
    return 0 if found is None else 1 if found[1] == "once" else int(found[1])


@pytest.mark.req("AT-16")
def test_a_question_goes_to_somebody_else_and_is_answered(world: World) -> None:
    openings.opens(world.dana, world.mara)
    mara = browser_of(world.mara_portal)
    (line,) = openings.line_of(world, world.dana)
    assert "Ask about this" in text(mara.get("/space/accesses"))
    mara.post(f"/space/accesses/{line.id}/question", {"words": WORDS})
    with as_actor(world.mara_portal):
        (asked,) = queries.asked_about(world.mara)
    assert "answer by" in text(mara.get("/space/accesses"))
    assert WORDS in text(mara.get(f"/space/questions/{asked.id}"))
    assert "a client asks" in text(browser_of(world.priya).get("/today"))
    answered = browser_of(world.priya).post(f"/accesses/questions/{asked.id}", {"words": ANSWER})
    assert answered.status_code == 302
    assert "a client asks" not in text(browser_of(world.priya).get("/today"))
    assert ANSWER in text(mara.get(f"/space/questions/{asked.id}"))
    assert "answered" in text(mara.get("/space/accesses"))


@pytest.mark.req("AT-16")
def test_nobody_reads_or_answers_about_themselves(world: World) -> None:
    asked = openings.asks(world, world.priya)
    for person in (world.priya, world.sam, world.fred):
        with as_actor(person), pytest.raises((NotThere, Refused)):
            actions.read_question(actor=person, question_id=asked)
        with as_actor(person), pytest.raises((NotThere, Refused)):
            actions.answer_about_opening(actor=person, question_id=asked, words=ANSWER)
    assert browser_of(world.priya).get(f"/accesses/questions/{asked}").status_code == 404


@pytest.mark.req("AT-16")
def test_the_database_refuses_an_answer_about_oneself_whoever_writes_it(world: World) -> None:
    asked = openings.asks(world, world.priya)
    with superuser() as root, pytest.raises(Exception, match="Nobody answers about"):
        _answer_raw(root, asked, world.mara, world.priya.id)
    asked = openings.asks(world, world.dana)
    with as_actor(world.dana), pytest.raises(DatabaseError), connection.cursor() as cursor:
        _answer_raw(cursor, asked, world.mara, world.dana.id)


def _answer_raw(cursor: object, question: UUID, client: UUID, person: UUID) -> None:
    cursor.execute(  # type: ignore[attr-defined]  # a connection of psycopg, or a cursor of Django's
        'INSERT INTO clients_accessanswer (id, question_id, client_id, "by", at, text) '
        "VALUES (gen_random_uuid(), %s, %s, %s, now(), 'x')",
        [question, client, person],
    )


@pytest.mark.req("AT-16")
def test_an_answer_and_a_question_stay(world: World) -> None:
    asked = openings.asks(world, world.dana)
    openings.answers(world.priya, asked)
    with as_actor(world.priya), pytest.raises(Invalid, match="answered already"):
        actions.answer_about_opening(actor=world.priya, question_id=asked, words="Another.")
    with superuser() as root, pytest.raises(Exception, match="never changes"):
        root.execute("UPDATE clients_accessanswer SET at = now()")
    with superuser() as root, pytest.raises(Exception, match="as it was asked"):
        root.execute("UPDATE clients_accessquestion SET due_on = due_on + 9")
    line = openings.line_of(world, world.dana)
    with as_actor(world.mara_portal), pytest.raises(Invalid, match="asked about this"):
        actions.ask_about_opening(actor=world.mara_portal, line=line, words=WORDS)


@pytest.mark.req("AT-16")
def test_a_late_question_goes_to_the_next(world: World) -> None:
    asked = openings.asks(world, world.dana)
    assert openings.tends(world, asked) == ["alerted"]
    assert openings.tends(world, asked) == []
    with as_actor(world.vera):
        assert queries.questions_to_answer(world.vera) == []
    openings.days_pass(asked, 9)
    assert openings.tends(world, asked) == ["escalated"]
    assert openings.question_of(world, asked).state is AskedState.LATE
    with as_actor(world.vera):
        assert [one.id for one in queries.questions_to_answer(world.vera)] == [asked]
    openings.answers(world.vera, asked)
    assert openings.tends(world, asked) == ["client"]
    assert openings.tends(world, asked) == []


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an act be settled at once, so that a story needs no past."""
    monkeypatch.setattr("clients.actions.openings._SETTLED", datetime.timedelta())


@pytest.mark.req("AT-16")
@pytest.mark.usefixtures("settled")
def test_nothing_is_written_before_the_client_chose_and_once_a_day_after(world: World) -> None:
    openings.opens(world.dana, world.mara)
    assert queries.due_tellings() == []
    openings.wishes(world, Wish.ALWAYS)
    openings.hour_passes()
    openings.wishes(world, Wish.ALWAYS)  # what was before is left out
    assert openings.tells(world) is False
    openings.opens(world.dana, world.mara)
    assert openings.tells(world) is True
    openings.opens(world.dana, world.mara)
    assert openings.tells(world) is False  # a second within the day waits
    openings.hour_passes(24)
    assert openings.tells(world) is True
    assert templates_for(world, world.mara).count("notice") == 2


@pytest.mark.slow
@pytest.mark.req("AT-16")
@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("instant", ["queued", "written"])
def test_a_worker_killed_while_it_tells_a_client_tells_them_once(
    world: World, instant: str
) -> None:
    """The look and the letter are one act: what a killed worker began never was."""
    openings.wishes(world, Wish.ALWAYS)
    openings.opens(world.dana, world.mara)
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.clients.openings_killed", str(world.mara), instant],
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"here\n"
    worker.kill()
    worker.communicate()
    assert templates_for(world, world.mara).count("notice") == 0
    # it waits until the database has noticed who died
    assert openings.tells(world) is True
    assert openings.tells(world) is False
    assert templates_for(world, world.mara).count("notice") == 1


@pytest.mark.req("AT-16")
@pytest.mark.usefixtures("settled")
def test_who_opened_it_before_is_nobody_new_and_routine_is_nobody(world: World) -> None:
    openings.opens(world.dana, world.mara)
    openings.wishes(world, Wish.NEW)
    openings.opens(world.dana, world.mara)
    openings.opens(world.fred, world.mara)
    assert openings.tells(world) is False
    openings.opens(world.priya, world.mara)
    assert openings.tells(world) is True
    openings.wishes(world, Wish.EMERGENCY)
    openings.opens(world.priya, world.mara)
    assert openings.tells(world) is False


@pytest.mark.req("AT-16")
@pytest.mark.usefixtures("settled")
def test_a_worker_that_dies_loses_no_letter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    openings.wishes(world, Wish.ALWAYS)
    openings.opens(world.dana, world.mara)
    with monkeypatch.context() as dying, pytest.raises(RuntimeError):
        dying.setattr("clients.actions.openings.queue_message", _dies)
        openings.tells(world)
    assert openings.tells(world) is True


def _dies(**_asked: object) -> None:
    raise RuntimeError


@pytest.mark.req("AT-16")
def test_staff_print_what_the_client_may_know_with_its_mark(world: World) -> None:
    openings.opens(world.dana, world.mara)
    page = browser_of(world.dana).get(f"/clients/{world.mara}/accesses")
    assert "Dana" in text(page)
    assert "Newest line of this list" in text(page)
    file = browser_of(world.priya).post(f"/clients/{world.mara}/accesses/file")
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    for person in (world.fred, world.vera, world.ada):
        assert browser_of(person).get(f"/clients/{world.mara}/accesses").status_code == 403
    assert browser_of(world.sam).get(f"/clients/{world.mara}/accesses").status_code == 404


def test_an_id_that_is_no_time_is_a_line_that_is_not_there(world: World) -> None:
    mara = browser_of(world.mara_portal)
    for number in (0, 2**128 - 1, 0x7000 << 64 | 2**127):
        path = f"/space/accesses/{UUID(int=number)}/question"
        assert mara.get(path).status_code == 404


@pytest.mark.req("AT-16")
def test_what_is_told_later_cuts_no_list_short(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        openings.opens(world.dana, world.mara)
    with as_actor(world.dana):
        whole = [one.id for one in audit.queries.openings_of(world.mara, also=TOLD, limit=200)]
    assert len(whole) > 7
    hidden = whole[1]
    monkeypatch.setattr("audit.queries.MOST", 3)
    monkeypatch.setattr("audit.queries.openings.MOST", 3)
    monkeypatch.setattr(
        "audit.queries.openings._once_told",
        lambda found: [one for one in found if one.id != hidden],
    )
    with as_actor(world.dana):
        printed, _mark = actions.print_openings(actor=world.dana, client_id=world.mara)
    assert [one.id for one in printed] == [one for one in whole if one != hidden]


@pytest.mark.req("AT-16", "AC-12")
@pytest.mark.parametrize("how", ["shut out", "sealed", "about her"])
def test_a_question_is_told_to_who_may_read_it_and_else_to_the_next_at_once(
    world: World, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    otto = make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside")
    asked = openings.asks(world, world.priya if how == "about her" else world.dana)
    told: list[set[UUID]] = []
    monkeypatch.setattr(
        "clients.actions.asking.accounts.write_to_colleagues",
        lambda **said: told.append(set(said["people"])),
    )
    if how == "shut out":
        shut(world.mara_portal, world.mara, world.priya)
    elif how == "sealed":
        sealed(world.dana, world.mara)
    assert openings.tends(world, asked) == ["alerted"]
    assert told == [{otto.id}]
    with as_actor(otto):
        assert [one.id for one in queries.questions_to_answer(otto)] == [asked]
    with as_actor(world.priya):
        assert queries.questions_to_answer(world.priya) == []
        assert queries.officers_who_may_read(asked) == []


@pytest.mark.req("AT-16")
def test_while_a_privacy_officer_may_read_it_the_next_is_not_asked(world: World) -> None:
    otto = make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside")
    asked = openings.asks(world, world.dana)
    with as_actor(otto):
        assert queries.questions_to_answer(otto) == []
    with as_actor(SERVICE, client=world.mara):
        assert queries.officers_who_may_read(asked) == [world.priya.id]
    with as_actor(SERVICE, client=world.ana):
        assert queries.officers_who_may_read(asked) == []
