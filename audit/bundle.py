"""Write the sealed log, or a part of it, into one bundle with its public key and a verifier."""

from __future__ import annotations

import inspect
import io
import json
import tarfile
import tempfile
from typing import IO, TYPE_CHECKING, Final

from django.db import connections, transaction

from audit import checkpoint
from audit.proofs import Proofs, as_json
from audit.standalone import verify_bundle

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator
    from uuid import UUID

    from audit.proofs import Earlier, Part, Proven

DATABASE: Final = "sealer"
AT_A_TIME: Final = 5000
_ONE_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHECKPOINTS: Final = "SELECT note FROM audit_checkpoint ORDER BY size"
# what is lost is left out here and found by the verifier
_ENTRIES: Final = """
SELECT e.payload, encode(l.leaf_hash, 'hex') FROM audit_leaf l
JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id ORDER BY l.number
"""
README: Final = """This is the whole audit log of a counselling practice, as far as it is sealed.

events.jsonl       one event on each line, in the order in which they were sealed
leaves.txt         the RFC 6962 leaf hash of each line, so that a changed one is named
checkpoints.jsonl  the signed checkpoints (C2SP tlog-checkpoint)
witness.jsonl      what the practice's witness file held when this was written
key.txt            the log's public key; compare it with the one you were told
verify_bundle.py   verifies all this with Python 3.11 alone:

    python verify_bundle.py THIS_FILE --key KEY_YOU_WERE_TOLD --witness WITNESS_FILE

A proof that one entry is in the log, for somebody who is to see no other:

    python verify_bundle.py THIS_FILE --prove NUMBER > proof.json
"""
README_OF_PART: Final = """This is a part of the audit log of a counselling practice.

entries.jsonl     each event with its number in the log, and the proof that it stands there
earlier.jsonl     older checkpoints, each with the proof that its log is the beginning of this one
checkpoint.txt    the signed checkpoint (C2SP tlog-checkpoint) that all proofs lead to
key.txt           the log's public key; compare it with the one you were told
verify_bundle.py  verifies all this with Python 3.11 alone, without the rest of the log:

    python verify_bundle.py THIS_FILE --key KEY_YOU_WERE_TOLD --witness WITNESS_FILE

That nothing of this part was left out can only be told from the whole log.
"""


def write(target: pathlib.Path, name: str, public_key: bytes, witness: pathlib.Path) -> int:
    """Write the bundle in one snapshot of the log; give the number of events in it."""
    whole = target.with_name(f".{target.name}.partial")
    with (
        transaction.atomic(using=DATABASE),
        connections[DATABASE].cursor() as cursor,
        tarfile.open(whole, "w") as bundle,
    ):
        cursor.execute(_ONE_SNAPSHOT)
        _add(bundle, "README.txt", README)
        _add(bundle, "verify_bundle.py", inspect.getsource(verify_bundle))
        _add(bundle, "key.txt", checkpoint.verifier_key(name, public_key) + "\n")
        cursor.execute(_CHECKPOINTS)
        lines = (json.dumps({"note": note}, ensure_ascii=False) for (note,) in cursor.fetchall())
        _add(bundle, "checkpoints.jsonl", "".join(f"{line}\n" for line in lines))
        _add(bundle, "witness.jsonl", witness.read_text() if witness.exists() else "")
        count = _add_events(bundle)
    whole.replace(target)
    return count


def write_part(target: pathlib.Path, name: str, public_key: bytes, part: Part) -> int:
    """Write a part of the log with its proofs; give the number of events in it."""
    whole = target.with_name(f".{target.name}.partial")
    with (
        transaction.atomic(using=DATABASE),
        connections[DATABASE].cursor() as cursor,
        tarfile.open(whole, "w") as bundle,
    ):
        cursor.execute(_ONE_SNAPSHOT)
        proofs = Proofs(cursor, part)
        _add(bundle, "README.txt", README_OF_PART)
        _add(bundle, "verify_bundle.py", inspect.getsource(verify_bundle))
        _add(bundle, "key.txt", checkpoint.verifier_key(name, public_key) + "\n")
        _add(bundle, "checkpoint.txt", proofs.note)
        _add_lines(bundle, "earlier.jsonl", proofs.earlier())
        _add_lines(bundle, "entries.jsonl", proofs.entries())
    whole.replace(target)
    return proofs.count


def prove(name: str, public_key: bytes, event: UUID) -> dict[str, object] | None:
    """Give the proof that one event is in the log, to be kept as JSON; None if it is not sealed."""
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.execute(_ONE_SNAPSHOT)
        proofs = Proofs(cursor, {"event": event})
        entries = [as_json(one) for one in proofs.entries()]
        if not entries:
            return None
        return {
            "key": checkpoint.verifier_key(name, public_key),
            "checkpoint": proofs.note,
            "entries": entries,
            "earlier": [as_json(one) for one in proofs.earlier()],
        }


def _add_lines(
    bundle: tarfile.TarFile, name: str, lines: Iterator[Proven] | Iterator[Earlier]
) -> None:
    with tempfile.TemporaryFile() as file:
        for one in lines:
            file.write(json.dumps(as_json(one), ensure_ascii=False).encode() + b"\n")
        _add_file(bundle, name, file)


def _add_events(bundle: tarfile.TarFile) -> int:
    """Stream the events through files on the disk: a log is larger than a memory."""
    count = 0
    with (
        tempfile.TemporaryFile() as events,
        tempfile.TemporaryFile() as leaves,
        connections[DATABASE].chunked_cursor() as entries,
    ):
        entries.execute(_ENTRIES)
        for rows in iter(lambda: entries.fetchmany(AT_A_TIME), []):
            count += len(rows)
            events.writelines(payload.encode() + b"\n" for payload, _ in rows)
            leaves.writelines(leaf.encode() + b"\n" for _, leaf in rows)
        _add_file(bundle, "leaves.txt", leaves)
        _add_file(bundle, "events.jsonl", events)
    return count


def _add(bundle: tarfile.TarFile, name: str, text: str) -> None:
    _add_file(bundle, name, io.BytesIO(text.encode()))


def _add_file(bundle: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    bundle.addfile(entry, content)
