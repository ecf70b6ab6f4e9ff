"""Hash every event again and compare: with the leaves, the checkpoints, the witness, the rows."""

from __future__ import annotations

import dataclasses
import pathlib
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connections, transaction

from audit import chain, checkpoint
from audit.chain import CompactRange
from audit.comparing import Finding, Tellings
from counselling import vault

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper

    from audit.checkpoint import Checkpoint
    from audit.witness import Testimony

    Check = Callable[[str], Checkpoint | None]

DATABASE: Final = "sealer"
AT_A_TIME: Final = 5000

_ONE_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHECKPOINTS: Final = "SELECT size, root, note, signed_at FROM audit_checkpoint ORDER BY size"
_ENTRIES: Final = """
SELECT l.number, l.leaf_hash, convert_to(e.payload, 'UTF8') FROM audit_leaf l
LEFT JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id
ORDER BY l.number
"""
_EVENT: Final = "SELECT event_id FROM audit_leaf WHERE number = %s"
_WITHOUT_LEAF: Final = """
SELECT e.id, e.payload, coalesce((e.xid, e.id) <= (m.xid, m.event_id), false)
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
_KEEP: Final = """
INSERT INTO audit_verification
    (id, whole, events, waiting, witnessed, number, event_id, sentence)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s)
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What a verification found; `findings` begins with the first bad entry."""

    events: int
    waiting: int
    checkpoints: int
    witnessed: datetime.datetime | None
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.findings:
            return f"The log is not whole: {self.findings[0]}."
        seen = (
            f"witnessed {self.witnessed:%Y-%m-%d %H:%M} UTC" if self.witnessed else "not witnessed"
        )
        waiting = f", {self.waiting} waiting to be sealed" if self.waiting else ""
        return f"The log is whole: {self.events} events, {seen}{waiting}."


class _Claim(NamedTuple):
    """What somebody says the log was at a size; no checkpoint where the signature is not good."""

    source: str
    checkpoint: Checkpoint | None
    root: bytes | None
    told: datetime.datetime | None


class _Broken(Exception):
    """The first bad entry; what follows it proves nothing."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


def verify(
    name: str,
    public_key: bytes,
    signature_good: checkpoint.Verify,
    testimonies: Iterable[Testimony] = (),
) -> Report:
    """Verify the whole log in one snapshot by its name and public key (AT-04, AT-05).

    `testimonies` are the checkpoints a witness outside the database kept.
    """

    def check(note: str) -> Checkpoint | None:
        return checkpoint.verified(note, name, public_key, signature_good)

    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.execute(_ONE_SNAPSHOT)
        return _Reading(cursor, check, testimonies).report()


class _Reading:
    """One pass over the log, from the first entry to what is not sealed yet."""

    def __init__(
        self, cursor: CursorWrapper, check: Check, testimonies: Iterable[Testimony]
    ) -> None:
        self.cursor = cursor
        self.tree = CompactRange()
        self.tellings = Tellings()
        self.proven = 0
        self.waiting = 0
        self.checkpoints = 0
        self.witnessed: datetime.datetime | None = None
        self.claims: dict[int, list[_Claim]] = defaultdict(list)
        self._collect(check, testimonies)

    def _collect(self, check: Check, testimonies: Iterable[Testimony]) -> None:
        self.cursor.execute(_CHECKPOINTS)
        for size, root, note, _ in self.cursor.fetchall():
            self.checkpoints += 1
            claim = _Claim("the checkpoint", check(note), bytes(root), None)
            self.claims[size].append(claim)
        for testimony in testimonies:
            size = checkpoint.size_of(testimony.note)
            claim = _Claim("the witness", check(testimony.note), None, testimony.at)
            self.claims[size].append(claim)

    def report(self) -> Report:
        """Read to the end, or to the first bad entry."""
        try:
            self._read_entries()
            self._see_the_end()
            self._read_what_waits()
            findings = tuple(self.tellings.findings(self.cursor))
        except _Broken as broken:
            findings = (broken.finding,)
        return Report(self.tree.size, self.waiting, self.checkpoints, self.witnessed, findings)

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
        self.tellings.hear(number, payload)
        if number in self.claims:
            self._prove(number)

    def _event_of(self, number: int) -> UUID:
        self.cursor.execute(_EVENT, [number])
        event: UUID = self.cursor.fetchone()[0]
        return event

    def _prove(self, size: int) -> None:
        """Hold every checkpoint of this size against the tree as it is now."""
        root = self.tree.root()
        for claim in self.claims[size]:
            if claim.checkpoint is None or claim.root not in {None, claim.checkpoint.root}:
                raise _Broken(
                    Finding(f"closes with {claim.source} that this log never signed", size)
                )
            if claim.checkpoint.size != size or claim.checkpoint.root != root:
                raise _Broken(self._first_out_of_place(size, claim.source))
            self.witnessed = claim.told or self.witnessed
        self.proven = size

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
        if not all(one.checkpoint for one in self.claims.get(0, ())):
            raise _Broken(Finding("the witness holds a line that this log never signed"))
        if beyond := [known for known in self.claims if known > size]:
            source = self.claims[max(beyond)][-1].source
            what = f"is missing, and all up to entry {max(beyond)}, says {source}"
            raise _Broken(Finding(what, size + 1))
        if self.proven < size:
            raise _Broken(Finding("is in no signed checkpoint", self.proven + 1))
        self.cursor.execute(_MARK)
        kept, hashes = self.cursor.fetchone() or (0, [])
        if (kept, [bytes(one) for one in hashes]) != (size, self.tree.hashes):
            raise _Broken(Finding("the sealer's mark is not where the log ends"))

    def _read_what_waits(self) -> None:
        self.cursor.execute(_WITHOUT_LEAF)
        for event, payload, passed in self.cursor.fetchall():
            if passed:
                raise _Broken(Finding("was put in behind the sealer's back", None, event))
            self.waiting += 1
            self.tellings.hear(None, payload.encode())


def log_key() -> tuple[str, bytes]:
    """Give the log's name and public key; raises OSError or ValueError if there is none."""
    pem = pathlib.Path(settings.CHECKPOINT_PUBLIC_FILE).read_text()
    return vault.signing.CHECKPOINTS, checkpoint.public_key(pem)


def keep(report: Report) -> None:
    """Keep what a verification found, for the badge."""
    first = report.findings[0] if report.findings else Finding("")
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                report.whole, report.events, report.waiting, report.witnessed,
                first.number, first.event, report.sentence,
            ],
        )  # fmt: skip
