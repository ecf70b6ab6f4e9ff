"""Pages of the trail: what is asked is what comes, newest first, page by page."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import UUID, uuid4

import pytest

from audit import domain
from audit.actions import read_openings, read_trail, record
from audit.queries import Order, Page, openings_of, pages, trail
from counselling.access import SERVICE, Role
from counselling.db import as_actor
from counselling.errors import Invalid, Refused
from tests.audit.writers import ERASED, OPENED, TOUCHED, act, somebody
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from audit.domain import Entry

pytestmark = pytest.mark.django_db

REVIEWER = somebody(Role.PRIVACY_OFFICER)


@pytest.fixture(autouse=True)
def _everybody_sees(root: psycopg.Connection[Any]) -> Iterator[None]:
    """Stand in for the policy that `clients` makes: what is tested here is what is asked."""
    root.execute("CREATE POLICY probe ON audit_event FOR SELECT TO counselling_app USING (true)")
    yield
    root.execute("DROP POLICY probe ON audit_event")


def ids(entries: list[Entry]) -> list[UUID]:
    return [one.id for one in entries]


def asked(**filters: Any) -> list[Entry]:
    with as_actor(REVIEWER):
        return trail(REVIEWER, **filters).entries


def test_the_trail_answers_by_case_person_client_kind_and_period() -> None:
    dana, case, client, other = somebody(), uuid4(), uuid4(), uuid4()
    begin = datetime.datetime.now(datetime.UTC)
    first = act(dana, case=case, client=client)
    second = act(kind=OPENED, clients=[client, other])
    third = act(kind=OPENED)
    end = datetime.datetime.now(datetime.UTC)
    assert ids(asked()) == [third, second, first]
    assert ids(asked(case=case)) == [first]
    assert ids(asked(person=dana.id)) == [first]
    assert ids(asked(client=client)) == [second, first]
    assert ids(asked(client=other)) == [second]
    assert ids(asked(kind=OPENED.code)) == [third, second]
    assert ids(asked(since=begin, until=end)) == [third, second, first]
    assert asked(since=end) == asked(until=begin) == asked(client=client, since=end) == []


def test_the_trail_goes_on_page_by_page() -> None:
    known = [act() for _ in range(5)]
    found, before = [], None
    while page := asked(before=before, limit=2):
        found.append(ids(page))
        before = page[-1].cursor
    assert found == [known[4:2:-1], known[2:0:-1], known[:1]]
    with pytest.raises(Invalid):
        asked(before="nonsense")


@pytest.mark.req("AT-11")
def test_the_trail_answers_by_every_field_that_a_line_shows() -> None:
    desk, dana = somebody(Role.FRONT_DESK), somebody()
    first = act(desk, purpose="safe-contact card", relation="front desk")
    second = act(kind=OPENED, about=("accounts_account", dana.id), outcome="refused", reason="pin")
    third = act(kind=ERASED, purpose="care_together", relation="assigned")
    # what stands inside another value is not what is asked for
    act(kind=TOUCHED, detail={"role": "front_desk", "row": str(dana.id), "purpose": "on a card"})
    assert ids(asked(role="front_desk")) == [first]
    assert ids(asked(about=dana.id)) == [second]
    assert ids(asked(outcome="refused")) == [second]
    assert ids(asked(act="R")) == [second]
    assert ids(asked(act="D", role="counsellor")) == [third]
    for why, found in {
        "card": first, "safe contact": first, "Front Desk": first, "pin": second,
        "care together": third, "assigned": third,
    }.items():  # fmt: skip
        assert ids(asked(why=why)) == [found], why
    for why in ("100%", "cardigan", "touched", "ok"):
        assert asked(why=why) == [], why


@pytest.mark.req("AT-11")
def test_the_trail_comes_in_any_order_page_by_page() -> None:
    desk, dana, sam = somebody(Role.FRONT_DESK), somebody(), somebody()
    first = act(dana, kind=OPENED, case=uuid4())
    second = act(desk, purpose="zeal")
    third = act(sam, kind=ERASED, relation="assigned", outcome="refused")
    fourth = act(dana, kind=TOUCHED)
    names = {dana.id: "dana", sam.id: "Sam", desk.id: "Émile"}
    orders = {
        Order.NEWEST: [fourth, third, second, first],
        Order.OLDEST: [first, second, third, fourth],
        Order.PERSON: [fourth, first, third, second],
        Order.ROLE: [fourth, third, first, second],
        Order.KIND: [third, first, fourth, second],
        Order.OUTCOME: [third, fourth, second, first],
        Order.CASE: [first, fourth, third, second],
        Order.WHY: [third, second, fourth, first],
    }
    with mock.patch.dict(domain.entries._labels, {"person": lambda _: names, "case": _as_text}):
        for order, whole in orders.items():
            found, before = [], None
            while page := asked(order=order, before=before, limit=3):
                found.append(ids(page))
                before = page[-1].cursor
            assert found == [whole[:3], whole[3:]], order
        assert ids(asked(order=Order.PERSON, person=dana.id)) == [fourth, first]


def _as_text(found: frozenset[UUID]) -> dict[UUID, str]:
    return {one: str(one) for one in found}


@pytest.mark.req("AT-11")
def test_a_page_says_when_it_did_not_look_at_everything() -> None:
    desk = somebody(Role.FRONT_DESK)
    known = [act(desk), *(act() for _ in range(5))]
    with as_actor(REVIEWER), mock.patch.object(pages, "LOOKED", 3):
        first = trail(REVIEWER, role="front_desk")
        second = trail(REVIEWER, role="front_desk", before=first.reached)
        third = trail(REVIEWER, role="front_desk", before=second.reached)
    assert first.entries == []
    assert first.reached.endswith(str(known[3]))
    assert (ids(second.entries), bool(second.reached)) == ([known[0]], True)
    assert third == Page([])
    with as_actor(REVIEWER), mock.patch.object(pages, "SORTED", 4):
        cut = trail(REVIEWER, order=Order.PERSON)
        whole = trail(REVIEWER, order=Order.PERSON, person=desk.id)
    assert (len(cut.entries), cut.cut, whole.cut) == (4, True, False)


@pytest.mark.req("AT-11", "AT-07")
def test_a_word_typed_into_the_filter_is_in_the_log_only_if_it_was_there_before() -> None:
    act(purpose="signing")
    with as_actor(REVIEWER):
        read_trail(actor=REVIEWER, why="signing", order=Order.OLDEST)
        read_trail(actor=REVIEWER, why="Mara Quilla")
    other = somebody(Role.PRIVACY_OFFICER)
    with as_actor(other):
        told = read_trail(actor=other, kind=domain.TRAIL_READ.code).entries
    assert [one.detail for one in told[:2]] == [
        {"shown": 0, "why": "asked"},
        {"shown": 1, "why": "signing", "order": "oldest"},
    ]


@pytest.mark.req("AT-01")
def test_who_reviews_the_trail_stands_in_it() -> None:
    case, dana = uuid4(), somebody()
    known = act(dana, case=case)
    with as_actor(REVIEWER):
        page = read_trail(actor=REVIEWER, case=case, person=dana.id).entries
    assert ids(page) == [known]
    other = somebody(Role.PRIVACY_OFFICER)
    with as_actor(other):
        told = read_trail(actor=other, kind=domain.TRAIL_READ.code).entries[0]
    assert (told.who, told.case, told.action) == (REVIEWER.id, case, "R")
    assert told.detail == {"shown": 1, "person": str(dana.id)}
    with as_actor(dana), pytest.raises(Refused):
        read_trail(actor=dana)


@pytest.mark.req("AT-16")
def test_a_client_sees_who_read_the_file_and_no_other_client() -> None:
    world = World.build()
    client, other, own = world.mara, world.tom, world.mara_portal
    with as_actor(own):
        before = len(openings_of(client))
    first = act(kind=OPENED, client=client)
    act(kind=TOUCHED, client=client)
    act(own, kind=OPENED, client=client)
    act(kind=OPENED, client=other)
    act(kind=OPENED, client=client, outcome="failed")
    listed = act(kind=OPENED, clients=[client, other])
    with as_actor(SERVICE):
        machine = record(actor=SERVICE, kind=OPENED, client=client).event
    with as_actor(own):
        found = openings_of(client)
        assert len(found) == before + 3
        found = found[:3]
        assert ids(found) == [machine, listed, first]
        assert {one.clients for one in found} == {(client,)}
        assert ids(openings_of(client, limit=1)) == [machine]
        assert len(openings_of(client, until=found[-1].when)) == before
        assert ids(read_openings(actor=own, client=client))[:3] == ids(found)
        assert openings_of(client)[:3] == found
    assert asked(kind=domain.OPENINGS_READ.code)[0].who == own.id
    with as_actor(REVIEWER), pytest.raises(Refused):
        read_openings(actor=REVIEWER, client=client)
