"""A log of many years: the events of a practice copied, each with ids and an instant of its own.

Texts are copied letter by letter but for what names an event, a case and people under care, so
that a page reads them as it reads any; who acted stays, since a practice has few who work there.
An event's id begins with its instant, as all of ours do: what is written together lies together.
No copy tells what is stored in a row, since there is no such row.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from bench.site import Site

YEARS: Final = 6
HANDS: Final = 2
_COUNT: Final = "SELECT count(*) FROM audit_event"
_MONTHS: Final = """
SELECT audit_make_partition(now() - make_interval(months => ago))
FROM generate_series(0, (%s + 2) * 12) AS ago
"""
_FIRST: Final = """
CREATE TABLE IF NOT EXISTS bench_first AS
SELECT recorded, id, client, case_id, payload FROM audit_event
"""
# the n-th copy lies some years back and some minutes off, so that months fill evenly
_COPY: Final = """
INSERT INTO audit_event (recorded, payload)
SELECT made.at, replace(replace(replace(replace(
        regexp_replace(f.payload, ',"sealed":[{][^}]*[}]', ''),
        '"at":"' || to_char(f.recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"',
        '"at":"' || to_char(made.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'),
        f.id::text, (
            lpad(to_hex((extract(epoch FROM made.at) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(f.id || made.mark), 14, 3) || '8' || substr(md5(f.id || made.mark), 18)
        )::uuid::text),
        coalesce(f.client::text, '-none-'), coalesce(md5(f.client || made.mark)::uuid::text, '')),
        coalesce(f.case_id::text, '-none-'), coalesce(md5(f.case_id || made.mark)::uuid::text, ''))
FROM bench_first f CROSS JOIN LATERAL (
    SELECT f.recorded - make_interval(years => %(number)s %% %(years)s, mins => %(number)s) AS at,
        %(number)s::text AS mark
) made
LIMIT %(most)s
"""


def grow(site: Site, events: int) -> None:
    """Copy what was there first until there are so many events, which wait for the sealer."""
    site.root.execute(_MONTHS, [YEARS])
    site.root.execute(_FIRST)
    ((there,),) = site.ask(_COUNT)
    ((first,),) = site.ask("SELECT count(*) FROM bench_first")
    # the last copy before may be a part of one
    begun = 1 - (-there // first)
    copies = range(begun, begun + -(-(events - there) // first))
    most = dict.fromkeys(copies, first)
    most[copies[-1]] = (events - there) - first * (len(copies) - 1)
    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(lambda one: _copy(site, one, most[one]), copies))
    site.root.execute("VACUUM ANALYZE audit_event")


def _copy(site: Site, number: int, most: int) -> None:
    known = {"number": number, "years": YEARS, "most": most}
    with psycopg.connect(site.root.info.dsn, password=site.root.info.password) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute(_COPY, known)
