"""Visits: every event is in one, each stands on one page, and whom somebody touched is counted."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clients.actions
import clients.queries
from audit import actions
from audit.domain import Act, Entry, instant
from audit.domain.visits import GAP, fold, without_shown
from audit.queries import pages, visits
from audit.queries.pages import Order, Page
from counselling.access import Role
from counselling.db import as_actor, now
from counselling.errors import Invalid, Refused
from tests.audit.writers import somebody
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

MORNING: Final = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
DANA, SAM, CASE, OTHER = (UUID(int=one) for one in range(1, 5))


def event(minute: int, who: UUID = DANA, case: UUID | None = CASE, **said: Any) -> Entry:
    return Entry(
        id=said.pop("id", None) or uuid4(), when=MORNING + datetime.timedelta(minutes=minute),
        kind="note.opened", action=Act.READ, sentence=said.pop("sentence", "opened a note"),
        outcome=said.pop("outcome", "ok"), who=who, who_kind="staff", role="counsellor",
        case=case, **said,
    )  # fmt: skip


def test_one_person_in_one_case_is_one_visit_until_half_an_hour_is_silent() -> None:
    found = fold([event(0), event(30), event(61), event(5, SAM), event(6, case=OTHER)])
    assert [(one.newest.who, len(one.entries)) for one in found] == [
        (DANA, 1), (DANA, 2), (DANA, 1), (SAM, 1),
    ]  # fmt: skip
    assert (found[1].began, found[1].ended) == (event(0).when, event(30).when)


def test_a_visit_says_what_was_done_how_often_and_to_whom() -> None:
    ana, ben = uuid4(), uuid4()
    (visit,) = fold(
        [
            event(0, sentence="opened a case", client=ana, address="ab12"),
            event(1, clients=(ana, ben)),
            event(2, address="ab12"),
            event(3, outcome="refused", address="cd34"),
        ]
    )
    assert [(one.sentence, one.times, one.outcome) for one in visit.deeds] == [
        ("opened a case", "", ""), ("opened a note", "2 times", ""),
        ("opened a note", "", "refused"),
    ]  # fmt: skip
    assert set(visit.clients) == {ana, ben}
    assert set(visit.addresses) == {"ab12", "cd34"}


def test_a_client_s_contact_details_and_their_case_are_two_visits() -> None:
    assert len(fold([event(0), event(1, case=None, client=uuid4())])) == 2


def test_what_goes_on_on_the_page_before_is_left_to_it() -> None:
    found = fold([event(0), event(5, SAM)])
    assert [one.newest.who for one in without_shown(found, [event(30)])] == [SAM]
    assert len(without_shown(found, [event(31)])) == 2


class _Log:
    """A log in memory, asked as the database is."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = sorted(entries, key=lambda one: (one.when, one.id), reverse=True)

    def stretch(self, _actor: Any, asked: Any, before: str | None, most: int) -> Page:
        since, until = asked.get("since"), asked.get("until")
        found = [
            one
            for one in self.entries
            if (before is None or (instant(one.when), str(one.id)) < tuple(before.split("~")))
            and (since is None or one.when >= since)
            and (until is None or one.when < until)
        ]
        forwards = asked.get("order") is Order.OLDEST
        return Page((found[::-1] if forwards else found)[:most])

    def pages(self, block: int, size: int) -> Iterator[visits.Visits]:
        before = None
        with (
            mock.patch.object(pages, "stretch", self.stretch),
            mock.patch.multiple(visits, BLOCK=block, A_PAGE=size),
        ):
            for _ in range(1000):
                page = visits.visits(REVIEWER, before=before)
                yield page
                before = page.further
                if not before:
                    return
        pytest.fail("The pages never end.")


REVIEWER: Final = somebody(Role.PRIVACY_OFFICER)
_events = st.lists(
    st.builds(
        event,
        st.integers(0, 600),
        st.sampled_from([DANA, SAM]),
        st.sampled_from([CASE, OTHER, None]),
        id=st.uuids(),
    ),
    max_size=60,
    unique_by=lambda one: one.id,
)


@pytest.mark.req("AT-11")
@settings(max_examples=50)
@given(_events, st.integers(1, 5))
def test_page_by_page_gives_each_visit_once_and_whole(entries: list[Entry], size: int) -> None:
    """However small the pages are, as long as what is read at once holds a visit."""
    said = [visit for page in _Log(entries).pages(61, size) for visit in page.visits]
    assert said == fold(entries)


@pytest.mark.req("AT-11")
@settings(max_examples=50)
@given(_events, st.integers(2, 12))
def test_page_by_page_ends_and_begins_no_visit_twice(entries: list[Entry], block: int) -> None:
    """Also where a visit is longer than what is read at once: then it says that it began before."""
    said = [visit for page in _Log(entries).pages(block, 5) for visit in page.visits]
    ends = [visit.newest for visit in said]
    assert ends == [visit.newest for visit in fold(entries)]
    for visit in said:
        (real,) = [one for one in fold(entries) if one.newest == visit.newest]
        assert visit.longer or visit.entries == real.entries


# -- in the database -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.req("BR-01")
def test_whom_somebody_touched_is_one_row_a_client() -> None:
    world = World.build()
    with as_actor(world.dana):
        for _ in range(3):
            clients.actions.open_client(actor=world.dana, client_id=world.mara)
        clients.actions.names_for(
            actor=world.dana, client_ids=[world.mara, world.ana], purpose="caseload"
        )
    with as_actor(world.sam):
        clients.actions.open_client(actor=world.sam, client_id=world.jon)
    found = {one.client: one for one in _touched(world, person=world.dana.id)}
    # the worlds's own beginning counts too: what matters is who is there, and how often opened
    assert {world.mara, world.ana} <= set(found)
    assert world.jon not in found
    mara = found[world.mara]
    assert mara.opened == 4
    assert {"client.opened", "client.listed"} <= set(mara.kinds)
    assert mara.people == (world.dana.id,)
    assert mara.first <= mara.last
    assert mara.count >= mara.opened


@pytest.mark.django_db
@pytest.mark.req("BR-01")
def test_a_sitting_and_an_address_are_asked_as_an_account_is() -> None:
    world = World.build()
    sat = _sitting(world.dana, "0198-sitting", "192.0.2.7")
    with as_actor(sat):
        clients.actions.open_client(actor=sat, client_id=world.mara)
    (line,) = _touched(world, session="0198-sit")
    assert (line.client, line.count) == (world.mara, 1)
    with as_actor(world.priya):
        page = actions.read_visits(actor=world.priya, kind="client.opened")
    address = page.visits[0].addresses[0]
    assert [one.client for one in _touched(world, address=address[:6])] == [world.mara]
    assert _touched(world, address="0" * 64) == []
    with as_actor(world.priya):
        by_address = actions.read_visits(actor=world.priya, address=address[:6])
        by_sitting = actions.read_visits(actor=world.priya, session="0198-sitting")
        nobody = actions.read_visits(actor=world.priya, session="0199")
    assert len(by_address.visits) == len(by_sitting.visits) == 1
    assert nobody.visits == []


@pytest.mark.django_db
@pytest.mark.req("BR-01")
def test_nobody_is_asked_about_without_saying_who_and_when() -> None:
    world = World.build()
    with pytest.raises(Invalid, match="Choose a person"):
        _touched(world)
    with as_actor(world.priya), pytest.raises(Invalid, match="ends before"):
        actions.read_touched(
            actor=world.priya, period=actions.Period(now(), now()), person=world.dana.id
        )
    for kind in (actions.read_touched, actions.read_picture):
        with as_actor(world.dana), pytest.raises(Refused):
            kind(actor=world.dana, period=_week(), **_OF[kind.__name__])
    with as_actor(world.priya), pytest.raises(Invalid, match="a day to a year"):
        actions.read_picture(
            actor=world.priya, zone="UTC",
            period=actions.Period(now() - datetime.timedelta(days=400), now()),
        )  # fmt: skip


_OF: Final[dict[str, dict[str, Any]]] = {
    "read_touched": {"person": DANA}, "read_picture": {"zone": "UTC"},
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("BR-01")
def test_a_supervisor_is_told_of_no_other_s_people_and_nobody_of_their_own() -> None:
    world = World.build()
    for person, client in ((world.dana, world.mara), (world.sam, world.jon)):
        with as_actor(person):
            clients.actions.open_client(actor=person, client_id=client)
    with as_actor(world.vera):
        sees = actions.read_touched(actor=world.vera, period=_week(), person=world.dana.id)
        hidden = actions.read_touched(actor=world.vera, period=_week(), person=world.sam.id)
        own = actions.read_touched(actor=world.vera, period=_week(), person=world.vera.id)
    assert world.mara in {one.client for one in sees}
    assert hidden == own == []


@pytest.mark.django_db
def test_openings_are_counted_by_day_with_the_night_apart() -> None:
    world = World.build()
    for _ in range(2):
        with as_actor(world.dana):
            clients.actions.open_client(actor=world.dana, client_id=world.mara)
    with as_actor(world.priya):
        at = now()
        own = actions.read_picture(actor=world.priya, period=_week(), zone="UTC", client=world.mara)
        none = actions.read_picture(actor=world.priya, period=_week(), zone="UTC", client=uuid4())
    assert none == []
    is_day = 6 <= at.hour <= 21
    assert [(one.by_day > 0, one.by_night > 0) for one in own][-1:] == [(is_day, not is_day)]
    assert sum(one.all for one in own) >= 2


def _week() -> actions.Period:
    at = datetime.datetime.now(datetime.UTC)
    return actions.Period(at - datetime.timedelta(days=7), at + datetime.timedelta(minutes=1))


def _touched(world: World, **by: Any) -> list[Any]:
    with as_actor(world.priya):
        return actions.read_touched(actor=world.priya, period=_week(), **by)


def _sitting(person: Any, session: str, address: str) -> Any:
    return dataclasses.replace(person, session=session, address=address)


def test_the_gap_is_half_an_hour() -> None:
    assert datetime.timedelta(minutes=30) == GAP
