"""P15 and P16: what a disclosure costs at 500 notes, and what its gate adds to an insert.

Server time is what the process and its PostgreSQL backend work: nothing else of it waits for
anything but the disk, and it says the same on a busy machine.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.db import connection, transaction

import records.actions
from bench import planting
from bench.measuring import LEAST_ROUNDS, Figure, cost
from counselling.db import as_actor
from records.actions.shares import pickable
from records.domain.shares import Channel, Level
from tests.consent import steps
from tests.consent.gating import FILE, SEALED, insert
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from counselling.access import Actor

NOTES: Final = 500
PICKED: Final = (10, 100, 500)
# so many go through the gate in one transaction, for a figure above the noise
ROWS: Final = 40
WHY: Final = "The court asked for all of it, and the client agreed to that."


@dataclasses.dataclass(frozen=True, slots=True)
class Practice:
    """Whom the steps of the tests are told about."""

    dana: Actor
    mara: UUID
    mara_case: UUID


def figures() -> Iterator[Figure]:
    """Measure a disclosure as its pages make it, then the insert alone, with and without."""
    where = _where()
    shared = steps.shared_permission(where)  # type: ignore[arg-type]  # a smaller world
    for many in PICKED:
        yield Figure(
            f"P15.{many}", f"{many} of {NOTES} notes prepared, previewed and sent",
            "two seconds of the server's time", _seconds(where, shared.recipient, many) / 2,
            "of 2 s", 1.0, "lower",
        )  # fmt: skip
    for ground in ("consent", "basis"):
        yield Figure(
            f"P16.{ground}", f"a disclosure written through the gate, by {ground}",
            "the same table, rights and keys without triggers", _gate(where, shared, ground),
            "x time", 6.0, "lower",
        )  # fmt: skip


def _where() -> Practice:
    planted = planting.practice()
    client, case = planting.case_with(planted.dana, NOTES)
    return Practice(planted.dana, client, case)


def _seconds(where: Practice, recipient: UUID, many: int) -> float:
    """Give the median of rounds that nobody disturbs with work of the worker."""
    found = []
    for _ in range(LEAST_ROUNDS + 1):
        began = _worked()
        _shared(where, recipient, many)
        found.append(_worked() - began)
    return statistics.median(found[1:])


def _worked() -> float:
    """Give how many seconds this process and its backend have worked, as Linux counts them."""
    said = Path(f"/proc/{_backend()}/stat").read_text()
    user, system = said.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _backend() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def _shared(where: Practice, recipient: UUID, many: int) -> None:
    """Begin, see what can be picked, pick, look at its page, send: each an act of its own."""
    dana = where.dana
    with as_actor(dana):
        share = records.actions.begin_share(
            actor=dana, client_id=where.mara, case_id=where.mara_case, recipient_id=recipient,
            purpose="medication",
        )  # fmt: skip
    with as_actor(dana):
        there = pickable(dana, where.mara, where.mara_case, Level.NOTES)
    chosen = records.actions.Chosen(
        level=Level.NOTES, items=tuple(one.id for one in there[:many]), why_so_much=WHY
    )
    with as_actor(dana):
        records.actions.choose(actor=dana, share_id=share, chosen=chosen)
    with as_actor(dana):
        looked = records.actions.preview_share(actor=dana, share_id=share)
    assert looked.previewed.page
    with as_actor(dana):
        records.actions.send_share(
            actor=dana, share_id=share, previewed=looked.sha256,
            way=records.actions.Way(channel=Channel.PAPER),
        )  # fmt: skip


# the same columns, keys, checks and policies, and nobody who asks
_COPY: Final = """
CREATE TABLE bench_disclosure (LIKE consent_disclosure INCLUDING ALL);
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT conname, pg_get_constraintdef(oid) AS said FROM pg_constraint
      WHERE conrelid = 'consent_disclosure'::regclass AND contype = 'f' LOOP
    EXECUTE format('ALTER TABLE bench_disclosure ADD CONSTRAINT %I %s', one.conname, one.said);
  END LOOP;
  FOR one IN SELECT polname, polpermissive, pg_get_expr(polwithcheck, polrelid) AS said
      FROM pg_policy WHERE polrelid = 'consent_disclosure'::regclass AND polcmd IN ('a', '*')
      AND polwithcheck IS NOT NULL LOOP
    EXECUTE format('CREATE POLICY %I ON bench_disclosure AS %s FOR INSERT TO counselling_app '
      'WITH CHECK (%s)', one.polname,
      CASE WHEN one.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, one.said);
  END LOOP;
END $$;
ALTER TABLE bench_disclosure ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON bench_disclosure TO counselling_app
"""


def _gate(where: Practice, shared: steps.Shared, ground: str) -> float:
    """Write the same rows through the gate and into a table without one, in turns."""
    with superuser() as root:
        root.execute(f"DROP TABLE IF EXISTS bench_disclosure; {_COPY}")
        basis = _basis(root, where, shared)
    row = {
        "client_id": where.mara, "case_id": where.mara_case, "recipient_id": shared.recipient,
        "consent_id": shared.consent if ground == "consent" else None,
        "basis_id": None if ground == "consent" else basis,
        "purpose": "medication", "categories": ["session_notes"], "also": [], "channel": "paper",
        "level": "session_notes", "by": where.dana.id, "content_sha256": "x",
    }  # fmt: skip
    documents: list[UUID] = []

    def before() -> None:
        documents[:] = _documents(where)

    return cost(
        lambda: _written("consent_disclosure", where, row, documents),
        lambda: _written("bench_disclosure", where, row, documents),
        rounds=LEAST_ROUNDS, before=before,
    )  # fmt: skip


def _basis(root: Any, where: Practice, shared: steps.Shared) -> UUID:
    """Plant an order that a second person released."""
    from consent.domain.bases import FACTS, BasisKind  # noqa: PLC0415 needs the practice

    word = {"client_id": where.mara, "by": where.dana.id, "at": "{now()}"}
    with root.transaction():
        root.execute("SET LOCAL session_replication_role = replica")
        basis = insert(
            root, "consent_legal_basis", case_id=where.mara_case, kind="court_order",
            recipient_id=shared.recipient, categories=["session_notes"], facts=SEALED,
            facts_given=[str(one) for one in FACTS[BasisKind.COURT_ORDER]], **word,
        )  # fmt: skip
        insert(root, "consent_basis_paper", basis_id=basis, content=FILE, **word)
        insert(root, "consent_basis_decision", basis_id=basis, answer="release",
               **(word | {"by": uuid4()}))  # fmt: skip
    return basis


def _documents(where: Practice) -> list[UUID]:
    with superuser() as root, root.transaction():
        root.execute("SET LOCAL session_replication_role = replica")
        return [
            insert(
                root, "consent_document", client_id=where.mara, case_id=where.mara_case,
                kind="disclosure", state="cancelled", source=SEALED,
            )
            for _ in range(ROWS)
        ]  # fmt: skip


def _written(table: str, where: Practice, row: dict[str, Any], documents: list[UUID]) -> None:
    """Write rows as Dana does, and take them back: it is the insert that is measured."""
    columns = [*row, "id", "document_id", "at", "told_at"]
    said = ", ".join(f'"{one}"' for one in columns)
    marks = ", ".join([*["%s"] * (len(row) + 2), "now()", "now()"])
    insertion = f"INSERT INTO {table} ({said}) VALUES ({marks})"
    with as_actor(where.dana), connection.cursor() as cursor:
        for document in documents:
            cursor.execute(insertion, [*row.values(), uuid4(), document])
        transaction.set_rollback(True)
