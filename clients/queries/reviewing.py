"""What a review is told of a visit: who they were to the file then, and whether they are kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from audit.domain.review import Relation
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.facts import Around

_AROUND: Final = """
SELECT n, relation, ended, own, shut_out, kin FROM clients_around(
    %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[])
"""


def around_visits(visits: Sequence[Around]) -> Mapping[int, Mapping[str, Any]]:
    """Say of visits what the rows of that time say; nothing to anybody but the machine."""
    asked: list[Any] = [
        [one.person for one in visits],
        [one.client for one in visits],
        [one.case for one in visits],
        [one.at for one in visits],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, asked)
        rows = cursor.fetchall()
    theirs = accounts.kin_tokens({one.person for one in visits})
    staff = accounts.signs_of_staff()
    found: dict[int, dict[str, Any]] = {}
    for n, relation, ended, own, shut_out, kin in rows:
        surnames, home = theirs.get(visits[n - 1].person, (frozenset(), ""))
        found[n - 1] = {
            "relation": Relation(relation),
            "ended": ended,
            "own": own,
            "shut_out": shut_out,
            "same_surname": bool(surnames.intersection(kin)),
            "same_address": home in kin,
            "colleague": any(
                not signs.isdisjoint(kin)
                for person, signs in staff.items()
                if person != visits[n - 1].person
            ),
        }
    return found
