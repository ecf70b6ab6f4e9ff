"""Plant caseloads, each in one transaction: whatever is killed, one is whole or not there."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from counselling.celery import app
from counselling.local.seeding import agreements, caseload, copying, staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from counselling.local.seeding.sizes import Size

_THERE: Final = "SELECT reference FROM clients_client WHERE reference = ANY(%s)"


def prepare(size: Size, now: datetime.datetime, say: Callable[[str], None]) -> None:
    """Make what all caseloads need: colleagues, and room in the log for the months behind us."""
    with connection.cursor() as cursor:
        for weeks in range(0, 64, 2):
            cursor.execute(
                "SELECT audit_make_partition(%s)", [now - datetime.timedelta(weeks=weeks)]
            )
    with transaction.atomic():
        staff.make_missing(size.counsellors, now, say)


def missing(size: Size) -> list[int]:
    """Give the numbers of the caseloads that are not there yet."""
    marks = {caseload.client_reference(n, 0): n for n in range(size.counsellors)}
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [list(marks)])
        there = {marks[reference] for (reference,) in cursor.fetchall()}
    return [number for number in range(size.counsellors) if number not in there]


def plant(numbers: Iterable[int], size: Size, now: datetime.datetime) -> None:
    """Plant these caseloads one after the other."""
    # the rows are the queue's truth: the sweep finds what is due when the demo runs
    staff.hash_cheaply()
    app.conf.update(broker_url="memory://localhost", broker_transport_options={})
    for number in numbers:
        holder = staff.holder(number)
        made = caseload.plan(number, size, holder, now)
        with transaction.atomic():
            copying.copy_rows(made.rows)
            copying.copy_events(made.events)
            for client, case, at in made.people[: size.agreements]:
                agreements.sign_agreement(holder, client, case, at)


def analyse() -> None:
    """Tell the planner how much there is now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
