"""Hash every event again and compare: with the leaves, the checkpoints, the witness, the rows."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connections, transaction

from audit import chain, domain, restoring
from audit.chain import CompactRange
from audit.claims import WITNESS, Claims, Key
from audit.comparing import Tellings
from audit.findings import Finding, Report
from audit.verifying import statements

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper

    from audit.claims import Claim
    from audit.witness import Testimony

DATABASE: Final = "sealer"
AT_A_TIME: Final = 5000


class Base(NamedTuple):
    """A tree that was verified before, from which a look at what is new goes on."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    witnessed: datetime.datetime | None = None


NOTHING: Final = Base()


@contextlib.contextmanager
def reading(key: Key, testimonies: Iterable[Testimony], base: Base = NOTHING) -> Iterator[Reading]:
    """Begin to read in one snapshot, from the first entry or from what was verified before."""
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.execute(statements.ONE_SNAPSHOT)
        yield Reading(cursor, key, testimonies, base)


class _Broken(Exception):
    """The first bad entry; what follows it proves nothing."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


class Reading:
    """One pass over the log, from the first entry or a known one to what is not sealed yet."""

    def __init__(
        self,
        cursor: CursorWrapper,
        key: Key,
        testimonies: Iterable[Testimony],
        base: Base = NOTHING,
    ) -> None:
        """Take in what is claimed of the log."""
        self.cursor = cursor
        self.base = base
        self.tree = CompactRange(base.size, base.hashes)
        self.tellings = Tellings()
        self.proven = base.size
        self.waiting = 0
        self.witnessed = base.witnessed
        self.roots: dict[int, bytes] = {}
        # events that no program of ours wrote: found, and never what ends a verification
        self.odd: dict[UUID, Finding] = {}
        # to compare with a witness without being stopped by what it says
        self.believing = True
        self.claims = Claims(key)
        self.cursor.execute(statements.CHECKPOINTS, [base.size])
        rows = self.cursor.fetchall()
        self.checkpoints = len(rows)
        for size, root, note in rows:
            self.claims.take_checkpoint(size, bytes(root), note)
        self.claims.take_testimonies(testimonies)
        self.claimed = self.claims.by_size

    def report(self) -> Report:
        """Read to the end, or to the first bad entry."""
        try:
            findings = self._read()
        except _Broken as broken:
            findings = (broken.finding,)
        restores = self._restores()
        # last, so that they hide nothing else
        odd = tuple(self.odd.values()) if self.believing else ()
        return Report(
            self.tree.size, self.waiting, self.checkpoints, self.witnessed, (*findings, *odd),
            restores, tuple(self.tree.hashes), since=self.base.size > 0,
        )  # fmt: skip

    def _read(self) -> tuple[Finding, ...]:
        self._read_entries()
        self._see_the_end()
        self._see_how_they_are_filed()
        if self.base.size:
            # what lies without a leaf, and what is stored, is looked for in the whole log only
            self.cursor.execute(statements.WAITING)
            (self.waiting,) = self.cursor.fetchone()
            return ()
        self._read_what_waits()
        return tuple(self.tellings.findings(self.cursor))

    def _read_entries(self) -> None:
        # binary, and bytes for the text: what is read a million times is not converted twice
        with connections[DATABASE].connection.cursor("entries", binary=True) as entries:
            entries.execute(statements.ENTRIES, [self.base.size])
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
        self.cursor.execute(statements.EVENT, [number])
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
        self.cursor.execute(statements.DISORDER, [self.proven + 1, size])
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
        self.cursor.execute(statements.MARK)
        kept, hashes = self.cursor.fetchone() or (0, [])
        if (kept, [bytes(one) for one in hashes]) != (size, self.tree.hashes):
            raise _Broken(Finding("the sealer's mark is not where the log ends"))

    def _see_how_they_are_filed(self) -> None:
        if self.base.size:
            self.cursor.execute(statements.MISFILED_SINCE, [self.base.size])
        else:
            self.cursor.execute(statements.MISFILED)
        if found := self.cursor.fetchone():
            raise _Broken(Finding("is filed otherwise than its text says", *found))

    def _read_what_waits(self) -> None:
        self.cursor.execute(statements.WITHOUT_LEAF)
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
        self.cursor.execute(statements.RESTORES, [domain.LOG_RESTORED.code])
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
