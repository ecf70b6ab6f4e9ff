"""A small log with real sealing and a witness, and the hands of somebody who owns the database."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from uuid import UUID, uuid4

from django.conf import settings

from audit import bundle, chain, checkpoint, domain, sealing, verifying
from audit.checkpoint import Checkpoint
from audit.standalone import verify_bundle
from audit.witness import FileWitness, lines_of
from counselling import vault
from tests.audit.writers import act, payload

if TYPE_CHECKING:
    import pathlib

    import psycopg

    from audit.checkpoint import Signer
    from audit.findings import Report

    Kept = dict[str, bytes]

# what a superuser can write of each table; what is generated follows
TABLES: Final = {
    "audit_event": "recorded, payload, xid",
    "audit_leaf": "number, recorded, event_id, leaf_hash",
    "audit_checkpoint": "size, root, note, signed_at",
    "audit_watermark": "single, xid, event_id, size, range, cluster, restored",
}
LEAF: Final = (
    "INSERT INTO audit_leaf SELECT %s, recorded, id, "
    "sha256('\\x00'::bytea || convert_to(payload, 'UTF8')) FROM audit_event WHERE id = %s"
)
_CHECK: Final = "audit_event_time_is_told"
_AT: Final = "WHERE id = (SELECT event_id FROM audit_leaf WHERE number = %s)"


class Log:
    """Twelve sealed events in three witnessed checkpoints, and one that waits."""

    def __init__(self, root: psycopg.Connection[Any], folder: pathlib.Path) -> None:
        """Plant it, with every trigger off for this connection from now on."""
        self.root = root
        self.folder = folder
        self.witness = folder / "witness"
        self.signer: Signer = vault.signing.checkpoint_signer()
        self.key = verifying.log_key()
        root.execute("SET session_replication_role = replica")
        self.empty()
        for size in (4, 8, 12):
            for _ in range(4):
                act()
            self.seal()
            if size == 8:
                self.yesterday = self.copied()
        act()
        self._today = self.copied(), self.witness.read_bytes()
        row = root.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s "
            "AND conrelid = 'audit_event'::regclass",
            [_CHECK],
        ).fetchone()
        assert row
        self._check = str(row[0])

    # -- what honest parts do

    def seal(self) -> None:
        """Seal all that waits and tell the witness, as the sealer does."""
        done = sealing.seal_all(self.signer)
        if done.note:
            FileWitness(self.witness).tell(done.note, datetime.datetime.now(datetime.UTC))

    def report(self, *, witnessed: bool) -> Report:
        """Verify, with what the witness kept or without."""
        told = lines_of(self.witness) if witnessed else []
        return verifying.verify(*self.key, vault.signing.verify_ed25519, told)

    def export(self) -> str:
        """Export and verify the export alone, with the witness; give what was found, or nothing."""
        path = self.folder / "log.tar"
        bundle.write(path, *self.key, witness=self.witness)
        try:
            verify_bundle.verify(str(path), checkpoint.verifier_key(*self.key), str(self.witness))
        except (verify_bundle.Bad, OSError) as bad:
            return str(bad)
        return ""

    # -- copies

    def copied(self) -> Kept:
        """Copy the tables, as a backup does."""
        return {table: self._copy(table, names) for table, names in TABLES.items()}

    def _copy(self, table: str, names: str) -> bytes:
        with self.root.cursor().copy(f"COPY (SELECT {names} FROM {table}) TO STDOUT") as out:
            return b"".join(bytes(part) for part in out)

    def put_back(self, kept: Kept) -> None:
        """Put copied tables in the place of those that are there."""
        self.empty()
        self._check_times_again()
        for table, names in TABLES.items():
            with self.root.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as into:
                into.write(kept[table])

    def _check_times_again(self) -> None:
        self.root.execute(f"ALTER TABLE audit_event DROP CONSTRAINT IF EXISTS {_CHECK}")
        self.root.execute(f"ALTER TABLE audit_event ADD CONSTRAINT {_CHECK} {self._check}")

    def fresh(self) -> Log:
        """Put everything back as it was planted."""
        tables, told = self._today
        self.put_back(tables)
        self.witness.write_bytes(told)
        self.key = verifying.log_key()
        return self

    def empty(self) -> None:
        """Empty the log's tables."""
        for table in TABLES:
            self.root.execute(f"DELETE FROM {table}")

    def size(self) -> int:
        """Give how many entries are sealed."""
        row = self.root.execute("SELECT count(*) FROM audit_leaf").fetchone()
        assert row
        return int(row[0])

    def stranger(self) -> Signer:
        """Make somebody else's key, under the same name."""
        folder = self.folder / "stranger"
        vault.signing.make_secrets(folder)
        theirs = folder / vault.signing.CHECKPOINT_KEY
        with mock.patch.object(settings, "CHECKPOINT_KEY_FILE", theirs):
            return vault.signing.checkpoint_signer()

    # -- events

    def payload(self, number: int) -> str:
        """Give the text of an entry."""
        row = self.root.execute(f"SELECT payload FROM audit_event {_AT}", [number]).fetchone()
        assert row
        return str(row[0])

    def rewrite(
        self, number: int, text: str, *, leaf: bool = False, at: datetime.datetime | None = None
    ) -> None:
        """Write another text into an entry; with its leaf, and at another time, if wanted."""
        if at:
            self.root.execute("SELECT audit_make_partition(%s)", [at])
            self.root.execute(f"ALTER TABLE audit_event DROP CONSTRAINT {_CHECK}")
        self.root.execute(
            f"UPDATE audit_event SET payload = %s, recorded = coalesce(%s, recorded) {_AT}",
            [text, at, number],
        )
        self.root.execute(
            "UPDATE audit_leaf SET recorded = coalesce(%s, recorded) WHERE number = %s",
            [at, number],
        )
        if leaf:
            self.root.execute(
                "UPDATE audit_leaf SET leaf_hash = %s WHERE number = %s",
                [chain.leaf_hash(text.encode()), number],
            )

    def overwrite(self, number: int, column: str, value: str) -> None:
        """Write into a generated column: in the catalogue it is an ordinary one for a moment."""
        self.root.execute("SET allow_system_table_mods = on")
        for generated in ("", "s"):
            self.root.execute(
                "UPDATE pg_attribute SET attgenerated = %s WHERE attname = %s AND attrelid IN "
                "(SELECT relid FROM pg_partition_tree('audit_event'))",
                [generated, column],
            )
            if not generated:
                self.root.execute(f"UPDATE audit_event SET {column} = {value} {_AT}", [number])

    def put_in(self) -> UUID:
        """Insert an event as if it had always been there: of a transaction long sealed."""
        at = datetime.datetime.now(datetime.UTC)
        text = payload(uuid4(), at)
        self.root.execute(
            "INSERT INTO audit_event (recorded, payload, xid) "
            "SELECT %s, %s, min(xid::text::bigint)::text::xid8 FROM audit_event",
            [at, text],
        )
        return domain.entry(text).id

    def delete(self, number: int) -> None:
        """Delete the event of an entry."""
        self.root.execute(f"DELETE FROM audit_event {_AT}", [number])

    def move_leaves(self, since: int, by: int) -> None:
        """Renumber the leaves from a number on, in two steps since numbers are unique."""
        far = 1_000_000
        self.root.execute(
            "UPDATE audit_leaf SET number = number + %s WHERE number >= %s", [far + by, since]
        )
        self.root.execute(
            "UPDATE audit_leaf SET number = number - %s WHERE number > %s", [far, far]
        )

    # -- the end of the log

    def cut(self, size: int) -> None:
        """Cut events and leaves after an entry."""
        self.root.execute(
            "DELETE FROM audit_event WHERE id IN "
            "(SELECT event_id FROM audit_leaf WHERE number > %s)",
            [size],
        )
        self.root.execute("DELETE FROM audit_leaf WHERE number > %s", [size])

    def set_back(self, size: int) -> None:
        """Forget checkpoints above a size and put the sealer's mark there, as if that were all."""
        leaves = self.root.execute(
            "SELECT leaf_hash FROM audit_leaf WHERE number <= %s ORDER BY number", [size]
        ).fetchall()
        tree = chain.CompactRange()
        for (leaf,) in leaves:
            tree.append(leaf)
        self.root.execute("DELETE FROM audit_checkpoint WHERE size > %s", [size])
        self.root.execute(
            "UPDATE audit_watermark SET size = %s, range = %s, (xid, event_id) = "
            "(SELECT xid, id FROM audit_event e JOIN audit_leaf l ON l.event_id = e.id "
            "WHERE l.number = %s)",
            [size, tree.hashes, size],
        )

    def cut_clean(self, size: int) -> None:
        """Cut the end with everything in the database that knew of it."""
        self.cut(size)
        self.set_back(size)

    def unseal(self, size: int) -> None:
        """Take seals off after an entry, so that the sealer seals what is there once more."""
        self.root.execute("DELETE FROM audit_leaf WHERE number > %s", [size])
        if size:
            self.set_back(size)
        else:
            self.root.execute("DELETE FROM audit_checkpoint")
            self.root.execute("DELETE FROM audit_watermark")

    def sign_all(self, signer: Signer) -> None:
        """Make leaves, checkpoints and mark anew from the events, with a key one holds."""
        rows = self.root.execute(
            "SELECT l.number, e.payload FROM audit_leaf l JOIN audit_event e "
            "ON e.id = l.event_id ORDER BY l.number"
        ).fetchall()
        tree = chain.CompactRange()
        for number, text in rows:
            leaf = chain.leaf_hash(text.encode())
            tree.append(leaf)
            self.root.execute(
                "UPDATE audit_leaf SET leaf_hash = %s WHERE number = %s", [leaf, number]
            )
            note = checkpoint.sign(Checkpoint(signer.name, number, tree.root()), signer)
            self.root.execute(
                "UPDATE audit_checkpoint SET root = %s, note = %s WHERE size = %s",
                [tree.root(), note, number],
            )
        self.root.execute("UPDATE audit_watermark SET range = %s", [tree.hashes])

    def tell(self, note: str) -> None:
        """Append a line to the witness file."""
        FileWitness(self.witness).tell(note, datetime.datetime.now(datetime.UTC))

    def notes(self) -> list[str]:
        """Give what the witness was told."""
        return [one.note for one in lines_of(self.witness)]


def edited(text: str, **other: Any) -> str:
    """Give an event's text with something else in it, as canonical as before."""
    return domain.canonical(json.loads(text) | (other or {"role": "supervisor"}))
