"""Give what a broken log stops, and how far somebody outside has seen it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection

from audit.domain.witnessing import Told, is_mail_due
from audit.queries.state import last_verification

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

    from audit.queries.state import Verification

_IS_FROZEN: Final = "SELECT audit_frozen()"
_FROZEN: Final = """
SELECT id, at, number, event_id, sentence FROM audit_freeze WHERE id = audit_frozen()
"""
_NEWEST: Final = "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_AGREED: Final = """SELECT "by", why, at FROM audit_thaw WHERE freeze_id = %s ORDER BY at"""
# a row of the file tells of a change, one of the mail of each letter
_WITNESSES: Final = """
SELECT w.witness, max(w.at) FILTER (WHERE w.outcome = 'told'),
    min(w.at) FILTER (WHERE w.outcome = 'failed' AND w.at > coalesce(last.told, '-infinity')),
    (array_agg(w.code ORDER BY w.at)
        FILTER (WHERE w.outcome = 'failed' AND w.at > coalesce(last.told, '-infinity')))[1],
    (array_agg(w.size ORDER BY w.at DESC) FILTER (WHERE w.outcome = 'told'))[1],
    count(*) FILTER (WHERE w.outcome = 'failed' AND w.at > coalesce(last.told, '-infinity')),
    max(w.at)
FROM audit_witnessing w
CROSS JOIN LATERAL (
    SELECT max(o.at) AS told FROM audit_witnessing o
    WHERE o.witness = w.witness AND o.outcome = 'told'
) last
GROUP BY w.witness
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Agreed:
    """Somebody's word that disclosures may go on."""

    by: UUID
    why: str
    at: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Freeze:
    """Disclosures are stopped: since when, for what finding, and who agreed so far to go on."""

    id: UUID
    at: datetime.datetime
    number: int | None
    event: UUID | None
    sentence: str
    agreed: tuple[Agreed, ...]


def is_frozen() -> bool:
    """Say whether disclosures are stopped, because the log was found not to be whole."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_FROZEN)
        return cursor.fetchone()[0] is not None


def frozen() -> Freeze | None:
    """Give what stops disclosures, if anything does."""
    with connection.cursor() as cursor:
        cursor.execute(_FROZEN)
        row = cursor.fetchone()
        if row is None:
            return None
        one, at, number, event, sentence = row
        cursor.execute(_AGREED, [one])
        agreed = tuple(Agreed(*said) for said in cursor.fetchall())
    return Freeze(one, at, number, event, sentence, agreed)


@dataclasses.dataclass(frozen=True, slots=True)
class Witness:
    """How a witness stands: when it was told last, and since when it cannot be, why and how often.

    Of the file, which is told every few seconds, only changes are known here.
    """

    name: str
    told_at: datetime.datetime | None
    failing_since: datetime.datetime | None
    code: str
    size: int
    failures: int
    tried_at: datetime.datetime


def witnesses() -> dict[str, Witness]:
    """Give every witness that was ever tried and is worth a word, by its name."""
    with connection.cursor() as cursor:
        cursor.execute(_WITNESSES)
        found = [
            Witness(name, told, since, code or "", size or 0, failures, tried)
            for name, told, since, code, size, failures, tried in cursor.fetchall()
        ]
    return {one.name: one for one in found}


def newest_note() -> tuple[int, str]:
    """Give the newest signed checkpoint and of how many events it tells; 0 and nothing for none."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (0, "")


def mail_due() -> list[tuple[UUID, ...]]:
    """Say to the sweeper whether the witness by mail is to be told; a task without ids."""
    if not settings.WITNESS_MAIL:
        return []
    mail = witnesses().get("mail")
    told = Told(mail.size, mail.told_at, mail.failures, mail.tried_at) if mail else Told()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    return [()] if is_mail_due(told, newest_note()[0], now) else []


@dataclasses.dataclass(frozen=True, slots=True)
class Badge:
    """How the log stands, for every page that shows it."""

    last: Verification | None
    stopped: bool
    # since when nobody outside has seen how the log grew, if the witness cannot be told
    unseen_since: datetime.datetime | None

    @property
    def events(self) -> str:
        """Say how many events were checked, as people read numbers."""
        return f"{self.last.events:,}" if self.last else ""


def badge() -> Badge:
    """Give how the log stands: whole or not, checked when, seen by whom outside."""
    known = witnesses()
    file, mail = known.get("file"), known.get("mail")
    unseen = file.failing_since if file else None
    if unseen and mail and mail.told_at:
        unseen = max(unseen, mail.told_at)
    return Badge(last_verification(), is_frozen(), unseen)
