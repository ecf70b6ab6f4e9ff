"""What came of verifications: kept, never changed, and what a break of the log stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connections

from audit.findings import Finding
from audit.verifying.reading import DATABASE, Base

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.findings import Report

_KEEP: Final = """
INSERT INTO audit_verification (id, whole, events, waiting, witnessed, number, event_id, sentence,
    told, part, doubted, range)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# a week later people are told again: a letter is overlooked more easily than a log is mended
_TOLD: Final = """
SELECT EXISTS (
    SELECT FROM audit_verification v
    WHERE v.told AND v.sentence = %s AND v.at > now() - interval '7 days'
        AND NOT EXISTS (SELECT FROM audit_verification w WHERE w.whole AND w.at > v.at))
"""
_LAST: Final = """
SELECT whole, events, range, witnessed,
    now() - (SELECT max(w.at) FROM audit_verification w WHERE w.whole AND w.part = 'all')
FROM audit_verification ORDER BY at DESC, id DESC LIMIT 1
"""
# what two people have looked at is not stopped again for the very same finding
_NEW: Final = """NOT EXISTS (
    SELECT FROM audit_freeze f WHERE f.sentence = %(sentence)s AND NOT EXISTS (
        SELECT FROM audit_verification w WHERE w.whole AND w.part = 'all' AND w.at > f.at))"""
_IS_NEW: Final = f"SELECT {_NEW}"
_FREEZE: Final = f"""
INSERT INTO audit_freeze (id, number, event_id, sentence)
SELECT gen_random_uuid(), %(number)s, %(event)s, %(sentence)s WHERE {_NEW}
"""
_OPEN: Final = "SELECT public.audit_frozen()"
_THAW: Final = """
INSERT INTO audit_thaw (id, freeze_id, "by", why)
SELECT gen_random_uuid(), f.id, %(by)s, %(why)s FROM audit_freeze f
WHERE NOT EXISTS (SELECT FROM audit_thaw t WHERE t.freeze_id = f.id AND t."by" = %(by)s)
"""


class Last(NamedTuple):
    """The verification before: from where to go on, and how long the whole log was not read.

    No base where the next has to read the whole log: after a finding, or before the first.
    """

    base: Base | None
    whole_ago: datetime.timedelta | None


def last() -> Last:
    """Give what is known from the verification before."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_LAST)
        row = cursor.fetchone()
    if row is None:
        return Last(None, None)
    whole, size, hashes, witnessed, ago = row
    goes_on = whole and size and hashes
    base = Base(size, tuple(map(bytes, hashes)), witnessed) if goes_on else None
    return Last(base, ago)


def told_already(report: Report) -> bool:
    """Say whether people were told this very finding in the last week, and it stood since."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_TOLD, [report.sentence])
        told: bool = cursor.fetchone()[0]
    return told


def keep(report: Report, *, told: bool = False, doubted: bool = False) -> None:
    """Keep what a verification found, for the badge, and whether people were told.

    What is `doubted` was found once and is looked for a second time before it counts.
    """
    first = report.findings[0] if report.findings else Finding("")
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                report.whole, report.events, report.waiting, report.witnessed,
                first.number, first.event, report.sentence, told,
                "since" if report.since else "all", doubted, list(report.range),
            ],
        )  # fmt: skip


def freeze(report: Report) -> None:
    """Stop disclosures for a finding, unless it has stopped them before and stood since."""
    first = report.findings[0]
    asked = {"number": first.number, "event": first.event, "sentence": report.sentence}
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_FREEZE, asked)


def thaw(by: UUID, why: str) -> None:
    """Let disclosures go on, by the machine's own word."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_THAW, {"by": by, "why": why})


def is_new(report: Report) -> bool:
    """Say whether a finding would stop disclosures: it has not done so before and stood since."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_IS_NEW, {"sentence": report.sentence})
        new: bool = cursor.fetchone()[0]
    return new


def is_frozen() -> bool:
    """Say whether disclosures are stopped."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_OPEN)
        return cursor.fetchone()[0] is not None
