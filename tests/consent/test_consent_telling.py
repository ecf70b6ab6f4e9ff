"""The client is told of what went without their word: now, or later if somebody else agreed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import clients.actions
from clients.domain import Card, Channel
from clients.queries import has_portal
from consent import actions, queries
from consent.actions import telling
from consent.domain.bases import BasisKind
from consent.domain.telling import LONGEST_DELAY, NoticeState, told_from
from consent.models import DisclosureNotice
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused
from tests.clients.raw import acting
from tests.consent import basis_steps
from tests.raw import superuser

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-06")]

DAY = datetime.timedelta(days=1)
K = BasisKind
TELLING = (
    "INSERT INTO consent_telling (id, disclosure_id, client_id, told_at, by, approver, at) "
    "VALUES (%s, %s, %s, now() + make_interval(days => %s), %s, %s, now())"
)


def time_comes(disclosure: UUID) -> None:
    """Let the day come on which the client is told, past every trigger."""
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        for said in (
            "UPDATE consent_telling SET told_at = now() WHERE disclosure_id = %s",
            "UPDATE consent_disclosure SET told_at = at WHERE id = %s",
            "UPDATE consent_disclosure_notice SET due_at = now() WHERE disclosure_id = %s",
        ):
            root.execute(said, [disclosure])


def notice(world: World, disclosure: UUID) -> queries.NoticeRow:
    with as_actor(world.dana):
        row = queries.disclosure_row(disclosure)
        assert row.basis is not None
        return queries.notices_of(row.basis)[disclosure]


def knows(world: World) -> bool:
    """Whether Mara's own view holds anything of it: rows, documents, events alike."""
    with as_actor(world.mara_portal):
        rows = actions.read_disclosures(actor=world.mara_portal, client_id=world.mara)
        files = [
            one for one in queries.documents_of(world.mara, told=True) if one.kind == "disclosure"
        ]
        bases = queries.bases_of(world.mara)
    assert bool(rows) == bool(files) == bool(bases), (rows, files, bases)
    return bool(rows)


def at_home(world: World, answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_by_letter", lambda *_: answer)


def test_told_at_once_by_a_letter_that_says_nothing(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(world, True, monkeypatch)
    disclosure = basis_steps.hand_over(world, basis_steps.released(world))
    assert knows(world)
    with as_actor(SERVICE):
        ((row, client),) = queries.due_tellings()
    jobs.clear()
    jobs.append(("consent.tell_of_disclosure", (str(row), str(client))))
    jobs.append(("consent.tell_of_disclosure", (str(row), str(client))))
    jobs.run()
    told = notice(world, disclosure)
    assert (told.state, told.how) == (NoticeState.TOLD, "letter")
    with superuser() as root:
        sent = root.execute(
            "SELECT count(*) FROM clients_message WHERE template = 'notice'"
        ).fetchone()
    assert sent == (1,)


@pytest.mark.parametrize("card", [Card(), Card(channel=Channel.NONE)])
def test_a_card_that_lets_no_letter_go_leaves_it_to_a_person(
    world: World, jobs: Jobs, card: Card
) -> None:
    with as_actor(world.fred):
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=card)
    disclosure = basis_steps.hand_over(world, basis_steps.released(world))
    with as_actor(SERVICE):
        ((row, client),) = queries.due_tellings()
    jobs.clear()
    jobs.append(("consent.tell_of_disclosure", (str(row), str(client))))
    jobs.run()
    assert notice(world, disclosure).state is NoticeState.PERSON
    with as_actor(world.dana):
        assert has_portal(world.mara)
        (waits,) = queries.to_be_told([world.mara])
        assert waits.disclosure == disclosure
        actions.note_told(actor=world.dana, disclosure_id=disclosure)
        assert queries.to_be_told([world.mara]) == []
        with pytest.raises(Refused, match="told"):
            actions.note_told(actor=world.dana, disclosure_id=disclosure)
    assert notice(world, disclosure).told_by == world.dana.id


def test_later_is_nowhere_until_its_day_and_then_it_is_told(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(world, True, monkeypatch)
    disclosure = basis_steps.hand_over(world, basis_steps.released(world, **basis_steps.later()))
    jobs.run()
    assert not knows(world)
    with as_actor(SERVICE):
        assert queries.due_tellings() == []
    time_comes(disclosure)
    assert knows(world)
    with as_actor(SERVICE):
        assert len(queries.due_tellings()) == 1


def test_without_the_second_persons_yes_to_it_the_client_is_told_at_once(world: World) -> None:
    basis = basis_steps.state(world, **basis_steps.later())
    basis_steps.release(world, basis, later=False)
    basis_steps.hand_over(world, basis)
    assert knows(world)


def test_a_danger_that_did_not_wait_is_kept_back_for_a_day_at_most(world: World) -> None:
    basis = basis_steps.state(world, K.DANGER, immediate=True, **basis_steps.later())
    disclosure = basis_steps.hand_over(world, basis)
    assert not knows(world)
    at = notice(world, disclosure).due_at
    basis_steps.release(world, basis, later=True)
    moved = notice(world, disclosure).due_at
    assert moved - at > 8 * DAY
    assert not knows(world)


def test_put_off_again_only_by_somebody_else_and_told_earlier_by_anybody(
    world: World, jobs: Jobs
) -> None:
    disclosure = basis_steps.hand_over(world, basis_steps.released(world, **basis_steps.later(5)))
    until = basis_steps.later(20)["tell_at"]
    with as_actor(world.dana), pytest.raises(Refused, match="not-permitted"):
        actions.tell_later(actor=world.dana, disclosure_id=disclosure, until=until, why="x")
    with as_actor(world.sam), pytest.raises((NotThere, Refused)):
        actions.tell_now(actor=world.sam, disclosure_id=disclosure)
    for wrong in ({"why": " "}, {"until": until + LONGEST_DELAY}, {"until": None}):
        given = {"until": until, "why": "still unsafe"} | wrong
        with as_actor(world.vera), pytest.raises(Invalid):
            actions.tell_later(actor=world.vera, disclosure_id=disclosure, **given)
    with as_actor(world.vera):
        actions.tell_later(
            actor=world.vera, disclosure_id=disclosure, until=until, why="still unsafe"
        )
    assert notice(world, disclosure).due_at == until
    assert not knows(world)
    jobs.clear()
    with as_actor(world.dana):
        actions.tell_now(actor=world.dana, disclosure_id=disclosure)
    assert knows(world)
    assert [name for name, _ in jobs] == ["consent.tell_of_disclosure"]
    with as_actor(world.vera), pytest.raises(Refused, match="told"):
        actions.tell_later(actor=world.vera, disclosure_id=disclosure, until=until, why="late")


def test_raw_sql_puts_off_nothing_in_anothers_name(world: World, application: Any) -> None:
    disclosure = basis_steps.hand_over(world, basis_steps.released(world, **basis_steps.later(5)))
    for actor, days, by, approver in (
        (world.dana.id, 9, world.dana.id, world.dana.id),
        (world.dana.id, 9, world.dana.id, world.vera.id),
        (world.dana.id, 9, world.vera.id, world.dana.id),
        (world.vera.id, 31, world.dana.id, world.vera.id),
        (world.vera.id, 9, world.vera.id, world.vera.id),
    ):
        with acting(application, actor), pytest.raises(psycopg.errors.RestrictViolation):
            application.execute(TELLING, [uuid7(), disclosure, world.mara, days, by, approver])
    row = DisclosureNotice._meta.db_table
    for change in (
        "state = 'told', told_at = now(), how = 'letter'",
        "state = 'nothing'",
        "state = 'person'",
    ):
        with acting(application, world.dana.id), pytest.raises(psycopg.errors.RestrictViolation):
            application.execute(f"UPDATE {row} SET {change}")
    for attack in (f"DELETE FROM {row}", f"UPDATE {row} SET disclosure_id = NULL"):
        with acting(application, world.dana.id), pytest.raises(psycopg.Error):
            application.execute(attack)


@pytest.mark.parametrize("immediate", [True, False])
def test_raw_sql_hands_nothing_over_that_is_told_later_without_a_second_word(
    world: World, immediate: bool
) -> None:
    kind = K.DANGER if immediate else K.COURT_ORDER
    basis = basis_steps.state(world, kind, immediate=immediate, **basis_steps.later())
    if not immediate:
        basis_steps.release(world, basis, later=False)
    until = basis_steps.later(2)["tell_at"]
    for person in (world.dana.id, world.vera.id, world.priya.id):
        with pytest.raises(Refused, match="no-permission"):
            basis_steps.hand_over(world, basis, told_at=until, later_by=person)


def test_what_was_stopped_before_it_went_is_not_told(world: World, jobs: Jobs) -> None:
    basis = basis_steps.state(world, K.DANGER, immediate=True)
    disclosure = basis_steps.hand_over(world, basis)
    basis_steps.refuse(world, basis)
    jobs.clear()
    with as_actor(world.dana):
        document = queries.disclosure_row(disclosure).document
        assert document is not None
    jobs.append(("consent.seal_document", (str(document.id), str(world.mara))))
    with as_actor(SERVICE):
        jobs += [
            ("consent.tell_of_disclosure", (str(a), str(b))) for a, b in queries.due_tellings()
        ]
    jobs.run()
    assert notice(world, disclosure).state is NoticeState.NOTHING


def test_a_worker_that_fails_is_tried_again_and_then_a_person_tells(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    disclosure = basis_steps.hand_over(world, basis_steps.released(world))

    def fails(*_: object) -> bool:
        raise OSError

    monkeypatch.setattr(telling, "_by_letter", fails)
    for attempt in range(1, telling.MOST_TRIES + 1):
        time_comes(disclosure)
        with as_actor(SERVICE):
            found = queries.due_tellings()
        jobs.clear()
        jobs += [("consent.tell_of_disclosure", (str(a), str(b))) for a, b in found]
        jobs.run()
        with as_actor(world.dana):
            row = DisclosureNotice.objects.get(disclosure_id=disclosure)
            assert row.attempts == attempt
    assert notice(world, disclosure).state is NoticeState.PERSON


def test_the_rule_of_when_in_words() -> None:
    at = datetime.datetime(2026, 11, 3, tzinfo=datetime.UTC)
    dana, vera = uuid7(), uuid7()
    asked = {"stated_by": dana, "immediate": False, "decided": True, "agreed_by": None}
    assert told_from(at, tell_at=None, **asked) == (at, None)
    assert told_from(at, tell_at=at + DAY * 9, **asked) == (at, None)
    agreed = asked | {"agreed_by": vera}
    assert told_from(at, tell_at=at + DAY * 9, **agreed) == (at + DAY * 9, vera)
    assert told_from(at, tell_at=at - DAY, **agreed) == (at, None)
    urgent = asked | {"immediate": True, "decided": False}
    assert told_from(at, tell_at=at + DAY * 9, **urgent) == (at + DAY, dana)
