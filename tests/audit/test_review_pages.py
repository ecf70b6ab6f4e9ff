"""The pages of a review: what waits, each decided by itself, and whoever is asked answers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

import audit.actions
import audit.queries
import clients.queries
from audit import queries
from audit.domain.deciding import Word
from clients.domain.emergency import Decision
from counselling.access import Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor
from counselling.views import review_lines
from tests import people
from tests.audit.deciding import AN_HOUR_AGO, answer, finish, found, say
from tests.clients.danger import begin_emergency
from tests.web.browsing import browser
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def at_a_desk(person: Actor) -> Any:
    """Sign somebody in."""
    desk = browser()
    people.sign_in_browserless(desk, person)
    people.proves(person.id)
    return desk


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.req("AT-12")
def test_a_week_is_looked_at_decided_and_signed(world: World) -> None:
    curious = found(world.dana, client=world.jon, case=world.jon_case)
    drawn = found(world.tess, rule="ordinary", reviewer=str(world.vera.id))
    vera = at_a_desk(world.vera)
    shown = words(vera.get("/review"))
    assert "<h1>Two things to look at</h1>" in shown
    assert "not assigned to Dana" in shown
    assert "Chosen by chance" in shown
    assert "Jonquarry" not in shown
    assert "disabled>Finish review" in shown
    chosen = {"said": "explained", "code": "planned"}
    assert vera.post(f"/review/findings/{curious}", chosen).headers["Location"].startswith(
        "/review#finding-"
    )  # fmt: skip
    assert "<h1>One thing to look at</h1>" in words(vera.get("/review"))
    vera.post(f"/review/findings/{drawn}", {"said": "explained", "code": "ordinary"})
    assert "All decided: finish the review" in words(vera.get("/review"))
    ready = words(vera.get("/review/finish"))
    assert "I looked at 1 finding and 1 ordinary visit" in ready
    assert vera.post("/review/finish", {"words": "Quiet."}).headers["Location"] == "/review/done"
    done = words(vera.get("/review/done"))
    assert "2 explained." in done
    assert "Quiet." in done
    assert "<h1>Nothing to look at</h1>" in words(vera.get("/review"))


@pytest.mark.req("AT-12")
def test_nothing_is_chosen_beforehand_and_nothing_is_decided_in_bulk(world: World) -> None:
    first, second = found(world.dana), found(world.tess)
    vera = at_a_desk(world.vera)
    page = vera.get("/review").content.decode()
    assert "checked" not in page.partition('id="main"')[2].replace("events, checked", "")
    empty = vera.post(f"/review/findings/{first}", {"said": "explained"})
    assert empty.status_code == 422
    assert "Choose what it was." in words(empty)
    assert vera.post(f"/review/findings/{first}", {"said": "answered"}).status_code == 400
    vera.post("/review/findings/" + str(first), {"said": "explained", "code": "cover",
                                                 "finding": [str(first), str(second)]})  # fmt: skip
    assert "<h1>One thing to look at</h1>" in words(vera.get("/review"))


def test_who_is_asked_finds_it_on_their_day_and_answers(world: World) -> None:
    finding = found(world.fred, client=world.mara, case=world.mara_case)
    say(world.priya, finding, Word.ASKED, "What did you look for at night?")
    fred = at_a_desk(world.fred)
    assert fred.get("/").headers["Location"] == "/today"
    assert f"/asked/{finding}" in words(fred.get("/today"))
    shown = words(fred.get(f"/asked/{finding}"))
    assert "What did you look for at night?" in shown
    assert fred.post(f"/asked/{finding}", {"text": " "}).status_code == 422
    fred.post(f"/asked/{finding}", {"text": "A call of the client."})
    assert f"/asked/{finding}" not in words(fred.get("/today"))
    assert fred.get("/").headers["Location"] == "/clients"
    priya = at_a_desk(world.priya)
    assert "A call of the client." in words(priya.get("/review"))
    assert "answered" in words(priya.get(f"/review/findings/{finding}"))


@pytest.mark.req("AU-16")
def test_an_emergency_is_judged_where_it_was_found(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.priya):
        began = clients.queries.emergency_row(access).began_at
    finding = found(world.sam, client=world.mara, rule="emergency", ago=AN_HOUR_AGO * 0)
    priya = at_a_desk(world.priya)
    shown = words(priya.get("/review"))
    assert "used emergency access to client" in shown
    assert "The client is told on" in shown
    assert "What it was" not in shown  # it was an emergency; of that only whether is asked
    priya.post(f"/review/findings/{finding}", {"said": "explained"})
    with as_actor(world.priya):
        row = clients.queries.emergency_row(access)
        said = queries.finding(finding).said
    assert row.began_at == began
    assert Decision.JUSTIFIED in row.said
    assert [one.code for one in said] == ["danger"]
    # judged once: what is said of it again is said of the finding alone
    priya.post(f"/review/findings/{finding}", {"said": "not_justified", "text": "She was told."})
    with as_actor(world.priya):
        assert Decision.NOT_JUSTIFIED not in clients.queries.emergency_row(access).said
        assert len(queries.finding(finding).said) == 2


def test_of_many_emergencies_those_are_read_that_wait_the_others_once_they_are_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sentence is one client's, read by an event of its own: no page reads ever more."""
    monkeypatch.setattr(review_lines, "READ_AT_ONCE", 1)
    for client, said in ((world.mara, "She rang."), (world.ana, "She wrote.")):
        begin_emergency(world.sam, client, sentence=said)
        found(world.sam, client=client, rule="emergency", ago=AN_HOUR_AGO * 0)
    desk = at_a_desk(world.priya)
    shown = words(desk.get("/review"))
    assert ("She rang." in shown) != ("She wrote." in shown)
    assert shown.count("Open it to read why.") == 1
    with as_actor(world.priya):
        every = [one.id for one in queries.open_findings() if one.rule == "emergency"]
    read = "".join(words(desk.get(f"/review/findings/{one}")) for one in every)
    assert "She rang." in read
    assert "She wrote." in read
    assert "Open it to read why." not in read


@pytest.mark.req("AU-16")
def test_who_is_asked_about_an_emergency_answers_once_for_both(world: World) -> None:
    access = begin_emergency(world.sam, world.mara)
    finding = found(world.sam, client=world.mara, rule="emergency", ago=AN_HOUR_AGO * 0)
    priya = at_a_desk(world.priya)
    priya.post(f"/review/findings/{finding}", {"said": "asked", "text": "Who called?"})
    with as_actor(world.sam):
        assert clients.queries.emergency_row(access).waits_for_answer
    at_a_desk(world.sam).post(f"/asked/{finding}", {"text": "Her sister."})
    with as_actor(world.sam):
        assert not clients.queries.emergency_row(access).waits_for_answer
    assert "Her sister." in words(priya.get("/review"))


def test_days_say_who_is_late_and_whom_nobody_reviews(world: World) -> None:
    waits = at_a_desk(world.ada)
    assert "/staff" in waits.get("/").headers["Location"]
    ada = people.fresh(world.ada)
    with as_actor(ada):
        accounts.end_role(actor=ada, person_id=world.vera.id, role=Role.SUPERVISOR)
    assert waits.get("/").headers["Location"] == "/today"
    shown = words(waits.get("/today"))
    assert "nobody reviews" in shown
    assert "Priya Nair" in shown
    assert "Sam Idris" not in shown


def test_an_outside_reviewer_reads_why_by_reference_and_judges(world: World) -> None:
    otto = people.make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside")
    access = begin_emergency(world.sam, world.mara)
    finding: UUID = found(world.sam, client=world.mara, rule="emergency", ago=AN_HOUR_AGO * 0)
    desk = at_a_desk(otto)
    assert desk.get("/").headers["Location"] == "/today"
    assert "to review" in words(desk.get("/today"))
    shown = words(desk.get("/review"))
    assert "Maraquilla" not in shown
    assert "used emergency access to client" in shown
    desk.post(f"/review/findings/{finding}", {"said": "explained"})
    with as_actor(otto):
        assert clients.queries.emergency_row(access).is_judged
    assert "Maraquilla" not in words(desk.get(f"/emergencies/{access}"))
    finish(otto)


def test_what_was_escalated_waits_for_the_privacy_officer_with_two_ends(world: World) -> None:
    finding = found(world.dana)
    say(world.vera, finding, Word.ASKED, "Why?")
    answer(world.dana, finding, "I do not know.")
    say(world.vera, finding, Word.ESCALATED, "She does not say.")
    shown = words(at_a_desk(world.priya).get("/review"))
    for button in ("In order", "Ask Dana", "Not justified"):
        assert button in shown
    assert "Escalate<" not in shown
    assert "She does not say." in shown


@pytest.mark.req("AT-13")
def test_reviewers_see_announced_work_though_nothing_was_found(world: World) -> None:
    for person in (world.dana, world.dana, world.sam):
        with as_actor(person) as at:
            audit.actions.announce_work(
                actor=person, kind="check", since=at - datetime.timedelta(hours=3),
                until=at + datetime.timedelta(days=13),
            )  # fmt: skip
    shown = words(at_a_desk(world.vera).get("/review"))
    assert "<bdi>Dana Roth</bdi>: a check of files, all their cases" in shown
    assert "announced afterwards" in shown
    assert "announced 2 times in sixty days" in shown
    assert "Sam Idris" not in shown  # whom Vera does not review
    assert "Dana Roth</bdi>: a check" in words(at_a_desk(world.priya).get("/review"))
    with as_actor(world.dana):
        assert audit.queries.work_of_others(world.dana, at) == []
