"""Who supervises whom has a first day and a last one, set by the administrator."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from counselling.access import Role
from counselling.accounts import actions, queries
from counselling.accounts.models import Supervision
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere
from tests import people

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def ada(db: None) -> Actor:
    return people.administrator()


@pytest.fixture
def vera(ada: Actor) -> Actor:
    return people.make_person(Role.SUPERVISOR, name="Vera Lindqvist")


@pytest.fixture
def tess(ada: Actor) -> Actor:
    return people.make_person(Role.TRAINEE, name="Tess Moreau")


def today() -> datetime.date:
    return timezone.localtime().date()


def arrange(
    ada: Actor,
    vera: Actor,
    tess: Actor,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> UUID:
    with as_actor(ada):
        return actions.supervise(
            actor=ada, supervisor_id=vera.id, supervisee_id=tess.id, since=since, until=until
        )


def asks(actor: Actor, of: Actor) -> bool:
    with as_actor(actor), connection.cursor() as cursor:
        cursor.execute("SELECT supervises(%s)", [of.id])
        return bool(cursor.fetchone()[0])


@pytest.mark.req("AC-04", "SU-01")
def test_a_supervision_to_come_opens_nothing_yet(ada: Actor, vera: Actor, tess: Actor) -> None:
    arrange(ada, vera, tess, today() + 3 * DAY, today() + 9 * DAY)
    assert not asks(vera, tess)
    assert queries.supervisees(vera) == []
    (one,) = queries.supervisions_of(tess.id)
    assert one.is_to_come
    assert timezone.localtime(one.last).date() == today() + 9 * DAY if one.last else False
    assert [one.name for one in queries.trainees_alone()] == ["Tess Moreau"]


@pytest.mark.req("AC-04", "SU-01")
def test_a_supervision_with_a_last_day_counts_until_it_is_over(
    ada: Actor, vera: Actor, tess: Actor
) -> None:
    row = arrange(ada, vera, tess, until=today())
    assert asks(vera, tess)
    assert queries.trainees_alone() == []
    Supervision.objects.filter(pk=row).update(until=timezone.now())
    assert not asks(vera, tess)
    assert queries.supervisions_of(tess.id)[0].has_ended


@pytest.mark.parametrize(
    ("since", "until", "why"),
    [
        (-1, None, "begins today or on a day to come"),
        (None, -1, "last day is today"),
        (5, 4, "before the first"),
        (4, 9, "already"),
        (None, None, "already"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(
    ada: Actor, vera: Actor, tess: Actor, since: int | None, until: int | None, why: str
) -> None:
    arrange(ada, vera, tess, today() + 8 * DAY)
    with pytest.raises(Invalid, match=why):
        arrange(
            ada, vera, tess,
            None if since is None else today() + since * DAY,
            None if until is None else today() + until * DAY,
        )  # fmt: skip
    arrange(ada, vera, tess, today() + 1 * DAY, today() + 7 * DAY)


def test_one_may_be_ended_with_a_day_to_come_and_called_off_before_it_began(
    ada: Actor, vera: Actor, tess: Actor
) -> None:
    row = arrange(ada, vera, tess)
    with as_actor(ada):
        actions.end_supervision(actor=ada, supervision_id=row, until=today() + 4 * DAY)
    assert asks(vera, tess)
    with as_actor(ada):
        actions.end_supervision(actor=ada, supervision_id=row)
    assert not asks(vera, tess)
    with pytest.raises(NotThere), as_actor(ada):
        actions.end_supervision(actor=ada, supervision_id=row)
    later = arrange(ada, vera, tess, today() + 3 * DAY)
    with as_actor(ada):
        actions.end_supervision(actor=ada, supervision_id=later)
    assert not Supervision.objects.get(pk=later).since < Supervision.objects.get(pk=later).until


@pytest.mark.req("SU-01")
def test_a_supervisor_whose_account_is_closed_supervises_nobody(
    ada: Actor, vera: Actor, tess: Actor
) -> None:
    arrange(ada, vera, tess)
    assert [one.name for one in queries.supervisors_of(tess.id)] == ["Vera Lindqvist"]
    with as_actor(ada):
        actions.deactivate(actor=ada, person_id=vera.id)
    assert queries.supervisors_of(tess.id) == []
    assert [one.id for one in queries.trainees_alone()] == [tess.id]


@pytest.mark.req("SU-01")
def test_the_administrator_sees_who_stands_alone_and_sets_the_days(
    ada: Actor, vera: Actor, tess: Actor
) -> None:
    desk, page = Client(), f"/staff/{tess.id}"
    people.sign_in_browserless(desk, ada)
    desk.post("/account/step-up", {"code": people.code_now(ada.id)})
    assert "nobody supervises them" in desk.get("/staff").content.decode()
    assert "nobody can co-sign it" in desk.get(page).content.decode()

    def press(act: str, of: object, **days: str) -> str:
        return desk.post(page, {"act": act, "of": str(of), **days}, follow=True).content.decode()

    assert "Check the days" in press("supervise", vera.id, since="soon")
    last = today() + 30 * DAY
    assert f"{last.day} {last:%B %Y}" in press("supervise", vera.id, until=f"{last:%Y-%m-%d}")
    assert "nobody can co-sign it" not in desk.get(page).content.decode()
    (row,) = queries.supervisions_of(tess.id)
    told = press("end-supervision", row.id, until=f"{today() + DAY:%Y-%m-%d}")
    assert "ends with that day" in told
    assert "Vera Lindqvist supervised Tess Moreau" in press("end-supervision", row.id)
