"""Pages of the trail: what is asked is what comes, newest first, page by page."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from audit import domain
from audit.actions import read_openings, read_trail, record
from audit.queries import openings_of, trail
from counselling.access import SERVICE, ActorKind, Role
from counselling.db import as_actor
from counselling.errors import Invalid, Refused
from tests.audit.writers import OPENED, TOUCHED, act, somebody

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
    pages, before = [], None
    while page := asked(before=before, limit=2):
        pages.append(ids(page))
        before = page[-1].cursor
    assert pages == [known[4:2:-1], known[2:0:-1], known[:1]]
    with pytest.raises(Invalid):
        asked(before="nonsense")


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
    client, other = uuid4(), uuid4()
    own = somebody(Role.CLIENT, kind=ActorKind.CLIENT)
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
        assert ids(found) == [machine, listed, first]
        assert {one.clients for one in found} == {(client,)}
        assert ids(openings_of(client, limit=1)) == [machine]
        assert openings_of(client, until=found[-1].when) == []
        assert ids(read_openings(actor=own, client=client)) == ids(found)
        assert openings_of(client) == found
    assert asked(kind=domain.OPENINGS_READ.code)[0].who == own.id
    with as_actor(REVIEWER), pytest.raises(Refused):
        read_openings(actor=REVIEWER, client=client)
