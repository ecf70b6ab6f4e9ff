"""Verify the whole log, or what was sealed since; say what a restore cost."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from audit import checkpoint
from audit.claims import Key
from audit.findings import Finding, Report
from audit.verifying import statements
from audit.verifying.reading import Base, reading
from counselling import vault
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.checkpoint import Checkpoint, Verify
    from audit.witness import Testimony


def verify(
    name: str,
    public_key: bytes,
    signature_good: Verify,
    testimonies: Iterable[Testimony] = (),
) -> Report:
    """Verify the whole log in one snapshot by its name and public key (AT-04, AT-05).

    `testimonies` are the lines a witness outside the database kept, in their order.
    """
    with reading(Key(name, public_key, signature_good), testimonies) as read:
        return read.report()


def verify_since(
    base: Base,
    name: str,
    public_key: bytes,
    signature_good: Verify,
    testimonies: Iterable[Testimony] = (),
) -> Report | None:
    """Verify what was sealed since a tree that was verified before: cheap, so every hour.

    None where only the whole log tells: no checkpoint of the log's key signs that tree.
    """
    with reading(Key(name, public_key, signature_good), testimonies, base) as read:
        root = read.tree.root()
        said = (one.checkpoint for one in read.claimed.get(base.size, ()))
        if not any(one and (one.size, one.root) == (base.size, root) for one in said):
            return None
        return read.report()


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
    with reading(Key(name, public_key, signature_good), testimonies) as read:
        read.believing = False
        report = read.report()
        if not report.whole:
            raise Invalid(f"Not even by itself: {report.sentence}")
        lost = read.claims.lost(read.roots)
        if not lost:
            raise Invalid("Nothing the witness saw is missing: there is no restore to acknowledge.")
        agreed, seen = read.claims.agreed(read.roots, lost), lost[-1].checkpoint
        if not agreed:
            raise Invalid("The witness knows no part of this log. Is it the witness of this log?")
        read.cursor.execute(statements.RESTORED_JUST_NOW)
        if read.cursor.fetchone() == (True,):
            if lost[0].checkpoint.size <= report.events:
                raise Invalid("This log is no beginning of what the witness saw.")
            return Lost(report.events, read.tree.root(), seen)
        return Lost(agreed, read.roots[agreed], seen)


def log_key() -> tuple[str, bytes]:
    """Give the log's name and public key; raises OSError or ValueError if there is none."""
    pem = pathlib.Path(settings.CHECKPOINT_PUBLIC_FILE).read_text()
    return vault.signing.CHECKPOINTS, checkpoint.public_key(pem)


def unreadable_key() -> Report:
    """Give the report of a log that nobody can verify, which is a finding like others."""
    return Report(0, 0, 0, None, (Finding("its public key cannot be read"),))
