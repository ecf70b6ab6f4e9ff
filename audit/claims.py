"""What checkpoints and witness say the log was, and what of it an acknowledged restore excuses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from audit import checkpoint, restoring
from audit.checkpoint import Checkpoint

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping

    from audit.checkpoint import Verify
    from audit.restoring import Restore
    from audit.witness import Testimony

TABLE = "the checkpoint"
WITNESS = "the witness"


class Key(NamedTuple):
    """The name of the log, its public key, and who judges signatures."""

    name: str
    public: bytes
    verify: Verify


class Claim(NamedTuple):
    """What somebody says the log was at a size; no checkpoint where the signature is not good.

    `line` is where in the witness file it stands; None for the database's own checkpoints.
    """

    source: str
    checkpoint: Checkpoint | None
    root: bytes | None = None
    told: datetime.datetime | None = None
    line: int | None = None


class Testified(NamedTuple):
    """A line of the witness that this log signed."""

    line: int
    checkpoint: Checkpoint


class Claims:
    """Every claim by its size, and the restores that were acknowledged, in the witness's order."""

    def __init__(self, key: Key) -> None:
        """Begin with nothing said."""
        self._key = key
        self.by_size: dict[int, list[Claim]] = defaultdict(list)
        self.restores: list[tuple[int, Restore]] = []
        self.strange: list[str] = []

    def take_checkpoint(self, size: int, root: bytes, note: str) -> None:
        """Take in a row of the database."""
        said = checkpoint.verified(note, *self._key)
        self.by_size[size].append(Claim(TABLE, said, root))

    def take_testimonies(self, testimonies: Iterable[Testimony]) -> None:
        """Take in the lines of the witness, in their order."""
        for line, testimony in enumerate(testimonies):
            if restoring.is_one(testimony.note):
                self._take_restore(line, testimony)
            elif said := checkpoint.verified(testimony.note, *self._key):
                claim = Claim(WITNESS, said, None, testimony.at, line)
                self.by_size[said.size].append(claim)
            else:
                self.strange.append("the witness holds a line that this log never signed")

    def _take_restore(self, line: int, testimony: Testimony) -> None:
        """Believe a restore that is signed, follows from the lines before it, and is no repetition.

        Repeated further down it would excuse what was witnessed since.
        """
        said = restoring.verified(testimony.note, *self._key)
        if said is None:
            self.strange.append("the witness holds a restore that this log never signed")
            return
        if any(one == said for _, one in self.restores):
            return
        if not self._saw(said.seen, said.seen_root):
            self.strange.append("the witness holds a restore of a log it never saw")
            return
        self.restores.append((line, said))
        kept = Checkpoint(said.origin, said.kept, said.kept_root)
        self.by_size[said.kept].append(Claim(WITNESS, kept, None, None, line))

    def _saw(self, size: int, root: bytes) -> bool:
        return any(
            one.checkpoint is not None and one.checkpoint.root == root
            for one in self.by_size.get(size, ())
            if one.line is not None
        )

    def excused(self, claim: Claim) -> bool:
        """Say whether a restore that was acknowledged later explains why this is not so."""
        if claim.line is None or claim.checkpoint is None:
            return False
        return self._excused(claim.line, claim.checkpoint.size)

    def _excused(self, line: int, size: int) -> bool:
        return any(line < later and one.kept < size <= one.seen for later, one in self.restores)

    def beyond(self, size: int) -> Claim | None:
        """Give the claim that knows most entries above a size, unless all are excused."""
        for known in sorted(self.by_size, reverse=True):
            if known <= size:
                return None
            for claim in reversed(self.by_size[known]):
                if not self.excused(claim):
                    return claim
        return None

    def lost(self, roots: Mapping[int, bytes]) -> list[Testified]:
        """Give what the witness saw and nobody excused that is not so in a tree of these roots."""
        return [
            one
            for one in self._testified()
            if one.checkpoint.root != roots.get(one.checkpoint.size)
            and not self._excused(one.line, one.checkpoint.size)
        ]

    def agreed(self, roots: Mapping[int, bytes], lost: list[Testified]) -> int:
        """Give the largest size at which, before anything was lost, the witness saw what is there.

        Lines after the first that was lost may tell of what was sealed since.
        """
        first = min(one.line for one in lost)
        return max(
            (
                one.checkpoint.size
                for one in self._testified()
                if one.line < first and one.checkpoint.root == roots.get(one.checkpoint.size)
            ),
            default=0,
        )

    def _testified(self) -> Iterator[Testified]:
        """Give what the witness saw, by size."""
        for size in sorted(self.by_size):
            for claim in self.by_size[size]:
                if claim.line is not None and claim.checkpoint is not None:
                    yield Testified(claim.line, claim.checkpoint)
