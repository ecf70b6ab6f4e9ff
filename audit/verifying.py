"""Hash every event again and compare: with the leaves, the checkpoints, the witness, the rows."""

from __future__ import annotations

import contextlib
import pathlib
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connections, transaction

from audit import chain, checkpoint, domain, restoring
from audit.chain import CompactRange
from audit.claims import WITNESS, Claims, Key
from audit.comparing import Tellings
from audit.findings import Finding, Report
from counselling import vault
from counselling.errors import Invalid

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper

    from audit.checkpoint import Checkpoint, Verify
    from audit.claims import Claim
    from audit.witness import Testimony

DATABASE: Final = "sealer"
AT_A_TIME: Final = 5000

_ONE_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHECKPOINTS: Final = "SELECT size, root, note FROM audit_checkpoint ORDER BY size"
_ENTRIES: Final = """
SELECT l.number, l.leaf_hash, convert_to(e.payload, 'UTF8') FROM audit_leaf l
LEFT JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id
ORDER BY l.number
"""
_EVENT: Final = "SELECT event_id FROM audit_leaf WHERE number = %s"
# in another cluster transaction ids began anew: there the mark says nothing until the sealer has
# moved it, so what was written since the restore only waits
_WITHOUT_LEAF: Final = """
SELECT e.id, e.payload, coalesce((e.xid, e.id) <= (m.xid, m.event_id)
    AND m.cluster = (SELECT system_identifier::text FROM pg_control_system()), false)
FROM audit_event e LEFT JOIN audit_watermark m ON true
WHERE NOT EXISTS (
    SELECT FROM audit_leaf l WHERE l.event_id = e.id AND l.recorded = e.recorded)
ORDER BY e.xid, e.id
"""
_MARK: Final = "SELECT size, range FROM audit_watermark"
_DISORDER: Final = """
SELECT number, event_id FROM (
    SELECT l.number, l.event_id, (e.xid, e.id) < (
        lag(e.xid) OVER (ORDER BY l.number), lag(e.id) OVER (ORDER BY l.number)) AS back
    FROM audit_leaf l JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id
    WHERE l.number BETWEEN %s AND %s
) numbered WHERE back ORDER BY number LIMIT 1
"""
# Pages and policies ask columns, the seal is over the text: one that was written by hand would hide
# an event from the page that lists it. The time is one of them, by which months are told apart.
_MISFILED: Final = """
SELECT l.number, e.id FROM audit_event e
CROSS JOIN LATERAL json_to_record(e.payload::json) AS said(
    id uuid, at text, kind text, outcome text, actor uuid, client uuid, "case" uuid, clients text)
LEFT JOIN audit_leaf l ON l.event_id = e.id AND l.recorded = e.recorded
WHERE (e.id, e.kind, e.outcome, e.actor, e.client, e.case_id) IS DISTINCT FROM
        (said.id, said.kind, said.outcome, said.actor, said.client, said."case")
    OR e.clients IS DISTINCT FROM string_to_array(translate(said.clients, '[]" ', ''), ',')::uuid[]
    OR e.recorded IS DISTINCT FROM said.at::timestamptz
ORDER BY l.number LIMIT 1
"""
_RESTORES: Final = "SELECT id, payload FROM audit_event WHERE kind = %s ORDER BY recorded, id"
_RESTORED_JUST_NOW: Final = """
SELECT cluster <> (SELECT system_identifier::text FROM pg_control_system()) FROM audit_watermark
"""
_KEEP: Final = """
INSERT INTO audit_verification
    (id, whole, events, waiting, witnessed, number, event_id, sentence, told)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s)
"""
# a week later people are told again: a letter is overlooked more easily than a log is mended
_TOLD: Final = """
SELECT EXISTS (
    SELECT FROM audit_verification v
    WHERE v.told AND v.sentence = %s AND v.at > now() - interval '7 days'
        AND NOT EXISTS (SELECT FROM audit_verification w WHERE w.whole AND w.at > v.at))
"""


class _Broken(Exception):
    """The first bad entry; what follows it proves nothing."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


def verify(
    name: str,
    public_key: bytes,
    signature_good: Verify,
    testimonies: Iterable[Testimony] = (),
) -> Report:
    """Verify the whole log in one snapshot by its name and public key (AT-04, AT-05).

    `testimonies` are the lines a witness outside the database kept, in their order.
    """
    with _reading(Key(name, public_key, signature_good), testimonies) as reading:
        return reading.report()


@contextlib.contextmanager
def _reading(key: Key, testimonies: Iterable[Testimony]) -> Iterator[_Reading]:
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.execute(_ONE_SNAPSHOT)
        yield _Reading(cursor, key, testimonies)


class _Reading:
    """One pass over the log, from the first entry to what is not sealed yet."""

    def __init__(self, cursor: CursorWrapper, key: Key, testimonies: Iterable[Testimony]) -> None:
        self.cursor = cursor
        self.tree = CompactRange()
        self.tellings = Tellings()
        self.proven = 0
        self.waiting = 0
        self.witnessed: datetime.datetime | None = None
        self.roots: dict[int, bytes] = {}
        # events that no program of ours wrote: found, and never what ends a verification
        self.odd: dict[UUID, Finding] = {}
        # to compare with a witness without being stopped by what it says
        self.believing = True
        self.claims = Claims(key)
        self.cursor.execute(_CHECKPOINTS)
        rows = self.cursor.fetchall()
        self.checkpoints = len(rows)
        for size, root, note in rows:
            self.claims.take_checkpoint(size, bytes(root), note)
        self.claims.take_testimonies(testimonies)
        self.claimed = self.claims.by_size

    def report(self) -> Report:
        """Read to the end, or to the first bad entry."""
        try:
            self._read_entries()
            self._see_the_end()
            self._see_how_they_are_filed()
            self._read_what_waits()
            findings = tuple(self.tellings.findings(self.cursor))
        except _Broken as broken:
            findings = (broken.finding,)
        restores = self._restores()
        # last, so that they hide nothing else
        odd = tuple(self.odd.values()) if self.believing else ()
        return Report(
            self.tree.size, self.waiting, self.checkpoints, self.witnessed, (*findings, *odd),
            restores,
        )  # fmt: skip

    def _read_entries(self) -> None:
        # binary, and bytes for the text: what is read a million times is not converted twice
        with connections[DATABASE].connection.cursor("entries", binary=True) as entries:
            entries.execute(_ENTRIES)
            for rows in iter(lambda: entries.fetchmany(AT_A_TIME), []):
                for row in rows:
                    self._take(*row)

    def _take(self, number: int, leaf: bytes, payload: bytes | None) -> None:
        if number != self.tree.size + 1:
            raise _Broken(Finding("is missing", self.tree.size + 1))
        if payload is None:
            raise _Broken(Finding("was deleted", number, self._event_of(number)))
        if chain.leaf_hash(payload) != leaf:
            what = "was changed after it was sealed"
            raise _Broken(Finding(what, number, self._event_of(number)))
        self.tree.append(leaf)
        if not self.tellings.hear(number, payload):
            self._wonder_at(self._event_of(number), number)
        if number in self.claimed:
            self._prove(number)

    def _wonder_at(self, event: UUID, number: int | None = None) -> None:
        self.odd.setdefault(event, Finding("is no event of ours", number, event))

    def _event_of(self, number: int) -> UUID:
        self.cursor.execute(_EVENT, [number])
        event: UUID = self.cursor.fetchone()[0]
        return event

    def _prove(self, size: int) -> None:
        """Hold every checkpoint of this size against the tree as it is now."""
        root = self.roots[size] = self.tree.root()
        for claim in self.claimed[size]:
            said = claim.checkpoint
            if said is None or claim.root not in {None, said.root}:
                raise _Broken(
                    Finding(f"closes with {claim.source} that this log never signed", size)
                )
            if said.size == size and said.root == root:
                self.witnessed = claim.told or self.witnessed
            elif not self._passed_over(claim):
                raise _Broken(self._first_out_of_place(size, claim.source))
        self.proven = size

    def _passed_over(self, claim: Claim) -> bool:
        return self.claims.excused(claim) or (not self.believing and claim.source == WITNESS)

    def _first_out_of_place(self, size: int, source: str) -> Finding:
        """Name where the order breaks since the last good checkpoint, else where it may begin."""
        self.cursor.execute(_DISORDER, [self.proven + 1, size])
        if found := self.cursor.fetchone():
            return Finding(f"is not where it was sealed, says {source}", *found)
        what = f"or one up to entry {size} was changed, moved or put in, says {source}"
        return Finding(what, self.proven + 1)

    def _see_the_end(self) -> None:
        """Compare the end of the tree with what was signed and witnessed."""
        size = self.tree.size
        beyond = self.claims.beyond(size)
        if beyond and not self._passed_over(beyond):
            last = beyond.checkpoint.size if beyond.checkpoint else max(self.claimed)
            what = f"is missing, and all up to entry {last}, says {beyond.source}"
            raise _Broken(Finding(what, size + 1))
        for strange in self.claims.strange:
            raise _Broken(Finding(strange))
        if self.proven < size:
            raise _Broken(Finding("is in no signed checkpoint", self.proven + 1))
        self.cursor.execute(_MARK)
        kept, hashes = self.cursor.fetchone() or (0, [])
        if (kept, [bytes(one) for one in hashes]) != (size, self.tree.hashes):
            raise _Broken(Finding("the sealer's mark is not where the log ends"))

    def _see_how_they_are_filed(self) -> None:
        self.cursor.execute(_MISFILED)
        if found := self.cursor.fetchone():
            raise _Broken(Finding("is filed otherwise than its text says", *found))

    def _read_what_waits(self) -> None:
        self.cursor.execute(_WITHOUT_LEAF)
        for event, payload, passed in self.cursor.fetchall():
            if passed:
                raise _Broken(Finding("was put in behind the sealer's back", None, event))
            self.waiting += 1
            if not self.tellings.hear(None, payload.encode()):
                self._wonder_at(event)
        if self.believing:
            self._see_the_last_restore()

    def _see_the_last_restore(self) -> None:
        """Ask for the event of the last restore; those before it may have been lost with it."""
        for _, restore in self.claims.restores[-1:]:
            if restore.event not in self._acknowledged():
                raise _Broken(Finding("tells of a restore and is not here", None, restore.event))

    def _acknowledged(self) -> dict[UUID, str]:
        """Give the restores that the log itself tells of, each by its event."""
        told: dict[UUID, str] = {}
        self.cursor.execute(_RESTORES, [domain.LOG_RESTORED.code])
        for event, payload in self.cursor.fetchall():
            try:
                one = domain.entry(payload)
                kept, seen = int(str(one.detail["kept"])), int(str(one.detail["seen"]))
                told[event] = restoring.sentence(one.when, kept, seen)
            except domain.NOT_OURS:
                self._wonder_at(event)
        return told

    def _restores(self) -> tuple[str, ...]:
        """Give every restore, told by the log or by the witness: none is ever passed over."""
        witnessed = {one.event: one.sentence for _, one in self.claims.restores}
        return tuple({**witnessed, **self._acknowledged()}.values())


class Lost(NamedTuple):
    """What a restore cost: entries that are there, and the last checkpoint the witness had seen."""

    kept: int
    kept_root: bytes
    seen: Checkpoint


def lost_by_restore(
    name: str, public_key: bytes, signature_good: Verify, testimonies: Iterable[Testimony]
) -> Lost:
    """Prove that a restored log is whole and begins what the witness saw; give what is not here.

    Where sealing has gone on since, what is kept is what the witness vouches for. Raises Invalid
    for a log that is not whole by itself, one nothing is missing from, and one the witness does
    not know.
    """
    with _reading(Key(name, public_key, signature_good), testimonies) as reading:
        reading.believing = False
        report = reading.report()
        if not report.whole:
            raise Invalid(f"Not even by itself: {report.sentence}")
        lost = reading.claims.lost(reading.roots)
        if not lost:
            raise Invalid("Nothing the witness saw is missing: there is no restore to acknowledge.")
        agreed, seen = reading.claims.agreed(reading.roots, lost), lost[-1].checkpoint
        if not agreed:
            raise Invalid("The witness knows no part of this log. Is it the witness of this log?")
        reading.cursor.execute(_RESTORED_JUST_NOW)
        if reading.cursor.fetchone() == (True,):
            if lost[0].checkpoint.size <= report.events:
                raise Invalid("This log is no beginning of what the witness saw.")
            return Lost(report.events, reading.tree.root(), seen)
        return Lost(agreed, reading.roots[agreed], seen)


def log_key() -> tuple[str, bytes]:
    """Give the log's name and public key; raises OSError or ValueError if there is none."""
    pem = pathlib.Path(settings.CHECKPOINT_PUBLIC_FILE).read_text()
    return vault.signing.CHECKPOINTS, checkpoint.public_key(pem)


def unreadable_key() -> Report:
    """Give the report of a log that nobody can verify, which is a finding like others."""
    return Report(0, 0, 0, None, (Finding("its public key cannot be read"),))


def told_already(report: Report) -> bool:
    """Say whether people were told this very finding in the last week, and it stood since."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_TOLD, [report.sentence])
        told: bool = cursor.fetchone()[0]
    return told


def keep(report: Report, *, told: bool = False) -> None:
    """Keep what a verification found, for the badge, and whether people were told."""
    first = report.findings[0] if report.findings else Finding("")
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                report.whole, report.events, report.waiting, report.witnessed,
                first.number, first.event, report.sentence, told,
            ],
        )  # fmt: skip
